"""The application: what is served where, and what lives as long as the server does."""

import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from api.admission import Rules
from api.apart import share_the_processor
from api.calendar import Calendars
from api.cross_origin import CrossOrigin
from api.denials import denials
from api.exchange import Exchanges
from api.executing import Schema
from api.graphql import Endpoint
from api.health import Health
from api.ledger import PublicLedger
from api.rate_limit import RateLimiter
from api.receipts import Receipts
from api.request import language, request_id
from api.serving import Counter
from api.settings import Settings
from api.statistics import Statistics
from auth.authority import Authority
from auth.bearer import Challenges, Door
from auth.caller import Caller
from auth.housekeeping import INTERVAL, Housekeeping
from auth.resource import metadata_path
from auth.resource import routes as resource_routes
from auth.server import routes as auth_routes
from db.session import Database
from domain.ledger.sealing import Sealer
from domain.retention import Retention
from resolvers.context import Context
from schema.root import HANDLERS, TYPES, Mutation, Query, config

log = structlog.get_logger("api")


class Server(Starlette):
    """Takes GraphQL, which is nearly all there is, straight to its endpoint.

    What stands between (routes, pages of other sites, errors nobody caught) is not for it, unless a
    browser asks on behalf of another site; walking through took as long as running a plan.
    """

    def __init__(self, graphql: Endpoint, **rest: Any) -> None:
        super().__init__(**rest)
        self._graphql = graphql

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = scope["type"] == "http" and scope["path"] == "/graphql"
        if here and all(name != b"origin" for name, _ in scope["headers"]):
            scope.update(app=self, endpoint=self._graphql, path_params={})
            await self._graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def make_schema(
    rules: Rules | None = None, *, suggestions: bool = True, plans: bool = True
) -> Schema:
    """The contract, under the rules of an installation."""
    return Schema(
        Query,
        Mutation,
        types=TYPES,
        rules=rules,
        plans=plans,
        exception_handlers=HANDLERS,
        config=config(suggestions=suggestions),
    )


def make_app(
    settings: Settings,
    database: Database,
    *,
    more_routes: Sequence[BaseRoute] = (),
    plans: bool = True,
) -> Starlette:
    """The whole server on one database, whose pool it closes when it ends.

    Without ``plans`` every operation is run by graphql-core, with the same answers.
    """
    database.info |= settings.carried | database.info
    authority = Authority.make(settings.auth, database)
    limiter = RateLimiter(database, settings.rate_points_per_minute)
    rules = Rules(
        limits=settings.limits,
        anonymous_introspection=settings.anonymous_introspection,
        rate_limit=limiter.take,
        trusted=settings.trusted,
    )
    schema = make_schema(rules, suggestions=settings.anonymous_introspection, plans=plans)

    def make_context(request: Request, caller: Caller | None) -> Context:
        if caller is not None:
            request.state.client_key = caller.client_key  # for the log
        tongue, known = language(request), request_id(request)
        return Context(database, caller, tongue, known, authority.settings)

    async def settle(context: Context, errors: Sequence[GraphQLError]) -> None:
        for field, code in denials(errors):
            context.reading.denied(field, code)
        await context.reading.write(database, context.me, context.request_id)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        try:
            await authority.keys.check()
            async with database.anonymous() as tx:
                await database.info["vault"].check(tx)
        except Exception:
            log.exception("cannot start")  # what the server itself would say of it, we do not log
            raise
        _calm_the_collector()
        share_the_processor()
        async with (
            Housekeeping(database, authority.keys, settings.auth).running(INTERVAL),
            Sealer(database, settings.auth).running(settings.ledger_seconds),
            Retention(database).running(60 * settings.retention_minutes),
        ):
            yield
        await database.close()

    health = Health(database)
    metadata = settings.issuer + metadata_path(settings.auth)
    challenges = Challenges(metadata, authority.proofs.nonce)
    counter = Counter(authority, limiter, challenges)
    graphql = Endpoint(
        schema,
        authenticate=Door(authority.tokens, authority.proofs, settings.auth.audience).caller,
        make_context=make_context,
        settle=settle,
        challenges=challenges,
    )
    return Server(
        graphql,
        routes=[
            Route("/graphql", graphql),
            Route("/health/live", health.live),
            Route("/health/ready", health.ready),
            *auth_routes(authority),
            *resource_routes(authority),
            *Receipts(database, counter).routes(),
            *Exchanges(database, counter).routes(),
            *Statistics(database, counter).routes(),
            *PublicLedger(database, settings.auth).routes(),
            *Calendars(database, limiter, settings.auth).routes(),
            *more_routes,
        ],
        middleware=[Middleware(CrossOrigin)],
        lifespan=lifespan,
    )


def _calm_the_collector() -> None:
    """Let Python look for cycles less often, and never for long.

    A page of 20 with all children is thousands of short-lived objects: it takes graphql-core 36 ms
    of processor time at Python's 700, and 29 ms from some thousands on. Looking stops everything,
    also what is done apart: through 20,000 objects it is 2 ms, through 200,000 it was 30, whenever
    somebody sent a long document. All there is, without what stood when the server started, is
    gone through after a million.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 4, 50)
