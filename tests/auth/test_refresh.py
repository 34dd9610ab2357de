"""Refresh tokens: they rotate, and one that comes twice ends all that was made of its grant."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from auth.client_spec import AuthMethod
from tests.auth.asking import end_reason, events, redeem, refresh
from tests.auth.conftest import Server
from tests.auth.people import Party, consent, party, person
from tests.auth.proving import Prover
from tests.auth.test_server import assert_error


@pytest_asyncio.fixture
async def portal(operator: Any) -> Party:
    return await party(operator)


async def first(
    server: Server, operator: Any, client: Party, prover: Prover | None = None
) -> tuple[str, Any]:
    """The first refresh token of somebody's consent, and the grant."""
    code, grant_id = await consent(server.authority, client, await person(operator))
    return (await redeem(server, client, code, prover)).json()["refresh_token"], grant_id


async def test_it_rotates(server: Server, operator: Any, portal: Party) -> None:
    token, grant_id = await first(server, operator, portal)
    body = (await refresh(server, portal, token)).json()
    assert body["scope"] == "handoff:identity handoff:read mou:read"
    assert body["refresh_token"] != token
    caller = await server.tokens.verify(body["access_token"])
    assert caller.grant_id == grant_id
    assert (await refresh(server, portal, body["refresh_token"])).status_code == 200


@pytest.mark.parametrize("method", [AuthMethod.NONE, AuthMethod.CLIENT_SECRET_BASIC])
async def test_used_twice(server: Server, operator: Any, method: AuthMethod) -> None:
    client = await party(operator, method)
    token, grant_id = await first(server, operator, client)
    newest = (await refresh(server, client, token)).json()["refresh_token"]
    assert_error(await refresh(server, client, token), 400, "invalid_grant")
    assert await end_reason(operator, grant_id) == "REUSED"
    assert_error(await refresh(server, client, newest), 400, "invalid_grant")
    assert "TOKEN_REUSED" in [event.kind for event in await events(operator, client)]


async def test_two_at_the_same_time(server: Server, operator: Any, portal: Party) -> None:
    token, grant_id = await first(server, operator, portal)
    answers = await asyncio.gather(*(refresh(server, portal, token) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
    assert await end_reason(operator, grant_id) == "REUSED"


async def test_of_another_client(server: Server, operator: Any, portal: Party) -> None:
    thief = await party(operator)
    token, grant_id = await first(server, operator, portal)
    assert_error(await refresh(server, thief, token), 400, "invalid_grant")
    assert await end_reason(operator, grant_id) is None
    assert (await refresh(server, portal, token)).status_code == 200


@pytest.mark.parametrize("token", ["x", "rkr_" + "A" * 43, "x" * 9000, "é"])
async def test_unknown_ones(server: Server, portal: Party, token: str) -> None:
    assert_error(await refresh(server, portal, token), 400, "invalid_grant")


async def test_none_at_all(server: Server, portal: Party) -> None:
    assert_error(await refresh(server, portal, ""), 400, "invalid_request")


async def test_scopes_can_be_narrowed_and_never_widened(
    server: Server, operator: Any, portal: Party
) -> None:
    token, _ = await first(server, operator, portal)
    for scope in ("mou:sign", "mou:read mou:admin", "nonsense"):
        assert_error(await refresh(server, portal, token, scope=scope), 400, "invalid_scope")
    body = (await refresh(server, portal, token, scope="mou:read")).json()
    assert body["scope"] == "mou:read"
    body = (await refresh(server, portal, body["refresh_token"])).json()
    assert body["scope"] == "handoff:identity handoff:read mou:read"


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("update oauth_grant set ended_at = now(), end_reason = 'REVOKED'", "invalid_grant"),
        ("update oauth_grant set expires_at = now()", "invalid_grant"),
        ("update user_account set disabled_at = now()", "invalid_grant"),
        ("update client set disabled_at = now() where id = :client", "invalid_client"),
        ("update client set scopes = '{}' where id = :client", "invalid_scope"),
        ("update user_account set roles = '{AGREEMENT_OFFICER}'", None),
    ],
)
async def test_what_changed_since_is_asked_again(
    server: Server, operator: Any, portal: Party, statement: str, error: str | None
) -> None:
    token, _ = await first(server, operator, portal)
    async with operator() as tx:
        values = {"client": portal.id} if ":client" in statement else {}
        await tx.execute(text(statement), values)
    answer = await refresh(server, portal, token)
    if error is None:
        assert answer.json()["scope"] == "mou:read"
    else:
        assert_error(answer, 401 if error == "invalid_client" else 400, error)


async def test_of_a_public_client_it_is_bound_to_the_key(
    server: Server, operator: Any, portal: Party
) -> None:
    prover = Prover()
    token, _ = await first(server, operator, portal, prover)
    assert_error(await refresh(server, portal, token), 400, "invalid_dpop_proof")
    assert_error(await refresh(server, portal, token, Prover()), 400, "invalid_grant")
    body = (await refresh(server, portal, token, prover)).json()
    assert (await server.tokens.verify(body["access_token"])).jkt == prover.jkt


async def test_of_a_client_held_to_fapi_it_stays_the_same(server: Server, operator: Any) -> None:
    """FAPI 2.0 section 5.3.2.1; the client proves who it is and may take a new key."""
    client = await party(operator, AuthMethod.PRIVATE_KEY_JWT)
    token, grant_id = await first(server, operator, client, Prover())
    assert_error(await refresh(server, client, token), 400, "invalid_dpop_proof")
    for _ in range(2):
        prover = Prover()
        body = (await refresh(server, client, token, prover)).json()
        assert "refresh_token" not in body
        assert (await server.tokens.verify(body["access_token"])).jkt == prover.jkt
    assert await end_reason(operator, grant_id) is None
    other = await party(operator, AuthMethod.PRIVATE_KEY_JWT)
    assert_error(await refresh(server, other, token, prover), 400, "invalid_grant")
