"""Addresses beside `/graphql` for whoever carries a token: let in as there, and refused as there.

Files are fetched and sent with the very token that GraphQL takes; bound tokens prove their key for
the address itself (RFC 9449 section 4.3).
"""

import asyncio
from collections.abc import Awaitable, Callable

from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.errors import Code, Problem
from api.explain import explain
from api.rate_limit import RateLimiter
from api.request import language, request_id
from auth.authority import Authority
from auth.bearer import Challenges, Door, NoToken
from auth.caller import Caller
from auth.dpop import ProofRefused
from auth.tokens import InvalidToken

Serve = Callable[[Request, Caller], Awaitable[Response]]


class Counter:
    """Lets callers in, takes what their request costs, and says what went wrong."""

    def __init__(self, authority: Authority, limiter: RateLimiter, challenges: Challenges) -> None:
        self._authority, self._limiter, self._challenges = authority, limiter, challenges

    def route(self, path: str, serve: Serve, *, method: str = "GET", seconds: float = 20) -> Route:
        return Route(path, self._told(serve, seconds), methods=[method])

    async def charge(self, caller: Caller, cost: int) -> None:
        """Take the cost from the allowance of the caller's client, or refuse for now."""
        wait = await self._limiter.take(caller, cost)
        if wait is not None:
            seconds = max(1, round(wait))
            raise Problem(
                Code.RATE_LIMITED, retryAfter=seconds, headers={"retry-after": str(seconds)}
            )

    def _told(self, serve: Serve, seconds: float) -> Callable[[Request], Awaitable[Response]]:
        """Let in, serve, and say what went wrong as `/graphql` does."""

        async def endpoint(request: Request) -> Response:
            try:
                async with asyncio.timeout(seconds):
                    response = await serve(request, await self._caller(request))
            except Problem as problem:
                response = self._refused(request, problem)
            except (NoToken, InvalidToken, ProofRefused) as error:
                headers = {"www-authenticate": self._challenges.challenge(request, error)}
                response = self._refused(request, Problem(Code.UNAUTHENTICATED, headers=headers))
            except Exception as error:
                response = self._refused(request, GraphQLError("", original_error=error))
            response.headers["cache-control"] = "no-store"
            response.headers["x-content-type-options"] = "nosniff"
            response.headers["x-request-id"] = request_id(request)
            if nonce := self._challenges.next_nonce(request, response.status_code):
                response.headers["dpop-nonce"] = nonce
            return response

        return endpoint

    async def _caller(self, request: Request) -> Caller:
        authority = self._authority
        address = authority.settings.issuer + request.url.path
        caller = await Door(authority.tokens, authority.proofs, address).caller(request)
        if caller is None:
            raise NoToken
        request.state.client_key = caller.client_key  # for the log
        return caller

    def _refused(self, request: Request, error: GraphQLError) -> Response:
        told = explain(error, language(request), request_id(request))
        problem = told.problem
        status = problem.status if problem else 400
        response = JSONResponse({"errors": [told.body]}, status)
        if problem is not None:
            if problem.code is Code.UNAUTHENTICATED:
                response.headers["www-authenticate"] = self._challenges.challenge(request)
            response.headers.update(problem.headers)
        return response
