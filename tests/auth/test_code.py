"""Codes at the token endpoint (RFC 6749 section 4.1.3, RFC 7636): what is wrong with each."""

import asyncio
import logging
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from auth.client_spec import AuthMethod, GrantType
from auth.roles import Role
from auth.scopes import Scope
from db.session import CallerUnknown, Database
from tests.auth.asking import ask, end_reason, events, redeem
from tests.auth.conftest import Server
from tests.auth.people import KPAI, REDIRECT, VERIFIER, Party, consent, organisation, party, person
from tests.auth.proving import Prover
from tests.auth.test_server import assert_error


@pytest_asyncio.fixture
async def portal(operator: Any) -> Party:
    return await party(operator)


async def test_a_code_of_a_public_client(server: Server, operator: Any, portal: Party) -> None:
    user_id = await person(operator)
    code, grant_id = await consent(server.authority, portal, user_id)
    response = await redeem(server, portal, code)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    body = response.json()
    assert body.keys() == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    assert body["token_type"] == "Bearer"
    assert body["scope"] == "handoff:identity handoff:read mou:read"
    caller = await server.tokens.verify(body["access_token"])
    assert (caller.user_id, caller.client_id, caller.grant_id) == (user_id, portal.id, grant_id)
    assert caller.organisation_id == KPAI
    (issued,) = await events(operator, portal)
    assert (issued.kind, issued.user_id) == ("TOKEN_ISSUED", user_id)
    assert issued.facts["grant"] == "AUTHORIZATION_CODE"


@pytest.mark.parametrize("method", [AuthMethod.CLIENT_SECRET_BASIC, AuthMethod.PRIVATE_KEY_JWT])
async def test_a_code_of_a_confidential_client(
    server: Server, operator: Any, method: AuthMethod
) -> None:
    client = await party(operator, method)
    prover = Prover() if method is AuthMethod.PRIVATE_KEY_JWT else None
    code, _ = await consent(server.authority, client, await person(operator))
    body = (await redeem(server, client, code, prover)).json()
    assert body["token_type"] == ("DPoP" if prover else "Bearer")
    assert (await server.tokens.verify(body["access_token"])).jkt == (prover and prover.jkt)


