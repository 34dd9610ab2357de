"""What a request comes to is remembered: for who asked it, as it was asked, and for no other."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.plans import running
from tests.plans.material import Voice
from tests.plans.stage import Stage

INBOX = "query($first: Int) { handoffs(box: INBOX, first: $first) { nodes { id } } }"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """How often root resolvers are asked what they want."""
    calls: list[Any] = []
    wanted = running.wanted

    def counted(*args: Any) -> Any:
        calls.append(args)
        return wanted(*args)

    monkeypatch.setattr(running, "wanted", counted)
    yield calls


async def inbox(here: Stage, voice: Voice, first: int) -> bytes:
    return (await here.ask("compiled", voice, INBOX, {"first": first})).content


async def test_who_asks_the_same_again_is_known(here: Stage, asked: list[Any]) -> None:
    voice = here.material.voices[1]
    said = [await inbox(here, voice, 7) for _ in range(3)]
    assert len(asked) == 1
    assert said[1:] == said[:-1]


async def test_other_variables_and_other_callers_are_others(here: Stage, asked: list[Any]) -> None:
    voices = [v for v in here.material.voices if "handoff:read" in v.scopes]
    for voice in voices:
        for first in (1, 2):
            said = [
                (await here.ask(side, voice, INBOX, {"first": first})).content
                for side in ("compiled", "plain")
            ]
            assert said[0] == said[1]
    assert len(asked) == 2 * len(voices)


def test_what_is_asked_for_depends_on_no_clock() -> None:
    """Resolvers and rules are asked once and remembered: time and chance are the database's."""
    rules = [path for path in Path("domain").rglob("*.py") if "def listed(" in path.read_text()]
    assert rules
    for path in (*Path("resolvers").rglob("*.py"), *rules):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of, name = ast.unparse(node.func.value), node.func.attr
                timed = name in {"now", "today", "utcnow"} and not of.startswith("func")
                assert not timed and of not in {"time", "random"}, f"{path}:{node.lineno}"
