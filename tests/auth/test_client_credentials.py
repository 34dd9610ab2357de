"""A client for itself: what it gets depends on what its organisation has at that moment."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from auth.client_spec import AuthMethod
from auth.scopes import Scope
from db.session import CallerUnknown, Database
from tests.auth.asking import ask, events
from tests.auth.conftest import Server
from tests.auth.people import Party, organisation, party
from tests.auth.proving import Prover
from tests.auth.test_server import assert_error

ALL = "handoff:identity handoff:read mou:read"


async def of(operator: Any, organisation_id: UUID) -> Party:
    return await party(operator, AuthMethod.CLIENT_SECRET_BASIC, organisation_id=organisation_id)


async def change(operator: Any, id: UUID, what: str) -> None:
    async with operator() as tx:
        await tx.execute(text(f"update organisation set {what} where id = :id"), {"id": id})


async def token(server: Server, client: Party, prover: Prover | None = None, **form: str) -> Any:
    return await ask(server, client, "client_credentials", prover, **form)


async def test_its_grant_lives_as_long_as_the_token(
    server: Server, operator: Any, database: Database
) -> None:
    client = await of(operator, await organisation(operator))
    body = (await token(server, client)).json()
    assert (body["scope"], body["token_type"]) == (ALL, "Bearer")
    caller = await server.tokens.verify(body["access_token"])
    async with operator() as tx:
        query = text(
            "select kind, user_id, expires_at - created_at = interval '300 seconds' as as_long"
            " from oauth_grant where id = :id"
        )
        grant = (await tx.execute(query, {"id": caller.grant_id})).one()
    assert tuple(grant) == ("CLIENT_CREDENTIALS", None, True)
    async with database.transaction(caller):
        pass
    async with operator() as tx:
        query = text("update oauth_grant set ended_at = now(), end_reason = 'X' where id = :id")
        await tx.execute(query, {"id": caller.grant_id})
    with pytest.raises(CallerUnknown):
        async with database.transaction(caller):
            pass


async def test_within_what_kpai_grants_the_organisation(server: Server, operator: Any) -> None:
    unit = await organisation(operator)
    client = await of(operator, unit)
    await change(operator, unit, "scopes = '{mou:read,mou:write}'")
    assert (await token(server, client)).json()["scope"] == "mou:read"
    assert (await token(server, client, scope=ALL)).json()["scope"] == "mou:read"
    assert_error(await token(server, client, scope="mou:write"), 400, "invalid_scope")
    assert_error(await token(server, client, scope="handoff:read"), 400, "invalid_scope")
    await change(operator, unit, "scopes = '{}'")
    assert_error(await token(server, client), 400, "invalid_scope")


async def test_an_organisation_that_wants_keys(server: Server, operator: Any) -> None:
    unit = await organisation(operator, dpop="REQUIRED")
    client = await of(operator, unit)
    assert_error(await token(server, client), 400, "invalid_dpop_proof")
    refused = (await events(operator, client))[-1]
    assert (refused.kind, refused.organisation_id) == ("TOKEN_REFUSED", unit)
    assert refused.facts == {"error": "invalid_dpop_proof"}
    prover = Prover()
    body = (await token(server, client, prover)).json()
    assert body["token_type"] == "DPoP"
    assert (await server.tokens.verify(body["access_token"])).jkt == prover.jkt


async def test_who_a_child_is_only_for_tokens_bound_to_a_key(server: Server, operator: Any) -> None:
    client = await of(operator, await organisation(operator, dpop="IDENTITY"))
    assert (await token(server, client)).json()["scope"] == "handoff:read mou:read"
    asked = await token(server, client, scope=Scope.HANDOFF_IDENTITY.value)
    assert_error(asked, 400, "invalid_scope")
    assert (await token(server, client, Prover())).json()["scope"] == ALL


async def test_a_dissolved_organisation(server: Server, operator: Any) -> None:
    unit = await organisation(operator)
    client = await of(operator, unit)
    await change(operator, unit, "dissolved_at = now()")
    assert_error(await token(server, client), 401, "invalid_client")


async def test_every_answer_brings_a_nonce(server: Server, operator: Any) -> None:
    client = await of(operator, await organisation(operator))
    for answer in (
        await token(server, client),
        await token(server, client, scope="nonsense"),
        await server.http.post("/oauth/token", data={}),
        await server.http.post("/oauth/token", content=b"x"),
    ):
        assert answer.headers["dpop-nonce"] == server.authority.proofs.nonce()
