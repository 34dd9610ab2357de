"""The examples of the documentation, run as a reader runs them: beside a demo, from its folder."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.process import PROJECT, Command, folder

ADDRESS = "http://127.0.0.1:8000"
NEEDED = ("bash", "curl", "jq", "python3")
pytestmark = pytest.mark.skipif(
    not all(shutil.which(name) for name in NEEDED), reason=f"needs {', '.join(NEEDED)}"
)


@pytest.fixture(scope="module")
def demo() -> Iterator[tuple[Path, str]]:
    """A folder with a demo running in it, and its address."""
    with folder() as where, Command(where, "demo", "--port", "0") as running:
        yield where, running.address()


def code(page: str, language: str) -> str:
    """All fences of a language on a page, in their order: they build on one another."""
    text = (PROJECT / page).read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def run(demo: tuple[Path, str], page: str, language: str) -> str:
    where, address = demo
    interpreter = [sys.executable] if language == "python" else ["bash", "-euo", "pipefail"]
    done = subprocess.run(
        [*interpreter, "-c", code(page, language).replace(ADDRESS, address)],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert '"errors"' not in done.stdout
    return done.stdout


def test_the_first_query_has_the_answer_that_is_shown(demo: tuple[Path, str]) -> None:
    assert json.loads(run(demo, "README.md", "sh")) == json.loads(code("README.md", "json"))


def test_the_examples_in_curl(demo: tuple[Path, str]) -> None:
    said = run(demo, "docs/partners.md", "sh")
    assert '"status":"REQUESTED"' in said
    for comment in re.findall(r'^# (\{"category".*)$', code("docs/partners.md", "sh"), re.M):
        assert comment in said
    run(demo, "docs/id/mitra.md", "sh")


def test_joint_work_has_the_answers_that_are_shown(demo: tuple[Path, str]) -> None:
    page = "docs/id/kegiatan.md"
    assert each(run(demo, page, "sh")) == each(code(page, "json"))
    assert (demo[0] / "kegiatan.ics").read_text(encoding="utf-8").startswith("BEGIN:VCALENDAR")


def each(text: str) -> list[Any]:
    """The JSON values of a text, one after the other."""
    values, text = [], text.lstrip()
    while text:
        value, end = json.JSONDecoder().raw_decode(text)
        values.append(value)
        text = text[end:].lstrip()
    return values


@pytest.mark.parametrize("page", ["docs/partners.md", "docs/id/mitra.md"])
def test_the_examples_in_python(demo: tuple[Path, str], page: str) -> None:
    said = run(demo, page, "python")
    assert "'code': 'NOT_COVERED', 'field': 'input.sections[2].category'" in said
    assert "'status': 'COMPLETED'" in said
