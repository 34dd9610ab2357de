"""What may happen once happens once, whichever replica it comes to, and however close together.

Two replicas here are two authorities over one PostgreSQL, each with connections of its own.
"""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pyotp
import pytest
import pytest_asyncio
from sqlalchemy import text

from auth import tickets, totp
from auth.authority import Authority
from auth.caller import Caller
from auth.dpop import ProofRefused
from auth.grants import EndReason, GrantKind, begin, end, find_refresh_token, new_refresh_token
from auth.once import first_time
from auth.scopes import Scope
from auth.tickets import TicketKind
from db.grant import Grant
from db.session import CallerUnknown, Database
from tests.auth.conftest import SETTINGS, Server
from tests.auth.people import consent, party, person
from tests.auth.proving import Prover
from tests.conftest import Databases

AT_ONCE = 6


@pytest_asyncio.fixture
async def replicas(databases: Databases, database_name: str) -> AsyncIterator[list[Authority]]:
    both = [Database(databases.app_url(database_name), pool_size=AT_ONCE) for _ in range(2)]
    yield [Authority.make(SETTINGS, one) for one in both]
    for one in both:
        await one.close()


async def race(
    replicas: list[Authority], once: Callable[[Authority], Awaitable[object]]
) -> Counter[bool]:
    """How often it went well when asked of all replicas at the same time."""
    tries = (once(replicas[n % len(replicas)]) for n in range(AT_ONCE))
    return Counter(bool(answer) for answer in await asyncio.gather(*tries))


ONE = Counter({False: AT_ONCE - 1, True: 1})


@pytest.mark.parametrize("kind", TicketKind)
async def test_a_ticket_is_redeemed_once(replicas: list[Authority], kind: TicketKind) -> None:
    async with replicas[0].database.authority() as tx:
        secret = await tickets.issue(tx, kind, seconds=60, what="x")

    async def redeem(authority: Authority) -> object:
        async with authority.database.authority() as tx:
            found = await tickets.redeem(tx, kind, secret)
            await asyncio.sleep(0.02)  # work, while the others wait or find it used
            return found

    assert await race(replicas, redeem) == ONE
    async with replicas[1].database.authority() as tx:
        assert await tickets.used(tx, kind, secret)


async def test_a_ticket_that_was_redeemed_in_vain_is_whole(replicas: list[Authority]) -> None:
    async with replicas[0].database.authority() as tx:
        secret = await tickets.issue(tx, TicketKind.CODE, seconds=60)
    with pytest.raises(ZeroDivisionError):
        async with replicas[0].database.authority() as tx:
            assert await tickets.redeem(tx, TicketKind.CODE, secret)
            raise ZeroDivisionError
    async with replicas[1].database.authority() as tx:
        assert await tickets.redeem(tx, TicketKind.CODE, secret)


async def test_a_refresh_token_is_used_once(replicas: list[Authority], operator: Any) -> None:
    client = await party(operator)
    async with replicas[0].database.authority() as tx:
        grant = await begin(
            tx, GrantKind.AUTHORIZATION_CODE, client_id=client.id, scopes=[], seconds=60
        )
        secret = await new_refresh_token(tx, grant, seconds=60)

    async def rotate(authority: Authority) -> object:
        async with authority.database.authority() as tx:
            row = await find_refresh_token(tx, secret)
            assert row is not None
            if row.used_at is not None:
                return False
            await asyncio.sleep(0.02)
            row.used_at = row.created_at
            return await new_refresh_token(tx, grant, seconds=60)

    assert await race(replicas, rotate) == ONE


async def test_a_proof_is_good_once(replicas: list[Authority]) -> None:
    nonce = replicas[0].proofs.nonce()
    url = f"{SETTINGS.issuer}/oauth/token"
    proof = Prover().prove("POST", url, nonce=nonce)

    async def use(authority: Authority) -> object:
        try:
            return await authority.proofs.check([proof], "POST", url)
        except ProofRefused:
            return None

    assert await race(replicas, use) == ONE


async def test_an_assertion_id_is_seen_once(replicas: list[Authority]) -> None:
    jti = secrets.token_hex()
    seen = await race(replicas, lambda one: first_time(one.database, "jti", jti, seconds=60))
    assert seen == ONE


async def test_a_code_of_an_app_is_taken_once(replicas: list[Authority], operator: Any) -> None:
    user_id = await person(operator)
    sealed = totp.new_secret(SETTINGS, user_id)
    plain = totp._sealed(SETTINGS).open(sealed, totp._row(user_id))
    assert plain
    async with replicas[0].database.authority() as tx:
        await totp.put(tx, user_id, sealed, step=0)
    code = pyotp.TOTP(plain).at(int(time.time()))

    async def use(authority: Authority) -> object:
        async with authority.database.authority() as tx:
            return await totp.use(tx, SETTINGS, user_id, code)

    assert await race(replicas, use) == ONE


async def test_the_last_of_an_allowance_is_drawn_once(replicas: list[Authority]) -> None:
    key = secrets.token_bytes(32)
    drawing = text("select access.draw(:key, 1, 0.001, 1)")

    async def draw(authority: Authority) -> object:
        async with authority.database.authority() as tx:
            return await tx.scalar(drawing, {"key": key}) is None

    assert await race(replicas, draw) == ONE


SHUT = {
    "client": "update client set disabled_at = now() where id = :client",
    "person": "update user_account set disabled_at = now() where id = :person",
    "grant": "update oauth_grant set ended_at = now(), end_reason = 'X' where id = :grant",
}


@pytest.mark.parametrize("what", SHUT)
async def test_who_is_shut_out_is_so_from_the_commit_on(
    server: Server, replicas: list[Authority], operator: Any, what: str
) -> None:
    """Not before, since nobody has decided yet; and not a request later."""
    client, user_id = await party(operator), await person(operator)
    _, grant_id = await consent(server.authority, client, user_id)
    scopes = frozenset({Scope.MOU_READ})
    organisation = (await _one(operator, "select organisation_id from client where id = :client",
                               client=client.id))  # fmt: skip
    caller = Caller(organisation, client.id, client.key, scopes, user_id, grant_id)
    opened = []

    async def ask(until: asyncio.Event) -> None:
        while not until.is_set():
            async with replicas[len(opened) % 2].database.transaction(caller):
                opened.append(time.monotonic())

    async with operator() as tx:
        ids = {"client": client.id, "person": user_id, "grant": grant_id}
        values = {name: id for name, id in ids.items() if f":{name}" in SHUT[what]}
        await tx.execute(text(SHUT[what]), values)
        enough = asyncio.Event()
        asking = asyncio.create_task(ask(enough))
        await asyncio.sleep(0.2)
        enough.set()
        await asking
        assert len(opened) > 5
    for replica in replicas:
        with pytest.raises(CallerUnknown):
            async with replica.database.transaction(caller):
                pass


async def test_of_two_that_end_a_grant_the_first_says_why(
    server: Server, replicas: list[Authority], operator: Any
) -> None:
    client, user_id = await party(operator), await person(operator)
    _, grant_id = await consent(server.authority, client, user_id)

    async def finish(authority: Authority) -> object:
        async with authority.database.authority() as tx:
            return await end(tx, EndReason.REVOKED, Grant.id == grant_id)

    assert await race(replicas, finish) == ONE


async def _one(operator: Any, query: str, **values: Any) -> Any:
    async with operator() as tx:
        return await tx.scalar(text(query), values)
