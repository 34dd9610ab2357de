"""Calendars for calendar programs: `/calendar/<secret>.ics`.

Such a program sends no token; the address is the secret. A wrong link and one that ended answer
alike, and the address stands in no log: lines have the path of the route (`api.logging`).
"""

import asyncio
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.rate_limit import RateLimiter
from api.request import request_id
from auth.caller import Caller
from auth.settings import AuthSettings
from db.session import CallerUnknown, Database, DatabaseAway
from domain import calendar
from domain.calendar_entries import entries
from domain.calendar_file import tag_of, written

COST = 50
"""What a calendar is counted as in the allowance of its client."""
SECONDS = 10
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}
# Kept by whoever asked, and asked about again each time: a link that ended opens nothing.
_KEPT = {"cache-control": "private, no-cache"}
_NOT_KEPT = {"cache-control": "no-store"}


class Calendars:
    """The addresses of calendar feeds."""

    def __init__(self, database: Database, limiter: RateLimiter, settings: AuthSettings) -> None:
        self._database, self._limiter = database, limiter
        self._writing = asyncio.Semaphore(1)  # a thousand entries take a second of a processor
        self._host = urlsplit(settings.issuer).hostname or "rangkul"

    def routes(self) -> list[Route]:
        return [Route("/calendar/{secret}.ics", self.calendar, methods=["GET"])]

    async def calendar(self, request: Request) -> Response:
        """One calendar, or nothing that would tell why not."""
        try:
            async with asyncio.timeout(SECONDS):
                response = await self._answer(request)
        except (DatabaseAway, TimeoutError):
            response = Response(status_code=503, headers={"retry-after": "60", **_NOT_KEPT})
        response.headers.update(_HEADERS)
        response.headers["x-request-id"] = request_id(request)
        return response

    async def _answer(self, request: Request) -> Response:
        async with self._database.anonymous() as tx:
            caller = await calendar.reader(tx, request.path_params["secret"])
        try:
            return await self._file(request, caller) if caller else _nothing()
        except CallerUnknown:
            return _nothing()

    async def _file(self, request: Request, caller: Caller) -> Response:
        wait = await self._limiter.take(caller, COST)
        if wait is not None:
            headers = {"retry-after": str(max(1, round(wait))), **_NOT_KEPT}
            return Response(status_code=429, headers=headers)
        async with self._database.transaction(caller) as tx:
            found = await entries(tx, caller)
        if found is None:
            return _nothing()
        request.state.client_key = caller.client_key  # for the log
        tag = f'"{tag_of(found)}"'
        headers = {"etag": tag, **_KEPT}
        if tag in [one.strip().removeprefix("W/") for one in _given(request)]:
            return Response(status_code=304, headers=headers)
        async with self._writing:
            file = await asyncio.to_thread(written, found, self._host)
        return Response(file, media_type="text/calendar; charset=utf-8", headers=headers)


def _given(request: Request) -> list[str]:
    return request.headers.get("if-none-match", "").split(",")


def _nothing() -> Response:
    return Response("Not found.\n", 404, media_type="text/plain", headers=_NOT_KEPT)
