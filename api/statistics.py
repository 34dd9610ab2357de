"""Released statistics as files: `/statistics/<data set>.csv` and `.svg`, with the token of GraphQL.

`?from=2026&until=2026&by=REGION,SERVICE&REGION=31,32`
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.errors import Code, Problem
from api.request import language
from api.serving import Counter
from auth.caller import Caller
from auth.scopes import Scope
from db.session import Database
from db.statistics import Dataset, Dimension
from domain import access
from domain.refusal import Refusal, RefusalCode
from domain.statistics import StatisticsPick, StatisticsQuery, StatisticsTable, read

COST = 100
LONGEST = 2_000
_NO_SCRIPT = "default-src 'none'; sandbox"


class Statistics:
    """The addresses of tables and pictures."""

    def __init__(self, database: Database, counter: Counter) -> None:
        self._database, self._counter = database, counter

    def routes(self) -> list[Route]:
        route = self._counter.route
        return [
            route("/statistics/{dataset}.csv", self.csv),
            route("/statistics/{dataset}.svg", self.svg),
        ]

    async def csv(self, request: Request, caller: Caller) -> Response:
        from domain.statistics.export import as_csv

        table = await self._read(request, caller)
        return _file(as_csv(table, language(request)), request, "csv", "text/csv; charset=utf-8")

    async def svg(self, request: Request, caller: Caller) -> Response:
        from domain.statistics.chart import as_svg

        table = await self._read(request, caller)
        return _file(as_svg(table, language(request)), request, "svg", "image/svg+xml")

    async def _read(self, request: Request, caller: Caller) -> StatisticsTable:
        if Scope.STATISTICS_READ not in caller.scopes:
            raise Problem(Code.MISSING_SCOPE, scope=Scope.STATISTICS_READ.value)
        await self._counter.charge(caller, COST)
        query = _asked(request)
        async with self._database.transaction(caller) as tx:
            if Scope.STATISTICS_READ not in await access.permitted(tx):  # taken away since
                raise Problem(Code.MISSING_SCOPE, scope=Scope.STATISTICS_READ.value)
            return await read(tx, query)


def _asked(request: Request) -> StatisticsQuery:
    """The query that an address asks; whatever it does not know is refused."""
    names = {dataset.value.lower(): dataset for dataset in Dataset}
    dataset = names.get(request.path_params["dataset"])
    if dataset is None:
        raise Problem(Code.NOT_FOUND)
    given = dict(request.query_params.multi_items())
    if len(given) != len(request.query_params.multi_items()) or len(str(request.url)) > LONGEST:
        raise Refusal(RefusalCode.BAD_INPUT)
    since = given.pop("from", "")
    until = given.pop("until", since)
    by = [_dimension(name, "by") for name in filter(None, given.pop("by", "").split(","))]
    pick = [
        StatisticsPick(_dimension(name, "input"), codes.split(",")) for name, codes in given.items()
    ]
    return StatisticsQuery(dataset, since, until, by, pick)


def _dimension(name: str, field: str) -> Dimension:
    if name not in Dimension.__members__:
        raise Refusal(RefusalCode.BAD_INPUT, field)
    return Dimension[name]


def _file(content: str, request: Request, ending: str, media_type: str) -> Response:
    name = f"{request.path_params['dataset']}.{ending}"
    kind = "inline" if ending == "svg" else "attachment"
    headers = {
        "content-disposition": f'{kind}; filename="{name}"',
        "content-security-policy": _NO_SCRIPT,
    }
    return Response(content, media_type=media_type, headers=headers)
