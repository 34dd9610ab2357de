"""The access ledger (rekam jejak pemrosesan): what the owner of data, and its reader, may know."""

from datetime import datetime
from typing import Any

import strawberry

from auth.scopes import Scope
from db.enums import DataCategory
from db.handoff import Handoff as HandoffRow
from db.ledger import LedgerEntry as EntryRow
from db.ledger import LedgerHead as HeadRow
from db.mou import MouNow
from db.organisation import Organisation as OrganisationRow
from domain.ledger import listing as rules
from domain.ledger import receipts
from resolvers import ledger as resolve
from schema.handoff import Handoff
from schema.inputs import described
from schema.mou import Mou
from schema.organisation import Organisation
from schema.relay import Connection, Node, one
from schema.scopes import field, requires

READ = Scope.LEDGER_READ


def _id(name: str, description: str) -> Any:
    return strawberry.field(name=name, description=description)


@strawberry.type(
    directives=[requires(READ)],
    description="One thing that was shown or denied, and by which right.",
)
class LedgerItem:
    kind: rules.LedgerKind = strawberry.field(description="What became of it.")
    code: str | None = strawberry.field(description="Why it was denied.")
    field_: str | None = strawberry.field(
        name="field",
        description="Which field was denied as a whole; told to the reader alone.",
    )
    category: DataCategory | None = strawberry.field(description="Kategori data.")
    clause: int | None = strawberry.field(description="The number of the clause (pasal).")
    handoff_ref: strawberry.ID | None = _id("handoffId", "The handoff.")
    section_ref: strawberry.ID | None = _id("sectionId", "The section.")
    version_ref: strawberry.ID | None = _id("versionId", "The version of the agreement.")
    basis_ref: strawberry.ID | None = _id("basisId", "The lawful basis.")
    emergency_ref: strawberry.ID | None = _id("emergencyId", "The emergency that opened it.")
    owner = one(
        OrganisationRow, "owner_id", Organisation | None, scope=READ,
        description="Whose words they are.",
    )  # fmt: skip
    handoff = one(
        HandoffRow, "handoff_id", Handoff | None, scope=Scope.HANDOFF_READ,
        description="The handoff, when you may see it.",
    )  # fmt: skip
    mou = one(
        MouNow, "mou_id", Mou | None, scope=Scope.MOU_READ,
        description="The agreement it rested on.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.Item)


@strawberry.type(
    directives=[requires(READ)],
    description="One request that showed content, or was denied something; it stays as it is.",
)
class LedgerEntry(Node):
    at: datetime = strawberry.field(description="When.")
    program: strawberry.ID = strawberry.field(
        description="The program that asked: an id that its own organisation can look up."
    )
    person: strawberry.ID | None = strawberry.field(
        description="The person for whom it asked, likewise; null when none took part."
    )
    request_id: str = strawberry.field(description="The `x-request-id` of the request.")
    reader = one(
        OrganisationRow, "reader_id", Organisation | None, scope=READ, description="Who read."
    )
    items = field(resolve.items, scope=READ, returns=list[LedgerItem])
    index = field(resolve.index, scope=READ)
    number = field(resolve.number, scope=READ)
    receipt = field(resolve.receipt, scope=READ)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, EntryRow)


@strawberry.type(
    directives=[requires(READ)],
    description="A signed tree head (RFC 9162): so many entries, this root, at this time.",
)
class LedgerHead:
    size: int = strawberry.field(description="How many entries.")
    root_hex: str = strawberry.field(name="root", description="The root hash, hexadecimal.")
    at: datetime = strawberry.field(description="When it was signed.")
    jws: str = strawberry.field(
        description="All of that, signed (JWS, ES256); the keys are at `/ledger/keys`."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, HeadRow)


@strawberry.type(
    directives=[requires(READ)],
    description="The proof that a ledger continues what it was (RFC 9162 section 2.1.4).",
)
class LedgerConsistency:
    old: int = strawberry.field(name="from", description="The size it had.")
    new: int = strawberry.field(name="to", description="The size it has.")
    proof: list[str] = strawberry.field(description="Hashes, hexadecimal.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, receipts.Link)


described(
    rules.LedgerFilter,
    "LedgerFilter",
    {
        "kinds": "With something of any of these.",
        "handoff_id": "About this handoff.",
        "category": "With something of this category.",
        "reader_id": "Read by this organisation.",
        "since": "From this moment on.",
        "until": "Up to this moment.",
    },
)


@strawberry.type
class LedgerQuery:
    ledger = field(resolve.listed, scope=READ, returns=Connection[LedgerEntry] | None)
    ledger_head = field(resolve.head, scope=READ, returns=LedgerHead | None)
    ledger_consistency = field(resolve.consistency, scope=READ, returns=LedgerConsistency | None)
