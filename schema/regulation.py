"""Regulations (peraturan) and their drafts."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.scopes import Scope
from db import checklist as checklist_rows
from db import policy_input as policy_rows
from db import regulation as rows
from db.organisation import Organisation as OrganisationRow
from db.regulation import RegulationKind, RegulationStage
from domain import regulation as rules
from domain.checklist import LATEST_VERSION
from domain.policy_input import NEWEST_FIRST
from resolvers import regulation as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

if TYPE_CHECKING:
    from schema.checklist import Checklist
    from schema.policy_input import PolicyInput

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE

vocabulary(
    RegulationKind,
    {
        "UU": "Undang-Undang: act.",
        "RUU": "Rancangan Undang-Undang: bill.",
        "PP": "Peraturan Pemerintah: government regulation.",
        "RPP": "Rancangan Peraturan Pemerintah: draft government regulation.",
        "PERPRES": "Peraturan Presiden: presidential regulation, or its draft.",
        "PERMEN": "Peraturan Menteri: ministerial regulation, or its draft.",
        "PERDA": "Peraturan Daerah: regional regulation.",
        "RAPERDA": "Rancangan Peraturan Daerah: draft regional regulation.",
    },
)
vocabulary(
    RegulationStage,
    {
        "PLANNED": "Perencanaan: in a legislative programme (Prolegnas, Propemperda).",
        "DRAFTING": "Penyusunan.",
        "HARMONISATION": "Pengharmonisasian, pembulatan dan pemantapan konsepsi.",
        "DELIBERATION": "Pembahasan.",
        "ADOPTED": "Pengesahan or penetapan; for a bill also the joint approval before it.",
        "PROMULGATED": "Pengundangan.",
        "IN_FORCE": "Berlaku.",
        "AMENDED": "Berlaku as amended (diubah).",
        "REPEALED": "Dicabut.",
        "ANNULLED": "Declared void by a court (dibatalkan).",
        "WITHDRAWN": "Ditarik: will not become law.",
    },
)


@strawberry.type(directives=[requires(READ)], description="A stage that was reached.")
class StageReached:
    stage: RegulationStage = strawberry.field(description="Tahap.")
    since: date = strawberry.field(description="When it was reached.")
    note: str | None = strawberry.field(description="What was said with it.")
    recorded_by = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who recorded it.",
    )  # fmt: skip


@strawberry.type(
    directives=[requires(READ)],
    description="A regulation (peraturan), or the draft of one, in a directory that all keep.",
)
class Regulation(Node):
    kind: RegulationKind = strawberry.field(description="Jenis peraturan.")
    number: str | None = strawberry.field(description="Nomor; a draft may have none.")
    year: int = strawberry.field(description="Tahun; of a draft, the year it was registered for.")
    title: str = strawberry.field(description="Judul (tentang ...).")
    issuer: str | None = strawberry.field(description="Which minister, of a PERMEN.")
    region_code: str | None = strawberry.field(
        description="Kemendagri code of the region, of a PERDA or RAPERDA."
    )
    stage: RegulationStage = strawberry.field(description="The last stage reached.")
    source_url: str = strawberry.field(description="Where it can be read.")
    created_at: datetime = strawberry.field(description="When it was entered here.")
    stages = many(
        rows.StageReached.regulation_id, rules.IN_ORDER, Connection[StageReached], scope=READ,
        description="Every stage it reached, in order.",
    )  # fmt: skip
    became = one(
        rows.Regulation, "became_id",
        Annotated["Regulation", strawberry.lazy("schema.regulation")] | None, scope=READ,
        description="What the draft became.",
    )  # fmt: skip
    drafts = many(
        rows.Regulation.became_id, rules.NEWEST_FIRST,
        Connection[Annotated["Regulation", strawberry.lazy("schema.regulation")]], scope=READ,
        description="The drafts that became it.",
    )  # fmt: skip
    registered_by = one(
        OrganisationRow, "registered_by", Organisation | None, scope=READ,
        description="Who entered it, and keeps the entry beside KPAI.",
    )  # fmt: skip
    policy_inputs = many(
        policy_rows.PolicyInput.regulation_id, NEWEST_FIRST,
        Connection[Annotated["PolicyInput", strawberry.lazy("schema.policy_input")]], scope=READ,
        description="Policy inputs on it that you may see.",
    )  # fmt: skip
    checklists = many(
        checklist_rows.Checklist.regulation_id, LATEST_VERSION,
        Connection[Annotated["Checklist", strawberry.lazy("schema.checklist")]], scope=READ,
        description="Checklists of it, newest version first.",
    )  # fmt: skip

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.Regulation)


_ENTRY = {
    "number": "Up to 200 characters; needed from promulgation on.",
    "title": "Up to 200 characters.",
    "source_url": "An https address where it can be read.",
}
described(
    rules.NewRegulation,
    "RegulationInput",
    _ENTRY
    | {
        "kind": "Jenis peraturan.",
        "year": "From 1945 to this year.",
        "stage": "The last stage reached.",
        "since": "When it was reached; not a day to come.",
        "issuer": "Which minister: of a PERMEN, and only of it.",
        "region_code": "`31` or `31.71`: of a PERDA or RAPERDA, and only of those.",
    },
)
described(
    rules.RegulationChange,
    "RegulationChangeInput",
    _ENTRY | {"became_id": "What an adopted draft became: UU of RUU, PP of RPP, PERDA of RAPERDA."},
)
described(
    rules.NewStage,
    "RegulationStageInput",
    {
        "stage": "Another than the last one, and one that its kind can reach.",
        "since": "Not a day to come, nor before the stage before.",
        "note": "Up to 4,000 characters.",
    },
)
described(
    rules.RegulationFilter,
    "RegulationFilter",
    {
        "kinds": "Any of these.",
        "stages": "Any of these.",
        "year": "Of this year.",
        "region_code": "Of this region.",
        "words": "With these words in the title or number.",
    },
)
RegulationResult = Annotated[Regulation | Refused, strawberry.union("RegulationResult")]


@strawberry.type
class RegulationQuery:
    regulation = field(resolve.one, scope=READ, returns=Regulation | None)
    regulations = field(resolve.listed, scope=READ, returns=Connection[Regulation] | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=RegulationResult | None)


@strawberry.type
class RegulationMutation:
    register_regulation = _mutation(resolve.register)
    change_regulation = _mutation(resolve.change)
    record_regulation_stage = _mutation(resolve.reach)
