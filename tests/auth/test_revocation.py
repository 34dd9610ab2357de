"""Giving access back (RFC 7009)."""

from typing import Any

import pytest
from sqlalchemy import text

from auth.client_spec import AuthMethod
from db.session import CallerUnknown, Database
from tests.auth.asking import ask, end_reason, events, redeem, refresh
from tests.auth.conftest import Server
from tests.auth.people import Party, consent, party, person
from tests.auth.proving import Prover
from tests.auth.test_server import FORM, assert_error


async def revoke(server: Server, client: Party, token: str, **form: str) -> Any:
    data = client.credentials() | {"token": token} | form
    return await server.http.post("/oauth/revoke", data=data)


async def held(server: Server, operator: Any, client: Party, *prover: Prover) -> tuple[Any, Any]:
    code, grant_id = await consent(server.authority, client, await person(operator))
    return (await redeem(server, client, code, *prover)).json(), grant_id


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "", "nonsense"])
async def test_either_token_ends_both_at_the_next_request(
    server: Server, operator: Any, database: Database, which: str, hint: str
) -> None:
    portal = await party(operator)
    body, grant_id = await held(server, operator, portal)
    caller = await server.tokens.verify(body["access_token"])
    response = await revoke(server, portal, body[which], token_type_hint=hint)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    assert await end_reason(operator, grant_id) == "REVOKED"
    with pytest.raises(CallerUnknown):
        async with database.transaction(caller):
            pass
    assert_error(await refresh(server, portal, body["refresh_token"]), 400, "invalid_grant")
    ended = [event for event in await events(operator, portal) if event.kind == "GRANT_ENDED"]
    assert [event.user_id for event in ended] == [caller.user_id]
    assert (await revoke(server, portal, body[which])).status_code == 200  # again is no harm


async def test_of_clients_that_prove_who_they_are(server: Server, operator: Any) -> None:
    for method in (AuthMethod.CLIENT_SECRET_BASIC, AuthMethod.PRIVATE_KEY_JWT):
        client = await party(operator, method)
        answer = await ask(server, client, "client_credentials", Prover())
        grant_id = (await server.tokens.verify(answer.json()["access_token"])).grant_id
        assert (await revoke(server, client, answer.json()["access_token"])).status_code == 200
        assert await end_reason(operator, grant_id) == "REVOKED"


async def test_of_others_and_of_nobody(server: Server, operator: Any) -> None:
    """The same answer, and nothing is ended."""
    portal, thief = await party(operator), await party(operator)
    body, grant_id = await held(server, operator, portal)
    answers = {
        (await revoke(server, thief, token)).text
        for token in (body["access_token"], body["refresh_token"], "x", "x" * 9000, "a.b.c", "é")
    }
    assert answers == {"{}"}
    assert await end_reason(operator, grant_id) is None


async def test_who_asks_must_be_known(server: Server, operator: Any) -> None:
    client = await party(operator, AuthMethod.CLIENT_SECRET_BASIC)
    for data in ({"token": "x"}, {"token": "x", "client_id": client.key}):
        assert_error(await server.http.post("/oauth/revoke", data=data), 401, "invalid_client")
    async with operator() as tx:
        query = text("update client set disabled_at = now() where id = :id")
        await tx.execute(query, {"id": client.id})
    assert_error(await revoke(server, client, "x"), 401, "invalid_client")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"token=x&token=y", 400),
        (b"token=%00", 400),
        (b"token=%ff", 400),
        (b"token=" + b"x" * 10_000_000, 413),
    ],
    ids=["nothing", "twice", "NUL", "UTF-8", "10 MB"],
)
async def test_malformed(server: Server, operator: Any, body: bytes, status: int) -> None:
    client = await party(operator)
    given = f"client_id={client.key}&".encode() + body
    answer = await server.http.post("/oauth/revoke", content=given, headers=FORM)
    assert_error(answer, status, "invalid_request")
