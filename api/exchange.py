"""Tables from data and to data: `/import/<kind>`, `/export/<kind>.csv`, `/export/<kind>.xlsx`.

The file is the body of the request, as it is. Whatever is wrong with it is told in one report, row
by row, and nothing of it is kept: an import is all or nothing, and a dry run keeps nothing at all.
"""

import asyncio

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.errors import Code, Problem
from api.failure import sqlstate
from api.request import body, request_id
from api.serving import Counter
from auth.caller import Caller
from auth.scopes import Scope
from db.session import Database
from domain import access
from domain.exchange import exchanging
from domain.exchange.exchanging import EXCHANGES, MEDIA_TYPES, Exchange, Format, Report
from domain.exchange.problem import FileRefused, RowProblem
from domain.exchange.sheet import Sheet
from domain.refusal import RefusalCode
from resolvers.context import MOVED

AT_ONCE = 2
"""Files read or written at the same time by one process."""
MOST_BYTES = 8_000_000
IMPORT_COST, EXPORT_COST = 20_000, 5_000
IMPORT_SECONDS, EXPORT_SECONDS = 60, 40
_TYPES = {
    "text/csv": Format.CSV,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Format.XLSX,
    "application/vnd.ms-excel.sheet.macroenabled.12": Format.XLSX,
    "application/vnd.ms-excel": Format.XLSX,
}
"""What is sent as an old or a macro workbook is looked at, to say what is wrong with it."""


class _Undone(Exception):
    """An import that is not kept: the transaction rolls back."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


class Exchanges:
    """The addresses of imports, exports and templates."""

    def __init__(self, database: Database, counter: Counter) -> None:
        self._database, self._counter = database, counter
        self._turn = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        route = self._counter.route
        return [
            route("/import/{kind}", self.take, method="POST", seconds=IMPORT_SECONDS),
            route("/import/{kind}/template.{format}", self.template),
            route("/export/{kind}.{format}", self.give, seconds=EXPORT_SECONDS),
        ]

    async def take(self, request: Request, caller: Caller) -> Response:
        """Import a file, or say what importing it would do."""
        exchange = _exchange(request)
        _require(exchange.write, caller)
        keep = _kept(request)
        await self._counter.charge(caller, IMPORT_COST)
        format = _sent(request)
        content = await body(request, MOST_BYTES)
        async with self._turn:
            try:
                sheet = await asyncio.to_thread(exchanging.read, exchange, format, content)
            except FileRefused as error:
                report = exchanging.refused(error)
            else:
                report = await self._imported(request, caller, exchange, sheet, keep)
        told = {"kind": request.path_params["kind"], "dryRun": not keep}
        status = 422 if keep and report.problems else 200
        return JSONResponse(told | report.told(applied=keep), status)

    async def _imported(
        self, request: Request, caller: Caller, exchange: Exchange, sheet: Sheet, keep: bool
    ) -> Report:
        try:
            async with self._database.transaction(caller) as tx:
                tx.info["request_id"] = request_id(request)
                await _still(tx, exchange.write)
                report = await exchanging.take(tx, caller, exchange, sheet)
                if report.problems or not keep:
                    raise _Undone(report)
                return report
        except _Undone as undone:
            return undone.report
        except DBAPIError as error:
            if sqlstate(error) not in MOVED:
                raise
            return Report([], [RowProblem(RefusalCode.CHANGED_MEANWHILE)])

    async def give(self, request: Request, caller: Caller) -> Response:
        """Everything of a kind that the token may see."""
        exchange, format = _exchange(request), _asked(request)
        _require(exchange.read, caller)
        await self._counter.charge(caller, EXPORT_COST)
        async with self._turn:
            async with self._database.transaction(caller) as tx:
                await _still(tx, exchange.read)
                rows = await exchanging.give(tx, caller, exchange)
            kind = request.path_params["kind"]
            file = await asyncio.to_thread(exchanging.file_of, rows, format, kind)
        return _file(file, f"{kind}.{format}", format)

    async def template(self, request: Request, caller: Caller) -> Response:
        """An empty table to fill; the workbook explains each column."""
        exchange, format = _exchange(request), _asked(request)
        kind = request.path_params["kind"]
        file = await asyncio.to_thread(exchanging.template, exchange, format, kind)
        return _file(file, f"template-{kind}.{format}", format)


def _exchange(request: Request) -> Exchange:
    found = EXCHANGES.get(request.path_params["kind"])
    if found is None:
        raise Problem(Code.NOT_FOUND)
    return found


def _asked(request: Request) -> Format:
    try:
        return Format(request.path_params["format"])
    except ValueError:
        raise Problem(Code.NOT_FOUND) from None


def _sent(request: Request) -> Format:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES or request.headers.get("content-encoding", "identity") != "identity":
        detail = f"The body must be a file of one of: {', '.join(MEDIA_TYPES.values())}."
        raise Problem(Code.BAD_INPUT, detail=detail, status=415)
    return _TYPES[kind]


def _kept(request: Request) -> bool:
    given, *more = request.query_params.getlist("dryRun") or ["true"]
    if more or given not in ("true", "false"):
        raise Problem(Code.BAD_INPUT, detail="The parameter dryRun must be true or false.")
    return given == "false"


def _require(scope: Scope, caller: Caller) -> None:
    if scope not in caller.scopes:
        raise Problem(Code.MISSING_SCOPE, scope=scope.value)


async def _still(tx: AsyncSession, scope: Scope) -> None:
    """What a token carries may have been taken from its client since."""
    if scope not in await access.permitted(tx):
        raise Problem(Code.MISSING_SCOPE, scope=scope.value)


def _file(content: bytes, name: str, format: Format) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[format], headers=headers)
