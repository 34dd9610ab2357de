"""Receipts (berita acara): what both sides signed, for anyone who holds it to verify."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import receipt as rows
from db.enums import ReceiptKind
from db.organisation import Organisation as OrganisationRow
from domain.checks import Json
from resolvers import receipt as resolve
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Node, one
from schema.scopes import field, mutation


def _organisation(description: str) -> Any:
    return one(
        OrganisationRow,
        "organisation_id",
        Organisation | None,
        scope=Scope.ORGANISATION_READ,
        description=description,
    )


@strawberry.type(description="A signature (tanda tangan elektronik) under a receipt.")
class ReceiptSignature:
    kid: str = strawberry.field(description="The key, by its thumbprint (RFC 7638).")
    signed_at: datetime = strawberry.field(description="When it reached us.")
    organisation = _organisation("Whose it is.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.ReceiptSignature)


@strawberry.type(
    description=(
        "A receipt (berita acara): that a handoff was accepted, or an agreement signed. Made in the"
        " same transaction; nobody changes it later. It holds nothing of any child."
    )
)
class Receipt(Node):
    number: str = strawberry.field(description="Nomor: BAST (serah terima), BAKS (kerja sama).")
    kind: ReceiptKind = strawberry.field(description="What it attests.")
    document: str = strawberry.field(
        description="What is signed, in canonical JSON (RFC 8785), byte for byte."
    )
    hash: str = strawberry.field(description="SHA-256 of `document`.")
    created_at: datetime = strawberry.field(description="When it was made.")
    jws = field(resolve.jws, scope=None, returns=Json)
    complete = field(resolve.complete, scope=None)
    pdf_url = field(resolve.pdf_url, scope=None)
    signatures = field(resolve.signatures, scope=None, returns=list[ReceiptSignature])

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Receipt)


@strawberry.type(description="A public key an organisation signs receipts with (kunci publik).")
class ReceiptKey:
    kid: str = strawberry.field(description="Its thumbprint (RFC 7638).")
    custodial: bool = strawberry.field(description="Whether its private half is kept here, sealed.")
    created_at: datetime = strawberry.field(description="Since when.")
    retired_at: datetime | None = strawberry.field(description="Until when it signed.")
    organisation = _organisation("Whose it is.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.OrganisationKey)


ReceiptResult = Annotated[Receipt | Refused, strawberry.union("ReceiptResult")]
ReceiptKeyResult = Annotated[ReceiptKey | Refused, strawberry.union("ReceiptKeyResult")]


@strawberry.type
class ReceiptQuery:
    # Row-level security asks for the scope of what the receipt is of: handoff:read or mou:read.
    receipt = field(resolve.one, scope=None, returns=Receipt | None)


@strawberry.type
class ReceiptMutation:
    sign_receipt = mutation(resolve.sign, scope=Scope.MOU_SIGN, returns=ReceiptResult | None)
    register_receipt_key = mutation(
        resolve.register_key, scope=Scope.MOU_SIGN, returns=ReceiptKeyResult | None
    )
