"""A device that asks whether it was let in (RFC 8628 section 3.5)."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio
from sqlalchemy import func, text

from auth import grants
from auth.client_spec import GrantType
from auth.grants import GrantKind
from auth.scopes import Scope
from db.grant import DeviceRequest
from tests.auth.asking import ask, end_reason, events, refresh
from tests.auth.conftest import Server
from tests.auth.people import SCOPES, Party, party, person
from tests.auth.proving import Prover
from tests.auth.test_server import assert_error


@pytest_asyncio.fixture
async def tablet(operator: Any) -> Party:
    return await party(operator)


async def waiting(server: Server, client: Party, *, seconds: int = 600, **values: Any) -> str:
    """The device code of a device that shows its other code to somebody."""
    code = secrets.token_urlsafe(32)
    async with server.authority.database.authority() as tx:
        row = DeviceRequest(
            hash=hashlib.sha256(code.encode()).digest(),
            user_code=secrets.token_hex(4),
            client_id=client.id,
            scopes=sorted(SCOPES),
            expires_at=func.now() + timedelta(seconds=seconds),
            **values,
        )
        tx.add(row)
    return code


async def decide(server: Server, client: Party, code: str, user_id: UUID | None) -> UUID | None:
    """Let it in for a person, or refuse it."""
    digest = hashlib.sha256(code.encode()).digest()
    async with server.authority.database.authority() as tx:
        row = await tx.get(DeviceRequest, digest)
        assert row is not None
        row.status = "DENIED"
        if user_id is None:
            return None
        row.status = "APPROVED"
        row.grant_id = await grants.begin(
            tx, GrantKind.DEVICE_CODE, client_id=client.id, user_id=user_id,
            scopes=[Scope.MOU_READ], seconds=3600, jkt=row.jkt,
        )  # fmt: skip
        return row.grant_id


async def poll(server: Server, client: Party, code: str, prover: Prover | None = None) -> Any:
    kind = GrantType.DEVICE_CODE.value
    return await ask(server, client, kind, prover, device_code=code)


async def earlier(operator: Any, seconds: int) -> None:
    """As if the last question had been asked so long ago."""
    async with operator() as tx:
        past = text("update device_request set polled_at = polled_at - make_interval(secs => :s)")
        await tx.execute(past, {"s": seconds})


async def test_from_waiting_to_a_token(server: Server, operator: Any, tablet: Party) -> None:
    code = await waiting(server, tablet)
    assert_error(await poll(server, tablet, code), 400, "authorization_pending")
    user_id = await person(operator)
    grant_id = await decide(server, tablet, code, user_id)
    body = (await poll(server, tablet, code)).json()
    caller = await server.tokens.verify(body["access_token"])
    assert (caller.user_id, caller.grant_id) == (user_id, grant_id)
    assert body["scope"] == "mou:read"
    assert (await refresh(server, tablet, body["refresh_token"])).status_code == 200
    kinds = [event.kind for event in await events(operator, tablet)]
    assert kinds == ["TOKEN_ISSUED", "TOKEN_ISSUED"]  # waiting is nothing to write down


async def test_who_asks_too_often_waits_longer_from_then_on(
    server: Server, operator: Any, tablet: Party
) -> None:
    code = await waiting(server, tablet)
    assert_error(await poll(server, tablet, code), 400, "authorization_pending")
    assert_error(await poll(server, tablet, code), 400, "slow_down")
    await earlier(operator, 6)  # long enough before, too short now
    assert_error(await poll(server, tablet, code), 400, "slow_down")
    await earlier(operator, 15)
    assert_error(await poll(server, tablet, code), 400, "authorization_pending")


async def test_refused_and_expired(server: Server, operator: Any, tablet: Party) -> None:
    code = await waiting(server, tablet)
    await decide(server, tablet, code, None)
    assert_error(await poll(server, tablet, code), 400, "access_denied")
    code = await waiting(server, tablet, seconds=-1)
    assert_error(await poll(server, tablet, code), 400, "expired_token")


async def test_codes_that_are_none(server: Server, operator: Any, tablet: Party) -> None:
    for code in ("x", "x" * 9000, "é"):
        assert_error(await poll(server, tablet, code), 400, "invalid_grant")
    assert_error(await poll(server, tablet, ""), 400, "invalid_request")
    other = await party(operator)
    code = await waiting(server, tablet)
    assert_error(await poll(server, other, code), 400, "invalid_grant")


async def test_a_code_that_comes_again_ends_what_came_of_it(
    server: Server, operator: Any, tablet: Party
) -> None:
    code = await waiting(server, tablet)
    grant_id = await decide(server, tablet, code, await person(operator))
    assert (await poll(server, tablet, code)).status_code == 200
    assert_error(await poll(server, tablet, code), 400, "invalid_grant")
    assert await end_reason(operator, grant_id) == "REUSED"


async def test_bound_to_a_key_from_the_start(server: Server, operator: Any, tablet: Party) -> None:
    prover = Prover()
    code = await waiting(server, tablet, jkt=prover.jkt)
    await decide(server, tablet, code, await person(operator))
    assert_error(await poll(server, tablet, code), 400, "invalid_dpop_proof")
    assert_error(await poll(server, tablet, code, Prover()), 400, "invalid_grant")
    assert (await poll(server, tablet, code, prover)).json()["token_type"] == "DPoP"


async def test_only_for_who_is_registered_for_it(server: Server, operator: Any) -> None:
    client = await party(operator, grant_types=[GrantType.AUTHORIZATION_CODE])
    code = await waiting(server, client)
    assert_error(await poll(server, client, code), 400, "unauthorized_client")
