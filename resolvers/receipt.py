"""Resolvers of receipts."""

from typing import Annotated

import strawberry

from db.receipt import OrganisationKey, Receipt, ReceiptSignature
from domain import receipt
from domain.checks import Json, Ref, id_of
from domain.paging import PageArgs
from resolvers.context import Info


async def one(info: Info, id: Ref) -> Receipt:
    """One receipt (berita acara) that is your organisation's to see, with the scope of its noun."""
    return await info.context.found(Receipt, id_of(id, "receipt", "id"), "id")


async def signatures(root: Receipt, info: Info) -> list[ReceiptSignature]:
    """Who has signed, in the order of signing."""
    key, args = ReceiptSignature.receipt_id, PageArgs(first=receipt.MOST_SIGNERS)
    page = await info.context.many(key, receipt.ORDER, root.id, args)
    return list(page.rows)


async def jws(root: Receipt, info: Info) -> Json:
    """Document and signatures as JWS in General JSON Serialization (RFC 7515 section 7.2.1)."""
    return Json(receipt.jws_of(root, await signatures(root, info)))


async def complete(root: Receipt, info: Info) -> bool:
    """Whether everyone has signed who has to (lengkap)."""
    return receipt.complete(root, await signatures(root, info))


def pdf_url(root: Receipt, info: Info) -> str:
    """Where the same token fetches it as a PDF to file, with the JWS attached."""
    return f"{info.context.auth.issuer}/receipts/{root.global_id}.pdf"


async def sign(
    info: Info,
    id: Ref,
    jws: Annotated[
        str,
        strawberry.argument(
            description="A compact JWS over the bytes of `document`; its payload may be left out."
            " Header: `alg`, `kid` as the document names it, `typ` `rangkul-receipt+json`, and"
            " `iat`, the time in seconds."
        ),
    ],
) -> Receipt:
    """Sign a receipt with the key that your organisation keeps itself (menandatangani)."""
    async with info.context.change() as tx:
        return await receipt.sign(tx, info.context.me, id, jws)


async def register_key(
    info: Info,
    jwk: Annotated[
        Json,
        strawberry.argument(
            description="A public JWK: P-256, P-384, Ed25519, or RSA from 2048 bits."
        ),
    ],
) -> OrganisationKey:
    """Sign receipts with a key of your own from now on; its private half stays with you.

    Receipts then wait for your signature. The key before is retired, and still verifies.
    """
    async with info.context.change() as tx:
        return await receipt.register_key(tx, info.context.me, jwk)
