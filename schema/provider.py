"""Organisations' own accounts: the OpenID Connect issuer at which its people sign in."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db.user import IdentityProvider as ProviderRow
from domain import provider as rules
from resolvers import provider as resolve
from schema.inputs import described
from schema.refused import Refused
from schema.relay import Node
from schema.scopes import field, mutation, requires


@strawberry.type(
    directives=[requires(Scope.USER_READ)],
    description="An organisation's own OpenID Connect issuer (penyedia identitas).",
)
class IdentityProvider(Node):
    name: str = strawberry.field(description="What the sign-in page calls it.")
    issuer: str = strawberry.field(description="Its address, as in the `iss` of its tokens.")
    client_id: str = strawberry.field(description="What we are called there.")
    redirect_uri = field(resolve.redirect_uri, scope=Scope.USER_READ)
    only_way: bool = strawberry.field(
        description="Whether people of the organisation sign in there alone."
    )
    disabled_at: datetime | None = strawberry.field(description="Since when it is shut off.")
    created_at: datetime = strawberry.field(description="When it was first set up.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, ProviderRow)


described(
    rules.ProviderSettings,
    "IdentityProviderInput",
    {
        "name": "What the sign-in page calls it: 1 to 200 characters.",
        "issuer": "An https address; /.well-known/openid-configuration is looked up below it.",
        "client_id": "What we are called there.",
        "secret": (
            "What we prove there who we are with. Left out, the former one stays while issuer and"
            " clientId do."
        ),
        "only_way": "Whether people sign in there alone, with no password of ours.",
    },
)
ProviderResult = Annotated[IdentityProvider | Refused, strawberry.union("IdentityProviderResult")]


@strawberry.type
class ProviderMutation:
    set_identity_provider = mutation(
        resolve.set_up, scope=Scope.USER_WRITE, returns=ProviderResult | None
    )
    remove_identity_provider = mutation(
        resolve.remove, scope=Scope.USER_WRITE, returns=ProviderResult | None
    )
