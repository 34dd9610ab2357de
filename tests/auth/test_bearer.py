"""The Authorization header: what is a token, what is none, and how each is challenged."""

import pytest

from auth.bearer import NoToken, caller_from_header, challenge
from auth.caller import Caller
from auth.scopes import Scope
from auth.tokens import InvalidToken, Reason
from db.ids import new_id
from tests.auth.conftest import Server

CALLER = Caller(
    new_id(), new_id(), "simfoni-7f3a9c21", frozenset({Scope.MOU_READ}), grant_id=new_id()
)


async def test_the_header_of_a_request(server: Server) -> None:
    token = (await server.tokens.issue(CALLER)).token
    for header in (f"Bearer {token}", f"bearer {token}", f"BEARER   {token}"):
        assert await caller_from_header(server.tokens, header) == CALLER


@pytest.mark.parametrize("header", [None, "", "Basic eDp5", "Bearerx", "Token abc", "Be arer"])
async def test_a_request_without_a_token(server: Server, header: str | None) -> None:
    with pytest.raises(NoToken) as refusal:
        await caller_from_header(server.tokens, header)
    assert challenge(refusal.value) == 'Bearer realm="rangkul"'


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b", "Bearer a,b", "Bearer \0"])
async def test_a_request_with_a_bad_token(server: Server, header: str) -> None:
    with pytest.raises(InvalidToken) as refusal:
        await caller_from_header(server.tokens, header)
    expected = 'Bearer realm="rangkul", error="invalid_token", error_description="malformed"'
    assert challenge(refusal.value) == expected


async def test_a_huge_header_is_refused_before_it_is_read(server: Server) -> None:
    with pytest.raises(InvalidToken) as refusal:
        await caller_from_header(server.tokens, "Bearer " + "a" * 1_000_000)
    assert refusal.value.reason is Reason.TOO_LARGE
