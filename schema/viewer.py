"""Who is asking, and reading anything again by its id."""

import strawberry

from db.organisation import Organisation as OrganisationRow
from resolvers import viewer as resolve
from resolvers.relations import to_one
from schema.organisation import Organisation
from schema.relay import Node
from schema.scopes import field


@strawberry.type(description="The token you came with: one client, one organisation.")
class Viewer:
    client_key: str = strawberry.field(name="clientId", description="The OAuth client_id.")
    scopes = field(resolve.scopes, scope=None)
    organisation = field(
        to_one(OrganisationRow, "organisation_id"),
        scope=None,
        returns=Organisation | None,
        description="The organisation this token speaks for.",
    )


@strawberry.type
class ViewerQuery:
    viewer = field(resolve.viewer, scope=None, returns=Viewer | None)
    node = field(resolve.node, scope=None, returns=Node | None)
    nodes = field(resolve.nodes, scope=None, returns=list[Node | None] | None)
