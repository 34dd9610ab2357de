"""The two servers that are compared: ours as it is served, and the floor.

Started by `benchmarks.run` under the same uvicorn with the same options; each on one process.
"""

import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import queries
from db.ids import new_id

KEY = base64.b64encode(bytes(32)).decode()
READER = UUID("00000001-0000-7000-8000-000000000002")
SENDER = UUID("00000001-0000-7000-8000-000000000001")
MOU = UUID("00000003-0000-7000-8000-000000000001")


def ours() -> Starlette:
    """Rangkul as `rangkul serve` runs it, without the rate limit that would stop the measuring."""
    from api.app import make_app
    from api.settings import Settings
    from db.session import Database

    settings = Settings(key_encryption_key=KEY, rate_points_per_minute=0)  # type: ignore[arg-type]
    return make_app(settings, Database(os.environ["BENCH_DATABASE_URL"], pool_size=16))


def floor() -> Starlette:
    """Hand-written SQL; to read, one round trip. Who is calling was said once a connection."""

    async def be_somebody(connection: asyncpg.Connection) -> None:
        client = connection_client(os.environ.get("BENCH_CALLER", "reader"))
        await connection.execute(
            "select set_config('app.organisation_id', $1, false),"
            " set_config('app.client_id', $2, false), set_config('app.scopes', $3, false)",
            *client,
        )

    def connection_client(who: str) -> tuple[str, str, str]:
        organisation = SENDER if who == "sender" else READER
        client = str(organisation).replace("00000001-", "00000002-", 1)
        scopes = "handoff:identity handoff:read handoff:write mou:read organisation:read"
        return str(organisation), client, scopes

    pools: dict[str, asyncpg.Pool] = {}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            os.environ["BENCH_DATABASE_URL"], min_size=16, max_size=16, setup=be_somebody
        ) as pool:
            pools["one"] = pool
            yield

    async def answer(request: Request) -> Response:
        key = request.path_params["key"]
        body = await request.json()
        async with pools["one"].acquire() as connection:
            if key == "send":
                text = await _send(connection)
            elif key == "one":
                id = UUID(str(body["id"]).removeprefix("handoff_"))
                text = await connection.fetchval(queries.FLOOR_ONE, id)
            else:
                statement = {"page": queries.FLOOR_PAGE, "scalars": queries.FLOOR_SCALARS}[key]
                text = await connection.fetchval(statement, READER)
        return Response(text, media_type="application/json")

    return Starlette(routes=[Route("/{key}", answer, methods=["POST"])], lifespan=lifespan)


async def _send(connection: asyncpg.Connection) -> str:
    sections = [new_id() for _ in range(5)]
    categories = ["IDENTITY", "INCIDENT", "HEALTH", "PSYCHOLOGICAL", "SERVICE"]
    handoff, parts, bodies, event = queries.FLOOR_SEND
    id = new_id()
    async with connection.transaction():
        text: str = await connection.fetchval(handoff, id, id.hex, SENDER, READER, MOU)
        await connection.execute(parts, id, SENDER, sections, categories)
        await connection.execute(bodies, id, SENDER, sections, categories, ["Isi bagian."] * 5)
        await connection.execute(event, id, SENDER, new_id())
    return text
