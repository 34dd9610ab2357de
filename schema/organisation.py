"""Organisations (lembaga) and the dated vocabularies."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db.enums import DpopPolicy, TermKind
from db.organisation import Organisation as OrganisationRow
from db.user import IdentityProvider as ProviderRow
from domain import organisation as rules
from resolvers import organisation as resolve
from schema.inputs import described
from schema.provider import IdentityProvider
from schema.refused import Refused
from schema.relay import Connection, Node, first, many, one
from schema.scopes import field, mutation, requires

Self = Annotated["Organisation", strawberry.lazy("schema.organisation")]


@strawberry.type(
    directives=[requires(Scope.CLIENT_READ)],
    description="What KPAI granted an organisation; no program and no person of it can have more.",
)
class OrganisationAccess:
    scopes: list[str] = strawberry.field(description="The scopes it was granted.")
    dpop: DpopPolicy = strawberry.field(
        description="Which of its tokens must be bound to a key (DPoP, RFC 9449)."
    )
    identity_provider = first(
        ProviderRow.organisation_id, IdentityProvider | None, scope=Scope.USER_READ,
        description="Its own OpenID Connect issuer; null when it has none, or is not your"
        " organisation.",
    )  # fmt: skip


@strawberry.type(description="An organisation (lembaga) that takes part in child protection.")
class Organisation(Node):
    type: str = strawberry.field(
        name="type",
        description="Code from the vocabulary ORGANISATION_TYPE, such as POLICE_PPA.",
    )
    name: str = strawberry.field(description="Official name.")
    short_name: str | None = strawberry.field(description="Short name or abbreviation.")
    region_code: str | None = strawberry.field(
        description="Kemendagri code of its province (`31`) or regency (`31.71`)."
    )
    dissolved_at: datetime | None = strawberry.field(description="Since when it is closed.")
    created_at: datetime = strawberry.field(description="When it was registered.")
    parent = one(
        OrganisationRow,
        "parent_id",
        Self | None,
        scope=Scope.ORGANISATION_READ,
        description="The organisation it stands under, such as the Polda of a Polres.",
    )
    branches = many(
        OrganisationRow.parent_id,
        rules.ORDER,
        Connection[Self],
        scope=Scope.ORGANISATION_READ,
        description="The organisations directly under it.",
    )

    access = field(resolve.access, scope=Scope.CLIENT_READ, returns=OrganisationAccess | None)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, OrganisationRow)


@strawberry.type(description="A word of a dated vocabulary, with its legal source.")
class Term:
    kind: TermKind = strawberry.field(description="The vocabulary it belongs to.")
    code: str = strawberry.field(description="What to write in inputs.")
    name_id: str = strawberry.field(description="In Indonesian, as the law has it.")
    name_en: str = strawberry.field(description="In English.")
    source: str = strawberry.field(description="The law or rule it comes from.")
    hours: int | None = strawberry.field(description="For RESPONSE_TIME: hours to answer in.")
    valid_from: date = strawberry.field(description="First day on which it holds.")
    valid_until: date | None = strawberry.field(description="Last day; null while it holds.")


described(
    rules.OrganisationFilter,
    "OrganisationFilter",
    {
        "types": "Codes of types; any of them.",
        "region_code": "A province finds its regencies too.",
        "name": "Part of the name or short name.",
        "under": "Everything below this organisation, at any depth.",
        "include_dissolved": "Also organisations that were closed.",
    },
)
described(
    rules.NewOrganisation,
    "OrganisationInput",
    {
        "type": "Code from the vocabulary ORGANISATION_TYPE.",
        "name": "Official name, up to 200 characters.",
        "short_name": "Up to 60 characters.",
        "region_code": "Kemendagri code, `31` or `31.71`.",
        "parent_id": "The organisation it stands under.",
    },
)
described(
    rules.OrganisationChange,
    "OrganisationChangeInput",
    {
        "name": "Official name, up to 200 characters.",
        "short_name": "Up to 60 characters.",
        "region_code": "Kemendagri code, `31` or `31.71`.",
        "parent_id": "Move it under this organisation.",
    },
)

OrganisationResult = Annotated[Organisation | Refused, strawberry.union("OrganisationResult")]


@strawberry.type
class OrganisationQuery:
    organisation = field(resolve.one, scope=Scope.ORGANISATION_READ, returns=Organisation | None)
    organisations = field(
        resolve.listed, scope=Scope.ORGANISATION_READ, returns=Connection[Organisation] | None
    )
    vocabulary = field(
        resolve.vocabulary, scope=Scope.ORGANISATION_READ, returns=Connection[Term] | None
    )


@strawberry.type
class OrganisationMutation:
    register_organisation = mutation(
        resolve.register, scope=Scope.ORGANISATION_WRITE, returns=OrganisationResult | None
    )
    change_organisation = mutation(
        resolve.change, scope=Scope.ORGANISATION_WRITE, returns=OrganisationResult | None
    )
    dissolve_organisation = mutation(
        resolve.dissolve, scope=Scope.ORGANISATION_WRITE, returns=OrganisationResult | None
    )
    set_organisation_access = mutation(
        resolve.set_access, scope=Scope.ORGANISATION_WRITE, returns=OrganisationResult | None
    )
