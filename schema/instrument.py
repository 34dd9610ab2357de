"""Instruments (instrumen pengawasan) and their versions."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import instrument as rows
from db.instrument import VersionStatus
from db.organisation import Organisation as OrganisationRow
from domain import instrument as rules
from resolvers import instrument as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.questionnaire import Questionnaire
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE

vocabulary(
    VersionStatus,
    {
        "DRAFT": "Rancangan: still being written.",
        "PUBLISHED": "Berlaku: it can be answered, and never changes.",
        "RETIRED": "Tidak digunakan lagi: what was answered stays readable.",
    },
    name="InstrumentVersionStatus",
)


@strawberry.type(
    directives=[requires(READ)], description="A questionnaire as it stood at one time."
)
class InstrumentVersion(Node):
    number: int = strawberry.field(description="1, 2, ...")
    status: VersionStatus = strawberry.field(description="Keadaan.")
    content: Questionnaire = strawberry.field(description="What is asked.")
    published_at: datetime | None = strawberry.field(description="Since when it can be used.")
    retired_at: datetime | None = strawberry.field(description="Since when it is not used.")
    instrument = one(
        rows.Instrument,
        "instrument_id",
        Annotated["OversightInstrument", strawberry.lazy("schema.instrument")] | None,
        scope=READ,
        description="Of which instrument.",
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.InstrumentVersion)


@strawberry.type(
    directives=[requires(READ)],
    description="An instrument of oversight or evaluation: a questionnaire in versions.",
)
class OversightInstrument(Node):
    title: str = strawberry.field(description="Judul; it stays.")
    description: str | None = strawberry.field(description="Uraian.")
    open: bool = strawberry.field(
        description="Whether every organisation may read what is published of it, and use it."
    )
    created_at: datetime = strawberry.field(description="When it was begun.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Whose."
    )
    versions = many(
        rows.InstrumentVersion.instrument_id, rules.BY_NUMBER, Connection[InstrumentVersion],
        scope=READ, description="Newest first; of others, those open to you or in use with you.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Instrument)


described(
    rules.NewInstrument,
    "OversightInstrumentInput",
    {
        "title": "Up to 200 characters; it stays.",
        "content": "The first version, as a draft.",
        "description": "Up to 4,000 characters.",
        "open": "Whether every organisation may read what is published of it, and use it.",
    },
)
described(
    rules.InstrumentFilter,
    "OversightInstrumentFilter",
    {"title": "Having these words in the title.", "organisation_id": "Of this organisation."},
)
OversightInstrumentResult = Annotated[
    OversightInstrument | Refused, strawberry.union("OversightInstrumentResult")
]
InstrumentVersionResult = Annotated[
    InstrumentVersion | Refused, strawberry.union("InstrumentVersionResult")
]


@strawberry.type
class InstrumentQuery:
    instrument = field(resolve.one, scope=READ, returns=OversightInstrument | None)
    instruments = field(resolve.listed, scope=READ, returns=Connection[OversightInstrument] | None)


def _version(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=InstrumentVersionResult | None)


@strawberry.type
class InstrumentMutation:
    draft_instrument = mutation(
        resolve.draft, scope=WRITE, returns=OversightInstrumentResult | None
    )
    revise_instrument = _version(resolve.revise)
    publish_instrument_version = _version(resolve.publish)
    retire_instrument_version = _version(resolve.retire)
    open_instrument = mutation(resolve.share, scope=WRITE, returns=OversightInstrumentResult | None)
