"""Token requests of clients of every kind, with a proof of possession when they have a key."""

from typing import Any

from sqlalchemy import text

from tests.auth.conftest import Server
from tests.auth.people import REDIRECT, VERIFIER, Party
from tests.auth.proving import Prover

TOKEN = "https://api.test/oauth/token"


async def ask(
    server: Server, client: Party, grant_type: str, prover: Prover | None = None, **form: Any
) -> Any:
    """A form to the token endpoint; None leaves a parameter out."""
    given = {"grant_type": grant_type, **client.credentials()} | form
    data = {name: value for name, value in given.items() if value is not None}
    headers = {}
    if prover is not None:
        proof = prover.prove("POST", TOKEN, nonce=server.authority.proofs.nonce())
        headers["DPoP"] = proof
    return await server.http.post("/oauth/token", data=data, headers=headers)


async def redeem(
    server: Server, client: Party, code: str, prover: Prover | None = None, /, **form: Any
) -> Any:
    given = {"code": code, "redirect_uri": REDIRECT, "code_verifier": VERIFIER} | form
    return await ask(server, client, "authorization_code", prover, **given)


async def refresh(
    server: Server, client: Party, token: str, prover: Prover | None = None, /, **form: Any
) -> Any:
    return await ask(server, client, "refresh_token", prover, refresh_token=token, **form)


async def end_reason(operator: Any, grant_id: Any) -> str | None:
    """Why a grant ended; None while it stands."""
    async with operator() as tx:
        query = text("select end_reason from oauth_grant where id = :id")
        reason: str | None = await tx.scalar(query, {"id": grant_id})
        return reason


async def events(operator: Any, client: Party) -> list[Any]:
    """What the security log tells of a client's tokens, oldest first."""
    async with operator() as tx:
        query = text(
            "select kind, facts, user_id, organisation_id from security_event"
            " where client_id = :id and kind in ('TOKEN_ISSUED', 'TOKEN_REFUSED', 'TOKEN_REUSED',"
            " 'GRANT_ENDED') order by id"
        )
        return list((await tx.execute(query, {"id": client.id})).all())
