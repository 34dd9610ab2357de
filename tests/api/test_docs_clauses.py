"""The table of clauses names code and tests: all of it must exist."""

import re
from pathlib import Path

import pytest

PAGE = "docs/fapi.md"
TEST = re.compile(r"`(?P<file>[a-z_/]+\.py)::(?P<name>\w+)`")
FILE = re.compile(r"`((?:auth|api|db|schema|tests)/[\w/.]+\.(?:py|html|js))`")


@pytest.fixture(scope="module")
def page(project: Path) -> str:
    return (project / PAGE).read_text(encoding="utf-8")


def test_every_test_that_is_named_exists(project: Path, page: str) -> None:
    named = set(TEST.findall(page))
    assert len(named) > 40
    lacking = [
        f"{file}::{name}"
        for file, name in sorted(named)
        if not _defines(project / "tests" / file, name)
    ]
    assert lacking == []


def test_every_file_that_is_named_exists(project: Path, page: str) -> None:
    named = set(FILE.findall(page))
    assert len(named) > 15
    assert [file for file in sorted(named) if not (project / file).exists()] == []


def test_every_clause_of_the_profile_stands_in_the_table(page: str) -> None:
    """5.3.2.1 has 14, 5.3.2.2 as well, 5.3.4 five."""
    for heading, count in (("5.3.2.1", 14), ("5.3.2.2", 14), ("5.3.4", 5)):
        section = page.split(f"### {heading} ", 1)[1].split("\n### ", 1)[0]
        assert re.findall(r"^\| (\d+) \|", section, re.M) == [str(n) for n in range(1, count + 1)]


def test_every_section_of_the_best_practice_stands_in_the_table(page: str) -> None:
    practice = page.split("## RFC 9700", 1)[1]
    sections = set(re.findall(r"^\| ([24][\d.]*) \|", practice, re.M))
    wanted = {"2.1", "2.1.1", "2.1.2", "2.2.1", "2.2.2", "2.3", "2.4", "2.5", "2.6"}
    assert sections == wanted | {f"4.{n}" for n in range(1, 18)}


def _defines(file: Path, name: str) -> bool:
    return file.exists() and bool(
        re.search(rf"^(?:async )?def {name}\(", file.read_text(encoding="utf-8"), re.M)
    )
