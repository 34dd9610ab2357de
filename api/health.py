"""Whether this process lives, and whether it can work: for load balancers and for people."""

import asyncio

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import JSONResponse

from db.revision import newest
from db.session import Database

PATIENCE = 3.0
"""Seconds to wait for a dependency before calling it away."""


class Health:
    """`/health/live` asks nothing of anyone; `/health/ready` says which dependency fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def live(self, request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def ready(self, request: Request) -> JSONResponse:
        checks = {"database": "ok", "migrations": "ok"}
        try:
            async with asyncio.timeout(PATIENCE), self._database.anonymous() as tx:
                await tx.execute(text("select 1"))
                at = await tx.scalar(text("select access.revision()"))
                if at != newest():
                    checks["migrations"] = f"database at {at}, program needs {newest()}"
        except Exception:
            checks = {"database": "away", "migrations": "unknown"}
        well = all(state == "ok" for state in checks.values())
        body = {"status": "ok" if well else "unavailable", "checks": checks}
        return JSONResponse(body, status_code=200 if well else 503)
