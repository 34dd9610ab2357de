"""What breaks inside is not told outside: neither to a person nor to a program, nor in the log."""

import logging
from typing import Any, NoReturn

import pytest

from auth import people
from auth.tokens import Tokens
from db.session import Database
from tests.auth.conftest import SETTINGS, Server
from tests.auth.visitor import open_place

WORDS = "the secret of Siti"


def breaks(*_: object, **__: object) -> NoReturn:
    raise RuntimeError(WORDS)


async def test_a_page_says_that_it_is_our_fault(
    database: Database,
    operator: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(people, "providers", breaks)
    async with open_place(SETTINGS, database, operator) as place:
        with caplog.at_level(logging.ERROR):
            page = await place.browser().get("/sign-in")
    assert page.status_code == 500
    assert "Something went wrong here" in page.text
    assert WORDS not in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    [record] = [record for record in caplog.records if record.name == "auth.pages"]
    assert WORDS not in record.getMessage()


async def test_a_program_is_told_the_name_of_the_error_and_no_more(
    server: Server, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Tokens, "issue", breaks)
    answer = await server.ask(client)
    assert (answer.status_code, answer.json()) == (500, {"error": "server_error"})
    assert answer.headers["cache-control"] == "no-store"