async def test_no_refresh_token_for_who_is_not_registered_for_it(
    server: Server, operator: Any
) -> None:
    client = await party(operator, grant_types=[GrantType.AUTHORIZATION_CODE])
    code, _ = await consent(server.authority, client, await person(operator))
    assert "refresh_token" not in (await redeem(server, client, code)).json()


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"code": None}, "invalid_request"),
        ({"code": "x"}, "invalid_grant"),
        ({"code": "x" * 9_000}, "invalid_grant"),
        ({"redirect_uri": None}, "invalid_grant"),
        ({"redirect_uri": REDIRECT + "/"}, "invalid_grant"),
        ({"redirect_uri": REDIRECT.upper()}, "invalid_grant"),
        ({"redirect_uri": REDIRECT + "#"}, "invalid_grant"),
        ({"redirect_uri": "https://portal.test@evil.test/callback"}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": VERIFIER + "\n"}, "invalid_grant"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"code_verifier": "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"}, "invalid_grant"),
        ({"resource": "https://other.test"}, "invalid_target"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_what_is_wrong_uses_no_code_up(
    server: Server, operator: Any, portal: Party, form: dict[str, str | None], error: str
) -> None:
    code, grant_id = await consent(server.authority, portal, await person(operator))
    assert_error(await redeem(server, portal, code, **form), 400, error)
    assert await end_reason(operator, grant_id) is None
    refused = (await events(operator, portal))[-1]
    assert (refused.kind, refused.facts["error"]) == ("TOKEN_REFUSED", error)
    right = await redeem(server, portal, code, resource="https://api.test/graphql")
    assert right.status_code == 200


async def test_a_code_of_another_client(server: Server, operator: Any, portal: Party) -> None:
    thief = await party(operator)
    code, _ = await consent(server.authority, portal, await person(operator))
    assert_error(await redeem(server, thief, code), 400, "invalid_grant")
    assert (await redeem(server, portal, code)).status_code == 200


async def test_a_code_used_twice_ends_what_came_of_it(
    server: Server, operator: Any, database: Database, portal: Party
) -> None:
    code, grant_id = await consent(server.authority, portal, await person(operator))
    body = (await redeem(server, portal, code)).json()
    caller = await server.tokens.verify(body["access_token"])
    async with database.transaction(caller):
        pass
    assert_error(await redeem(server, portal, code), 400, "invalid_grant")
    assert await end_reason(operator, grant_id) == "REUSED"
    with pytest.raises(CallerUnknown):
        async with database.transaction(caller):
            pass
    again = await ask(server, portal, "refresh_token", refresh_token=body["refresh_token"])
    assert_error(again, 400, "invalid_grant")
    assert_error(await redeem(server, portal, code), 400, "invalid_grant")
    kinds = [event.kind for event in await events(operator, portal)]
    assert kinds.count("TOKEN_REUSED") == 1


async def test_two_at_the_same_time(server: Server, operator: Any, portal: Party) -> None:
    code, grant_id = await consent(server.authority, portal, await person(operator))
    answers = await asyncio.gather(*(redeem(server, portal, code) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    assert await end_reason(operator, grant_id) == "REUSED"


async def test_a_code_that_has_expired(server: Server, operator: Any, portal: Party) -> None:
    code, _ = await consent(server.authority, portal, await person(operator))
    async with operator() as tx:
        await tx.execute(text("update ticket set expires_at = now() - interval '1 second'"))
    assert_error(await redeem(server, portal, code), 400, "invalid_grant")


async def test_who_is_shut_out_since(server: Server, operator: Any, portal: Party) -> None:
    elsewhere = await person(operator, organisation_id=await organisation(operator))
    not_joined = await person(operator, joined=False)
    disabled = await person(operator)
    async with operator() as tx:
        query = text("update user_account set disabled_at = now() where id = :id")
        await tx.execute(query, {"id": disabled})
    for user_id in (elsewhere, not_joined, disabled):
        code, _ = await consent(server.authority, portal, user_id)
        assert_error(await redeem(server, portal, code), 400, "invalid_grant")


async def test_a_portal_open_to_all(server: Server, operator: Any) -> None:
    """The token is of the person's organisation, within what that was granted."""
    portal = await party(operator, open_to_all=True)
    unit = await organisation(operator)
    user_id = await person(operator, organisation_id=unit)
    code, _ = await consent(server.authority, portal, user_id)
    caller = await server.tokens.verify((await redeem(server, portal, code)).json()["access_token"])
    assert caller.organisation_id == unit
    async with operator() as tx:
        query = text("update organisation set scopes = '{mou:read}' where id = :id")
        await tx.execute(query, {"id": unit})
    code, _ = await consent(server.authority, portal, user_id)
    assert (await redeem(server, portal, code)).json()["scope"] == "mou:read"


async def test_a_role_is_asked_again(server: Server, operator: Any, portal: Party) -> None:
    auditor = await person(operator, Role.AUDITOR)
    code, _ = await consent(server.authority, portal, auditor)
    assert (await redeem(server, portal, code)).json()["scope"] == "handoff:read mou:read"
    officer = await person(operator, Role.AGREEMENT_OFFICER)
    code, _ = await consent(server.authority, portal, officer, scopes=[Scope.HANDOFF_READ])
    assert_error(await redeem(server, portal, code), 400, "invalid_scope")


async def test_a_code_bound_to_a_key(server: Server, operator: Any, portal: Party) -> None:
    prover, other = Prover(), Prover()
    user_id = await person(operator)
    code, _ = await consent(server.authority, portal, user_id, jkt=prover.jkt)
    assert_error(await redeem(server, portal, code), 400, "invalid_dpop_proof")
    assert_error(await redeem(server, portal, code, other), 400, "invalid_grant")
    assert (await redeem(server, portal, code, prover)).json()["token_type"] == "DPoP"


async def test_organisations_that_want_keys(server: Server, operator: Any) -> None:
    portal = await party(operator, open_to_all=True)
    strict = await person(operator, organisation_id=await organisation(operator, dpop="REQUIRED"))
    code, _ = await consent(server.authority, portal, strict)
    assert_error(await redeem(server, portal, code), 400, "invalid_dpop_proof")
    assert (await redeem(server, portal, code, Prover())).status_code == 200
    careful = await person(operator, organisation_id=await organisation(operator, dpop="IDENTITY"))
    code, _ = await consent(server.authority, portal, careful)
    assert "identity" not in (await redeem(server, portal, code)).json()["scope"]
    code, _ = await consent(server.authority, portal, careful)
    assert "identity" in (await redeem(server, portal, code, Prover())).json()["scope"]


async def test_proofs_at_the_token_endpoint(server: Server, operator: Any, portal: Party) -> None:
    prover = Prover()
    code, _ = await consent(server.authority, portal, await person(operator))
    data = {"grant_type": "authorization_code", "client_id": portal.key, "code": code,
            "redirect_uri": REDIRECT, "code_verifier": VERIFIER}  # fmt: skip
    url, nonce = "https://api.test/oauth/token", server.authority.proofs.nonce()

    async def send(*proofs: str) -> Any:
        headers = [("DPoP", proof) for proof in proofs]
        return await server.http.post("/oauth/token", data=data, headers=headers)

    answer = await send(prover.prove("POST", url))
    assert_error(answer, 400, "use_dpop_nonce")
    assert answer.headers["dpop-nonce"] == nonce
    good = prover.prove("POST", url, nonce=nonce)
    another = prover.prove("POST", url, nonce=nonce)
    assert_error(await send(good, another), 400, "invalid_dpop_proof")
    for proof in (
        prover.prove("GET", url, nonce=nonce),
        prover.prove("POST", "https://api.test/oauth/par", nonce=nonce),
        prover.prove("POST", url, nonce=nonce, iat=1),
        "nonsense",
    ):
        assert_error(await send(proof), 400, "invalid_dpop_proof")
    assert (await send(good)).status_code == 200
    assert_error(await send(good), 400, "invalid_dpop_proof")


async def test_no_code_and_no_token_in_any_log(
    server: Server, operator: Any, portal: Party, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    code, _ = await consent(server.authority, portal, await person(operator))
    await redeem(server, portal, code, code_verifier="w" * 43)
    body = (await redeem(server, portal, code)).json()
    again = (await ask(server, portal, "refresh_token", refresh_token=body["refresh_token"])).json()
    await redeem(server, portal, code)
    written = "\n".join(f"{r.getMessage()} {r.args} {r.exc_text}" for r in caplog.records)
    assert "token issued" in written
    for answer in (body, again):
        assert answer["access_token"].rpartition(".")[2] not in written
        assert answer["refresh_token"] not in written
    assert code not in written and VERIFIER not in written
    async with operator() as tx:
        facts = str((await tx.execute(text("select facts from security_event"))).all())
    assert code not in facts and body["refresh_token"] not in facts
