"""What anybody may read of the access ledger: its signed heads, the keys that signed them, and that
one continues another. Whoever keeps a head holds us to it.

It says how much is read here, and nothing of who reads what.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from auth.endpoint import later
from auth.settings import AuthSettings
from db.ledger import LedgerHead
from db.session import Database, DatabaseAway
from domain.ledger.keys import LedgerKeys
from domain.ledger.receipts import consistency
from domain.refusal import Refusal

Answer = Callable[[Request], Awaitable[JSONResponse]]


class PublicLedger:
    """`/ledger/head`, `/ledger/keys` and `/ledger/consistency`."""

    def __init__(self, database: Database, settings: AuthSettings) -> None:
        self._database = database
        self._keys = LedgerKeys(settings)

    def routes(self) -> list[BaseRoute]:
        paths: dict[str, Answer] = {
            "/ledger/head": self.head,
            "/ledger/keys": self.keys,
            "/ledger/consistency": self.consistency,
        }
        return [Route(path, _served(answer), methods=["GET"]) for path, answer in paths.items()]

    async def head(self, request: Request) -> JSONResponse:
        """The newest signed tree head, or the one of a size."""
        wanted = select(LedgerHead.jws).order_by(LedgerHead.size.desc()).limit(1)
        if "size" in request.query_params:
            wanted = wanted.where(LedgerHead.size == _number(request, "size"))
        async with self._database.sealer() as tx:
            token = await tx.scalar(wanted)
        return JSONResponse({"head": token}, status_code=200 if token else 404)

    async def keys(self, request: Request) -> JSONResponse:
        """The public keys, as a JWK Set."""
        async with self._database.sealer() as tx:
            ring = await self._keys.ring(tx)
        return JSONResponse(ring.jwks)

    async def consistency(self, request: Request) -> JSONResponse:
        """The proof that the ledger of one size continues that of another."""
        old, new = _number(request, "from"), _number(request, "to")
        async with self._database.sealer() as tx:
            link = await consistency(tx, old, new)
        return JSONResponse({"consistency": {"from": old, "to": new, "proof": link.proof}})


def _number(request: Request, name: str) -> int:
    given = request.query_params.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0


def _served(answer: Answer) -> Any:
    async def serve(request: Request) -> JSONResponse:
        try:
            response = await answer(request)
        except DatabaseAway:
            return later(503, 5)
        except Refusal as refusal:
            body = {"error": refusal.code.value, "parameter": refusal.field}
            response = JSONResponse(body, status_code=400)
        response.headers["cache-control"] = "no-cache"
        return response

    return serve
