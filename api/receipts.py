"""Receipts as files, for those who may see them; and the keys to verify them with, for everybody.

A file is fetched with the very token that GraphQL takes; bound tokens prove their key for this
address. What is foreign, unknown or no id at all answers alike. Either stands in the ledger.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

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
from db import ledger
from db.ids import decode
from db.receipt import Receipt
from db.session import Database
from domain.receipt import custody_of, jws_of, signatures_of
from domain.receipt_jws import MEDIA_TYPE
from domain.receipt_keys import published

AT_ONCE = 2
"""Pages drawn at the same time by one process: each takes a tenth of a second of a processor."""
PDF_COST = 200
"""What a page is counted as in the allowance of its client; a page of JSON costs 10."""
JSON_COST = 10
SECONDS = 20
FRESH = "public, max-age=300"


class Receipts:
    """The addresses below ``/receipts`` and the keys of one organisation."""

    def __init__(
        self, authority: Authority, database: Database, limiter: RateLimiter, challenges: Challenges
    ) -> None:
        self._authority, self._database = authority, database
        self._limiter, self._challenges = limiter, challenges
        self._drawing = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        return [
            Route("/receipts/keys", self.keys, methods=["GET"]),
            Route("/organisations/{id}/keys", self.keys, methods=["GET"]),
            Route("/receipts/{id}.json", self._told(self.json), methods=["GET"]),
            Route("/receipts/{id}.pdf", self._told(self.pdf), methods=["GET"]),
        ]

    async def keys(self, request: Request) -> Response:
        """Public keys as a JWK Set (RFC 7517 section 5): of all organisations, or of one."""
        named = request.path_params.get("id")
        known = decode(named) if named else None
        async with self._database.anonymous() as tx:
            keys = (
                await published(tx, custody_of(tx), known[1] if known else None)
                if named is None or (known and known[0] == "organisation")
                else []
            )
        return JSONResponse(
            {"keys": keys}, headers={"cache-control": FRESH}, media_type="application/jwk-set+json"
        )

    async def json(self, request: Request, caller: Caller) -> Response:
        receipt, jws = await self._read(request, caller, JSON_COST)
        return _file(json.dumps(jws).encode(), receipt, "json", MEDIA_TYPE)

    async def pdf(self, request: Request, caller: Caller) -> Response:
        from domain.receipt_pdf import rendered  # takes a while to load, and most never need it

        receipt, jws = await self._read(request, caller, PDF_COST)
        async with self._drawing:
            page = await asyncio.to_thread(rendered, receipt.document, receipt.hash, jws)
        return _file(page, receipt, "pdf", "application/pdf")

    async def _read(
        self, request: Request, caller: Caller, cost: int
    ) -> tuple[Receipt, dict[str, Any]]:
        wait = await self._limiter.take(caller, cost)
        if wait is not None:
            seconds = max(1, round(wait))
            raise Problem(
                Code.RATE_LIMITED, retryAfter=seconds, headers={"retry-after": str(seconds)}
            )
        known = decode(request.path_params["id"])
        async with self._database.transaction(caller) as tx:
            tx.info["request_id"] = request_id(request)
            receipt = await tx.get(Receipt, known[1]) if known and known[0] == "receipt" else None
            await ledger.append(tx, _told_to(receipt, caller))
            signatures = [] if receipt is None else await signatures_of(tx, receipt)
        if receipt is None:
            raise Problem(Code.NOT_FOUND)
        return receipt, jws_of(receipt, signatures)

    def _told(
        self, serve: Callable[[Request, Caller], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """Let in, serve, and say what went wrong as `/graphql` does."""

        async def endpoint(request: Request) -> Response:
            try:
                async with asyncio.timeout(SECONDS):
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
        """Who asks; a proof must be of the address as clients know it (RFC 9449 section 4.3)."""
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


def _told_to(receipt: Receipt | None, caller: Caller) -> list[dict[str, Any]]:
    """What stands in the ledger of it: for every other side that it was taken out, or that it was
    asked for in vain. It is written in the transaction that reads, or nothing is served."""
    if receipt is None:
        return [{"kind": "DENIED", "field": "receipts", "code": Code.NOT_FOUND}]
    about = (
        {"handoff": str(receipt.handoff_id)}
        if receipt.handoff_id
        else {"version": str(receipt.version_id)}
    )
    others = [id for id in receipt.signers if id != caller.organisation_id]
    return [{"owner": str(owner), "kind": "EXPORTED", **about} for owner in others]


def _file(content: bytes, receipt: Receipt, ending: str, media_type: str) -> Response:
    """A file to keep, named by its number; slashes mean something else in names of files."""
    name = f"{receipt.number.replace('/', '-')}.{ending}"
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})
