"""What a token is worth at this moment (RFC 7662), and who may ask."""

import time
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from auth.client_spec import AuthMethod
from auth.scopes import Scope
from tests.auth.asking import ask, redeem, refresh
from tests.auth.conftest import Server
from tests.auth.people import SCOPES, Party, consent, organisation, party, person
from tests.auth.proving import Prover
from tests.auth.test_server import assert_error


@pytest_asyncio.fixture
async def system(operator: Any) -> Party:
    return await party(operator, AuthMethod.CLIENT_SECRET_BASIC)


async def introspect(server: Server, client: Party, token: str, **form: str) -> Any:
    data = client.credentials() | {"token": token} | form
    response = await server.http.post("/oauth/introspect", data=data)
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    return response.json()


async def test_an_access_token_of_its_own(server: Server, system: Party) -> None:
    body = (await ask(server, system, "client_credentials")).json()
    said = await introspect(server, system, body["access_token"])
    assert said.pop("iat") <= time.time() <= said.pop("exp")
    assert said.pop("jti")
    assert said == {
        "active": True,
        "iss": "https://api.test",
        "aud": "https://api.test/graphql",
        "sub": str(system.id),
        "client_id": system.key,
        "token_type": "Bearer",
        "scope": "handoff:identity handoff:read mou:read",
    }


async def test_of_a_person_through_another_client_of_the_organisation(
    server: Server, operator: Any, system: Party
) -> None:
    portal, prover = await party(operator), Prover()
    user_id = await person(operator)
    code, _ = await consent(server.authority, portal, user_id)
    body = (await redeem(server, portal, code, prover)).json()
    said = await introspect(server, system, body["access_token"])
    assert (said["active"], said["sub"], said["client_id"]) == (True, str(user_id), portal.key)
    assert (said["token_type"], said["cnf"]) == ("DPoP", {"jkt": prover.jkt})
    assert "username" not in said
    said = await introspect(server, system, body["refresh_token"])
    assert (said["active"], said["sub"], said["cnf"]) == (True, str(user_id), {"jkt": prover.jkt})
    assert "token_type" not in said
    await refresh(server, portal, body["refresh_token"], prover)
    assert await introspect(server, system, body["refresh_token"]) == {"active": False}


async def test_of_another_organisation_and_of_nobody(
    server: Server, operator: Any, system: Party
) -> None:
    unit = await organisation(operator)
    stranger = await party(
        operator, AuthMethod.CLIENT_SECRET_BASIC, organisation_id=unit, scopes=SCOPES
    )
    token = (await ask(server, system, "client_credentials")).json()["access_token"]
    for asking, given in [
        (stranger, token), (system, token[:-6] + "AAAAAA"), (system, "x"), (system, "x" * 9000),
        (system, "a.b.c"), (system, "é"),
    ]:  # fmt: skip
        assert await introspect(server, asking, given) == {"active": False}


@pytest.mark.parametrize(
    "statement",
    [
        "update oauth_grant set ended_at = now(), end_reason = 'REVOKED' where user_id = :user",
        "update oauth_grant set expires_at = now() where user_id = :user",
        "update user_account set disabled_at = now() where id = :user",
        "update client set disabled_at = now() where id = (select client_id from oauth_grant"
        " where user_id = :user)",
    ],
)
async def test_what_has_ended(server: Server, operator: Any, system: Party, statement: str) -> None:
    portal, user_id = await party(operator), await person(operator)
    code, _ = await consent(server.authority, portal, user_id)
    body = (await redeem(server, portal, code)).json()
    assert (await introspect(server, system, body["access_token"]))["active"] is True
    async with operator() as tx:
        await tx.execute(text(statement), {"user": user_id})
    for kind in ("access_token", "refresh_token"):
        assert await introspect(server, system, body[kind]) == {"active": False}


async def test_the_scope_is_what_is_left_of_it(
    server: Server, operator: Any, system: Party
) -> None:
    portal, user_id = await party(operator), await person(operator)
    code, _ = await consent(server.authority, portal, user_id)
    token = (await redeem(server, portal, code)).json()["access_token"]
    async with operator() as tx:
        query = text("update user_account set roles = '{AGREEMENT_OFFICER}' where id = :id")
        await tx.execute(query, {"id": user_id})
    assert (await introspect(server, system, token))["scope"] == Scope.MOU_READ


async def test_who_may_not_ask(server: Server, operator: Any) -> None:
    public = await party(operator)
    data = {"token": "x", "client_id": public.key}
    answer = await server.http.post("/oauth/introspect", data=data)
    assert_error(answer, 400, "unauthorized_client")
    answer = await server.http.post("/oauth/introspect", data={"token": "x"})
    assert_error(answer, 401, "invalid_client")
    secret = await party(operator, AuthMethod.CLIENT_SECRET_BASIC)
    answer = await server.http.post("/oauth/introspect", data=secret.credentials())
    assert_error(answer, 400, "invalid_request")
