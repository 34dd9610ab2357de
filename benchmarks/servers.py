"""The two servers that are compared: ours as it is served, and the floor.

Started by `benchmarks.run` under the same uvicorn with the same options; each on one process.
"""

import base64
import os
from base64 import b64decode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.settings import Settings
from benchmarks import queries
from benchmarks.activities import FLOOR_COUNTED, FLOOR_PAGE, FLOOR_SCALARS, Place
from benchmarks.data import SECTIONS
from db.ids import new_id
from db.session import Database
from db.vault import Vault, Wrapped, of_case, unseal
from domain.words import hashed, stems

SCOPES = "activity:read handoff:identity handoff:read handoff:write mou:read organisation:read"
RECORD = (
    "select access.record_reading($1, $2, 10000, null, null, false, $3, $4, 'bench', $5, '{}',"
    " '{}', '[]')"
)
KEY = base64.b64encode(bytes(32)).decode()
READER = UUID("00000001-0000-7000-8000-000000000002")
SENDER = UUID("00000001-0000-7000-8000-000000000001")
MOU = UUID("00000003-0000-7000-8000-000000000001")


def bench_caller_values() -> tuple[UUID, str, UUID]:
    """The reader, as the ledger's function wants to know it."""
    client = UUID(str(READER).replace("00000001-", "00000002-", 1))
    return client, SCOPES, READER


def ours() -> Starlette:
    """Rangkul as `rangkul serve` runs it, without the rate limit that would stop the measuring,
    unless that is what is measured."""
    from api.app import make_app
    from benchmarks.sealing import bare

    if is_bare():
        bare()
    rate = int(os.environ.get("BENCH_RATE", "0"))
    settings = Settings(key_encryption_key=KEY, rate_points_per_minute=rate)  # type: ignore[arg-type]
    return make_app(settings, Database(os.environ["BENCH_DATABASE_URL"], pool_size=16))


def is_bare() -> bool:
    """Whether nothing is opened and nothing written down, on both sides: to see what that costs."""
    return "BENCH_BARE" in os.environ


def floor() -> Starlette:
    """Hand-written SQL; to read, one round trip, and one for the ledger.

    Who is calling is said once a connection, and nothing is put back when a request is done with
    it: that would be two round trips which no request needs here.
    """

    async def be_somebody(connection: asyncpg.Connection) -> None:
        client = connection_client(os.environ.get("BENCH_CALLER", "reader"))
        await connection.execute(
            "select set_config('app.organisation_id', $1, false),"
            " set_config('app.client_id', $2, false), set_config('app.scopes', $3, false),"
            " set_config('jit', 'off', false)",  # as ours has it
            *client,
        )

    async def stay(connection: asyncpg.Connection) -> None:
        pass

    def connection_client(who: str) -> tuple[str, str, str]:
        organisation = SENDER if who == "sender" else READER
        client = str(organisation).replace("00000001-", "00000002-", 1)
        return str(organisation), client, SCOPES

    pools: dict[str, asyncpg.Pool] = {}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            os.environ["BENCH_DATABASE_URL"], min_size=16, max_size=16, init=be_somebody, reset=stay
        ) as pool:
            pools["one"] = pool
            yield

    async def answer(request: Request) -> Response:
        key = request.path_params["key"]
        body = orjson.loads(await request.body())
        async with pools["one"].acquire() as connection:
            if key == "send":
                text = await _send(connection, vault, words)
            elif key in activities:
                text = await connection.fetchval(*activities[key])
            else:
                asked = UUID(str(body["id"]).removeprefix("handoff_")) if key == "one" else READER
                text = await connection.fetchval(statements[key], asked)
                if key != "scalars" and not is_bare():
                    text, shown = opened(text, vault)
                    await connection.execute(RECORD, *bench_caller_values(), new_id(), shown)
        return Response(text, media_type="application/json")

    content = f"'{queries.BARE}'" if is_bare() else queries.SEALED
    statements = {
        "one": queries.floor_one(content),
        "page": queries.floor_page(content),
        "scalars": queries.FLOOR_SCALARS,
    }
    top, half = (Place(int(number)) for number in os.environ["BENCH_PLACES"].split())
    activities: dict[str, tuple[Any, ...]] = {
        "activities": (FLOOR_PAGE, top.starts_at, top.id, READER),
        "deep": (FLOOR_PAGE, half.starts_at, half.id, READER),
        "listed": (FLOOR_SCALARS, READER),
        "counted": (FLOOR_COUNTED, READER),
    }
    vault = Settings(key_encryption_key=KEY).vault  # type: ignore[arg-type]
    words = {
        side: "{" + ",".join(map(str, hashed(bytes(32), stems("Isi bagian.")))) + "}"
        for side in (SENDER, READER)
    }

    return Starlette(routes=[Route("/{key}", answer, methods=["POST"])], lifespan=lifespan)


def opened(text: str, vault: Vault) -> tuple[bytes, list[str]]:
    """The answer with what sections say in it, and which sections were shown."""
    answer = orjson.loads(text)
    shown: list[str] = []
    keys: dict[str, AESGCM] = {}
    provider = vault.provider._all[-1]  # type: ignore[attr-defined]
    for place in _contents(answer["data"]):
        id, handoff, author, category, sealed, sealed_key, case, kek, wrapped = place["body"]
        if case not in keys:
            kept = Wrapped(kek, b64decode(wrapped))
            keys[case] = AESGCM(unseal(provider._ciphers[kek], kept.sealed, of_case(UUID(case))))
        row = f"section {id} {handoff} {author} {category}"
        key = AESGCM(unseal(keys[case], b64decode(sealed_key), row))
        place["body"] = unseal(key, b64decode(sealed), row).decode()
        shown.append(id)
    return orjson.dumps(answer), shown


def _contents(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for one in value:
            yield from _contents(one)
    elif isinstance(value, dict):
        if value.get("__typename") == "Disclosed":
            yield value
        else:
            for one in value.values():
                yield from _contents(one)


async def _send(connection: asyncpg.Connection, vault: Vault, words: dict[UUID, str]) -> str:
    sections = [new_id() for _ in range(5)]
    categories = list(SECTIONS)
    id, case_id = new_id(), uuid4()
    key, wrapped = await vault.new_case_key(case_id)
    sealed = [
        key.seal_section(section, id, SENDER, category, "Isi bagian.")
        for section, category in zip(sections, categories, strict=True)
    ]
    handoff, parts, contents = queries.FLOOR_SEND
    async with connection.transaction():
        text: str = await connection.fetchval(
            handoff, id, id.hex, SENDER, READER, MOU, case_id, wrapped.kek_id, wrapped.sealed
        )
        await connection.execute(parts, id, SENDER, sections, categories, new_id(), new_id())
        texts, keys = zip(*sealed, strict=True)
        await connection.execute(
            contents, id, SENDER, sections, categories, texts, keys,
            words[SENDER], READER, words[READER],
        )  # fmt: skip
    return text
