"""Oversight plans (rencana pengawasan)."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import oversight_plan as rows
from db.organisation import Organisation as OrganisationRow
from db.oversight_plan import PlanStatus, Sector
from domain import oversight_plan as rules
from resolvers import oversight_plan as resolve
from resolvers.relations import to_each
from schema.inputs import described
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires
from schema.vocabulary import vocabulary

READ, WRITE = Scope.OVERSIGHT_READ, Scope.OVERSIGHT_WRITE

vocabulary(
    PlanStatus,
    {
        "DRAFT": "Rancangan: its organisation alone sees it.",
        "PUBLISHED": "Ditetapkan: it stays as it is.",
        "WITHDRAWN": "Ditarik: given up, for a reason.",
    },
    name="OversightPlanStatus",
)
vocabulary(
    Sector,
    {
        "EDUCATION": "Satuan pendidikan, pesantren dan dinas pendidikan.",
        "HEALTH": "Rumah sakit, puskesmas dan layanan kesehatan lain.",
        "SOCIAL_SERVICES": "Dinas sosial, panti dan lembaga kesejahteraan sosial anak.",
        "VICTIM_SERVICES": "UPTD PPA, LPSK and others that serve victims.",
        "LAW_ENFORCEMENT": "Kepolisian dan kejaksaan.",
        "JUSTICE": "Peradilan, pemasyarakatan dan bantuan hukum.",
        "LOCAL_GOVERNMENT": "Pemerintah daerah.",
        "NATIONAL_GOVERNMENT": "Kementerian dan lembaga negara.",
        "COMMUNITY": "Keluarga, masyarakat dan lembaga yang dibentuknya.",
        "DIGITAL": "Ranah daring dan penyelenggara sistem elektronik.",
    },
    name="OversightSector",
)


@strawberry.type(directives=[requires(READ)], description="Something a plan means to look at.")
class OversightPlanItem(Node):
    number: int = strawberry.field(description="Its place in the plan.")
    sector: Sector = strawberry.field(description="Bidang.")
    focus: str = strawberry.field(description="Fokus pengawasan.")
    region_code: str | None = strawberry.field(description="Kemendagri code of the region.")
    month: date = strawberry.field(description="The first day of the month it is planned for.")
    visits: int = strawberry.field(description="How many visits are planned.")
    visits_made = field(resolve.made, scope=READ)
    organisations = field(
        to_each(OrganisationRow, "organisation_ids"),
        scope=READ,
        returns=list[Organisation],
        description="Which organisations are to be visited; none where any may be.",
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.PlanItem)


@strawberry.type(
    directives=[requires(READ)],
    description="What an organisation means to oversee in a period (rencana pengawasan).",
)
class OversightPlan(Node):
    status: PlanStatus = strawberry.field(description="Keadaan.")
    title: str = strawberry.field(description="Judul.")
    starts_on: date = strawberry.field(description="First day.")
    ends_on: date = strawberry.field(description="Last day.")
    withdraw_reason: str | None = strawberry.field(description="Why it was given up.")
    published_at: datetime | None = strawberry.field(description="When it was published.")
    created_at: datetime = strawberry.field(description="When it was drafted.")
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ, description="Whose."
    )
    items = many(
        rows.PlanItem.plan_id, rules.BY_NUMBER, Connection[OversightPlanItem], scope=READ,
        description="What it means to look at.",
    )  # fmt: skip
    shared_with = field(
        to_each(OrganisationRow, "shared_with"),
        scope=READ,
        returns=list[Organisation],
        description="Who else sees it, once it is published.",
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.OversightPlan)


described(
    rules.PlanItemDraft,
    "OversightPlanItemInput",
    {
        "sector": "Bidang.",
        "focus": "Up to 200 characters.",
        "month": "Any day of the month it is planned for, within the plan.",
        "region_code": "Kemendagri code, `31` or `31.71`.",
        "organisation_ids": f"Whom to visit, up to {rules.MOST_ORGANISATIONS}; none means any.",
        "visits": "How many visits, 1 to 1,000; one for each organisation when not said.",
    },
)
described(
    rules.PlanDraft,
    "OversightPlanInput",
    {
        "title": "Up to 200 characters.",
        "starts_on": "First day.",
        "ends_on": "Last day. Published plans of yours for one sector do not overlap.",
        "items": f"1 to {rules.MOST_ITEMS}.",
    },
)
described(
    rules.PlanFilter,
    "OversightPlanFilter",
    {
        "organisation_id": "Of this organisation.",
        "sectors": "With an item of any of these sectors.",
        "statuses": "Any of these.",
        "on": "Whose period has this day.",
    },
)
OversightPlanResult = Annotated[OversightPlan | Refused, strawberry.union("OversightPlanResult")]


@strawberry.type
class OversightPlanQuery:
    oversight_plan = field(resolve.one, scope=READ, returns=OversightPlan | None)
    oversight_plans = field(resolve.listed, scope=READ, returns=Connection[OversightPlan] | None)


def _mutation(resolver: Any) -> Any:
    return mutation(resolver, scope=WRITE, returns=OversightPlanResult | None)


@strawberry.type
class OversightPlanMutation:
    draft_oversight_plan = _mutation(resolve.draft)
    change_oversight_plan = _mutation(resolve.change)
    publish_oversight_plan = _mutation(resolve.publish)
    share_oversight_plan = _mutation(resolve.share)
    withdraw_oversight_plan = _mutation(resolve.withdraw)
