"""What letting somebody in costs: issuing and checking tokens, and their share of a request.

All in one process and without a network, so that what is measured is ours: rates are for a second
of this process's own processor time, that is for a core; the database works beside it. Shares are
of the same page of 20, asked in turns by somebody who is simply believed, with a bearer token, and
with a token bound to a key.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
from joserfc import jwt
from joserfc.jwk import ECKey
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from starlette.applications import Starlette
from starlette.requests import Request

from api.admission import Rules
from api.app import _calm_the_collector, make_schema
from api.graphql import Endpoint
from api.settings import Settings
from auth import clients
from auth.assertions import TYPE as ASSERTION
from auth.authority import Authority
from auth.bearer import Challenges, Door
from auth.caller import Caller
from auth.client_spec import AuthMethod, ClientSpec
from auth.scopes import Scope
from auth.server import routes
from benchmarks.queries import PAGE
from benchmarks.servers import KEY, READER
from db.session import Database, async_url
from resolvers.context import Context
from tests.auth.proving import Prover

SCOPES = frozenset(
    {
        Scope.ACTIVITY_READ, Scope.HANDOFF_READ, Scope.HANDOFF_WRITE, Scope.HANDOFF_IDENTITY,
        Scope.MOU_READ, Scope.ORGANISATION_READ,
    }
)  # fmt: skip
ISSUES, CHECKS, PAGES, ENTRIES = 150, 2_000, 320, 3_000


def bench_caller(organisation: UUID) -> Caller:
    """The client of a partner in the world of `benchmarks.data`, under the grant made for it."""
    text = str(organisation)
    client, grant = (UUID(text.replace("00000001-", f"{kind}-", 1)) for kind in GRANTS)
    return Caller(organisation, client, "bench", SCOPES, grant_id=grant)


GRANTS = ("00000002", "0000000a")


async def measure(app_url: str, owner_url: str, console: Console) -> None:
    settings = Settings(
        key_encryption_key=KEY,  # type: ignore[arg-type]
        token_requests_per_minute=0,
        failures_per_minute=0,
    )
    database = Database(app_url, info=settings.carried)
    authority = Authority.make(settings.auth, database)
    _calm_the_collector()  # as the server does: its pages are cheaper, so their share is dearer
    try:
        table = Table(title="letting somebody in, for each second of one core")
        for column in ("what", "a second", "ms of processor", "ms in all"):
            table.add_column(column, justify="left" if column == "what" else "right")
        for title, count, work in await _rates(authority, owner_url):
            cpu, wall = await _timed(work, count)
            table.add_row(title, f"{1 / cpu:,.0f}", f"{cpu * 1e3:.3f}", f"{wall * 1e3:.3f}")
        console.print(table)
        console.print(await _shares(authority))
        console.print(await _entering(app_url))
    finally:
        await database.close()


Work = Callable[[int], Awaitable[None]]


async def _timed(work: Work, count: int) -> tuple[float, float]:
    """Processor time and time of one, after a few to get warm."""
    for n in range(10):
        await work(-1 - n)
    cpu, wall = time.process_time(), time.perf_counter()
    for n in range(count):
        await work(n)
    return (time.process_time() - cpu) / count, (time.perf_counter() - wall) / count


async def _rates(authority: Authority, owner_url: str) -> list[tuple[str, int, Work]]:
    app = Starlette(routes=routes(authority))
    tokens, proofs, settings = authority.tokens, authority.proofs, authority.settings
    url = f"{settings.issuer}/oauth/token"
    prover, key = Prover(), ECKey.generate_key("P-256")
    basic, keyed = await _clients(owner_url, key)
    form = {"grant_type": "client_credentials"}
    secret = {"client_id": basic.key, "client_secret": basic.secret or ""}

    def assertion(n: int) -> str:
        now = int(time.time())
        claims = {"iss": keyed.key, "sub": keyed.key, "aud": settings.issuer, "jti": f"j{n}"}
        return jwt.encode({"alg": "ES256"}, claims | {"iat": now, "exp": now + 60}, key)

    # Made beforehand: making them is the client's work.
    asserted = {n: assertion(n) for n in range(-10, ISSUES)}
    shown = {n: prover.prove("POST", url, nonce=proofs.nonce()) for n in range(-10, ISSUES)}
    bound = replace(bench_caller(READER), jkt=prover.jkt)
    token = (await tokens.issue(bound)).token
    page = settings.audience
    proven = {
        n: prover.prove("POST", page, nonce=proofs.nonce(), token=token)
        for n in range(-10, CHECKS // 4)
    }

    async def by_secret(n: int) -> None:
        await post(app, "/oauth/token", form | secret)

    async def by_key(n: int) -> None:
        sent = form | {"client_assertion_type": ASSERTION, "client_assertion": asserted[n]}
        await post(app, "/oauth/token", sent, dpop=shown[n])

    async def check(n: int) -> None:
        await tokens.verify(token)

    async def check_proof(n: int) -> None:
        await proofs.check([proven[n]], "POST", page, access_token=token, bound_to=bound.jkt)

    return [
        ("token issued, client_secret_basic (Argon2)", ISSUES, by_secret),
        ("token issued, private_key_jwt and DPoP", ISSUES, by_key),
        ("token checked", CHECKS, check),
        ("proof checked, and remembered", CHECKS // 4, check_proof),
    ]


async def _clients(owner_url: str, key: ECKey) -> tuple[clients.NewClient, clients.NewClient]:
    engine = create_async_engine(async_url(owner_url))
    async with AsyncSession(engine) as tx:
        basic = await clients.create(
            tx, name="basic", organisation_id=READER, scopes=[Scope.HANDOFF_READ]
        )
        jwks = {"keys": [key.as_dict(private=False)]}
        spec = ClientSpec(
            READER, "keyed", [Scope.HANDOFF_READ], AuthMethod.PRIVATE_KEY_JWT, jwks=jwks
        )
        keyed = await clients.register(tx, spec)
        await tx.commit()
    await engine.dispose()
    return basic, keyed


async def _shares(authority: Authority) -> Table:
    """One page, asked in turns in three ways; what the second and third cost beyond the first."""
    settings, prover, schema = authority.settings, Prover(), make_schema(Rules())
    believed = replace(bench_caller(READER), grant_id=None)
    bearer = (await authority.tokens.issue(bench_caller(READER))).token
    bound = (await authority.tokens.issue(replace(bench_caller(READER), jkt=prover.jkt))).token

    async def believe(request: Request) -> Caller:
        return believed

    def context(request: Request, caller: Caller | None) -> Context:
        return Context(authority.database, caller, "id", "bench", settings)

    def endpoint(authenticate: Any) -> Endpoint:
        challenges = Challenges("x", authority.proofs.nonce)
        return Endpoint(
            schema, authenticate=authenticate, make_context=context, challenges=challenges
        )

    nobody_asks = endpoint(believe)
    door = endpoint(Door(authority.tokens, authority.proofs, settings.audience).caller)
    asked: dict[str, list[float]] = {"believed": [], "Bearer": [], "DPoP": []}
    body = {"query": PAGE}
    for turn in range(PAGES):
        nonce = authority.proofs.nonce()
        proof = prover.prove("POST", settings.audience, nonce=nonce, token=bound)
        ways: dict[str, tuple[Any, dict[str, str]]] = {
            "believed": (nobody_asks, {}),
            "Bearer": (door, {"authorization": f"Bearer {bearer}"}),
            "DPoP": (door, {"authorization": f"DPoP {bound}", "dpop": proof}),
        }
        order = list(ways)[turn % 3 :] + list(ways)[: turn % 3]
        for way in order:
            app, headers = ways[way]
            began = time.perf_counter()
            await post(app, "/graphql", body, **headers)
            if turn >= 20:
                asked[way].append(time.perf_counter() - began)
    table = Table(title="the page of 20, one at a time (medians)")
    for column in ("who", "ms", "ms more", "share of authentication"):
        table.add_column(column, justify="left" if column == "who" else "right")
    for way, times in asked.items():
        # The same turn against the same turn: what else the machine does then comes to both.
        more = median(
            mine - believes for mine, believes in zip(times, asked["believed"], strict=True)
        )
        whole = median(times)
        told = ("", "") if way == "believed" else (f"{more * 1e3:.2f}", f"{more / whole:.1%}")
        table.add_row(way, f"{whole * 1e3:.2f}", *told)
    return table


async def _entering(app_url: str) -> Table:
    """`access.enter` inside the database, without and with the look-up that revocation costs."""
    caller = bench_caller(READER)
    statement = (
        "select count(access.enter($1, $2, 10000, null, {}, false))"
        f" from generate_series(1, {ENTRIES})"
    )
    found: dict[str, list[float]] = {"without": [], "with": []}
    connection = await asyncpg.connect(app_url)
    try:
        for _ in range(7):
            for way, grant in (("without", "null"), ("with", f"'{caller.grant_id}'")):
                began = time.perf_counter()
                await connection.fetchval(
                    statement.format(grant), caller.client_id, " ".join(sorted(SCOPES))
                )
                found[way].append((time.perf_counter() - began) / ENTRIES)
    finally:
        await connection.close()
    table = Table(title="access.enter, at the beginning of every transaction")
    for column in ("the look-up of the grant", "µs", "ratio"):
        table.add_column(column, justify="right")
    best = {way: min(times) for way, times in found.items()}
    for way, seconds in best.items():
        table.add_row(way, f"{seconds * 1e6:.1f}", f"{seconds / best['without']:.2f}")
    return table


async def post(app: Any, path: str, body: dict[str, str], **headers: str) -> None:
    """One request straight to the application; it must succeed."""
    if path == "/graphql":
        content, kind = json.dumps(body).encode(), "application/json"
    else:
        content, kind = _form(body), "application/x-www-form-urlencoded"
    sent = {"content-type": kind, "host": "127.0.0.1:8000"} | headers
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "root_path": "",
        "query_string": b"", "scheme": "http", "http_version": "1.1", "state": {},
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
    }  # fmt: skip
    answer: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message: Any) -> None:
        answer.append(message)

    await app(scope, receive, send)
    said = b"".join(message.get("body", b"") for message in answer[1:])
    if answer[0]["status"] != 200 or b'"errors"' in said[:2_000]:
        raise SystemExit(f"{path}: {answer[0]['status']} {said[:500]!r}")


def _form(fields: dict[str, str]) -> bytes:
    from urllib.parse import urlencode

    return urlencode(fields).encode()


def run(app_url: str, owner_url: str, console: Console) -> None:
    asyncio.run(measure(app_url, owner_url, console))
