"""A handoff as a partner sees it, computed by the policies that decide for that partner."""

import strawberry

from auth.scopes import Scope
from db.enums import DataCategory
from db.organisation import Organisation as OrganisationRow
from resolvers import disclosure as resolve
from schema.disclosure import Disclosure
from schema.handoff import SectionContent
from schema.organisation import Organisation
from schema.relay import one
from schema.scopes import field, requires

READ = Scope.HANDOFF_READ


@strawberry.type(
    directives=[requires(READ)], description="A section as another organisation gets it."
)
class ViewedSection:
    global_id: strawberry.ID = strawberry.field(name="sectionId", description="The section's id.")
    category: DataCategory = strawberry.field(description="Kategori data.")
    author = one(
        OrganisationRow, "author_id", Organisation | None, scope=READ, description="Who wrote it."
    )
    disclosure: Disclosure = strawberry.field(description="Why it is open to it, or closed.")
    content = field(resolve.viewed, scope=READ, returns=SectionContent | None)


@strawberry.type(
    directives=[requires(READ)],
    description="A handoff as another organisation sees it now, with all it was granted.",
)
class HandoffView:
    organisation = one(
        OrganisationRow, "organisation_id", Organisation | None, scope=READ,
        description="Who looks.",
    )  # fmt: skip
    visible: bool = strawberry.field(description="Whether it knows of the handoff at all.")
    timeline: bool = strawberry.field(description="Whether it sees the timeline, with its notes.")
    sections: list[ViewedSection] = strawberry.field(
        description="What it sees of sections. As receiver you learn of your own alone."
    )


@strawberry.type
class ViewAsQuery:
    view_as = field(resolve.view_as, scope=READ, returns=HandoffView | None)
