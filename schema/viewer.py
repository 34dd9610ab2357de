"""Who is asking, and reading anything again by its id."""

import strawberry

from auth.roles import Role
from db.organisation import Organisation as OrganisationRow
from db.user import User as UserRow
from domain.user import Tongue
from resolvers import viewer as resolve
from resolvers.relations import to_one
from schema.organisation import Organisation
from schema.relay import Node
from schema.scopes import field


@strawberry.type(description="A person as they are shown to themselves.")
class Person:
    name: str = strawberry.field(description="Their name.")
    email: str = strawberry.field(description="What they sign in with.")
    roles: list[Role] = strawberry.field(description="What they are at their organisation.")
    language: Tongue = strawberry.field(description="In which language pages speak to them.")


@strawberry.type(description="Something a token may do.")
class Permission:
    value: str = strawberry.field(name="scope", description="The scope.")
    description = field(resolve.description, scope=None)


@strawberry.type(
    description="The token you came with: one program, one organisation, perhaps one person."
)
class Viewer:
    client_key: str = strawberry.field(name="clientId", description="The OAuth client_id.")
    scopes = field(resolve.scopes, scope=None)
    permissions = field(resolve.permissions, scope=None, returns=list[Permission])
    bound: bool = strawberry.field(
        name="senderConstrained",
        description="Whether the token is bound to a key you have, and of no use to a thief.",
    )
    user = field(
        to_one(UserRow, "user_id"),
        scope=None,
        returns=Person | None,
        description="The person it acts for; null when the program acts for itself.",
    )
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
