"""Receipts as files, for those who may see them; and the keys to verify them with, for everybody.

What is foreign, unknown or no id at all answers alike. Either stands in the ledger.
"""

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.errors import Code, Problem
from api.request import request_id
from api.serving import Counter
from auth.caller import Caller
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
FRESH = "public, max-age=300"


class Receipts:
    """The addresses below ``/receipts`` and the keys of one organisation."""

    def __init__(self, database: Database, counter: Counter) -> None:
        self._database, self._counter = database, counter
        self._drawing = asyncio.Semaphore(AT_ONCE)

    def routes(self) -> list[Route]:
        return [
            Route("/receipts/keys", self.keys, methods=["GET"]),
            Route("/organisations/{id}/keys", self.keys, methods=["GET"]),
            self._counter.route("/receipts/{id}.json", self.json),
            self._counter.route("/receipts/{id}.pdf", self.pdf),
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
        await self._counter.charge(caller, cost)
        known = decode(request.path_params["id"])
        async with self._database.transaction(caller) as tx:
            tx.info["request_id"] = request_id(request)
            receipt = await tx.get(Receipt, known[1]) if known and known[0] == "receipt" else None
            await ledger.append(tx, _told_to(receipt, caller))
            signatures = [] if receipt is None else await signatures_of(tx, receipt)
        if receipt is None:
            raise Problem(Code.NOT_FOUND)
        return receipt, jws_of(receipt, signatures)


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
