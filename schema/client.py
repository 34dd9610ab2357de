"""Programs (aplikasi) of organisations, and what they were granted."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from auth.client_spec import AuthMethod, GrantType
from auth.grants import EndReason, GrantKind
from auth.scopes import Scope
from db.client import Client as ClientRow
from db.grant import Grant as GrantRow
from db.organisation import Organisation as OrganisationRow
from db.user import User as UserRow
from domain import client as rules
from resolvers import client as resolve
from schema.inputs import described
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires

if TYPE_CHECKING:
    from schema.user import User

READ, WRITE = Scope.CLIENT_READ, Scope.CLIENT_WRITE
Person = Annotated["User", strawberry.lazy("schema.user")]


@strawberry.type(
    directives=[requires(READ)],
    description="A permission of a program to act, for itself or for a person: each token has one.",
)
class Grant(Node):
    kind: GrantKind = strawberry.field(description="How it came about.")
    scopes: list[str] = strawberry.field(description="What it allows at most.")
    jkt: str | None = strawberry.field(
        name="keyThumbprint",
        description="The key its tokens are bound to (DPoP, RFC 7638); null when they are not.",
    )
    created_at: datetime = strawberry.field(description="When it began.")
    expires_at: datetime = strawberry.field(description="When it ends by itself.")
    ended_at: datetime | None = strawberry.field(description="Since when it is ended.")
    end_reason: EndReason | None = strawberry.field(description="Why it was ended.")
    client = one(
        ClientRow,
        "client_id",
        Annotated["Client", strawberry.lazy("schema.client")] | None,
        scope=READ,
        description="The program; null when it is another organisation's.",
    )
    user = one(
        UserRow,
        "user_id",
        Person | None,
        scope=Scope.USER_READ,
        description="For whom; null when the program acts for itself.",
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, GrantRow)


@strawberry.type(directives=[requires(READ)], description="A public key of a program.")
class ClientKey:
    thumbprint: str = strawberry.field(description="RFC 7638, SHA-256.")
    kid: str | None = strawberry.field(description="What the program calls it.")
    type: str = strawberry.field(description="`P-256`, `P-384`, `Ed25519` or `RSA`.")


@strawberry.type(
    directives=[requires(READ)],
    description="A program (aplikasi) of one organisation that asks for tokens: an OAuth client.",
)
class Client(Node):
    key: str = strawberry.field(name="clientId", description="The OAuth client_id.")
    name: str = strawberry.field(description="For people; the consent page shows it.")
    scopes: list[str] = strawberry.field(
        description="What it may ask for, of what its organisation was granted."
    )
    auth_method: AuthMethod = strawberry.field(description="How it proves who it is.")
    grant_types: list[GrantType] = strawberry.field(description="How it may come to a token.")
    redirect_uris: list[str] = strawberry.field(
        description="Where people are sent back to, letter by letter."
    )
    keys = field(resolve.keys, scope=READ, returns=list[ClientKey])
    jwks_uri: str | None = strawberry.field(description="Where its public keys are.")
    dpop_bound: bool = strawberry.field(
        description="Whether it gets tokens bound to a key only (DPoP, RFC 9449)."
    )
    par_required: bool = strawberry.field(
        description="Whether it must push its authorization requests (RFC 9126)."
    )
    open_to_all: bool = strawberry.field(
        description="A portal of KPAI where people of every organisation sign in, for their own."
    )
    disabled_at: datetime | None = strawberry.field(description="Since when it is shut out.")
    created_at: datetime = strawberry.field(description="When it was registered.")
    organisation = one(
        OrganisationRow,
        "organisation_id",
        Organisation | None,
        scope=READ,
        description="Whose program it is.",
    )
    grants = many(
        GrantRow.client_id,
        rules.NEWEST_FIRST,
        Connection[Grant],
        scope=READ,
        description="What it was granted, newest first: for itself, and for your people.",
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, ClientRow)


@strawberry.type(description="A program with a secret that is shown this once.")
class ClientWithSecret:
    client: Client = strawberry.field(description="The program.")
    secret: str | None = strawberry.field(
        description="Its new secret: keep it now. Null for a program that has none."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.WithSecret)


_WORDS = {
    "name": "1 to 200 characters; the consent page shows it.",
    "scopes": "Such as `mou:read`; within what KPAI granted the organisation.",
    "grant_types": "When left out: what suits the way it proves who it is.",
    "redirect_uris": (
        "Up to 20, with AUTHORIZATION_CODE. Whole and letter by letter; https, or http on a"
        " loopback host for a public client."
    ),
    "jwks": "With PRIVATE_KEY_JWT: its public keys as a JWK Set (RFC 7517), up to 10.",
    "jwks_uri": "Instead: an https address where they are.",
    "dpop_bound": "Tokens bound to a key only. By default with PRIVATE_KEY_JWT.",
    "par_required": "Pushed authorization requests only. By default with PRIVATE_KEY_JWT.",
    "open_to_all": "For people of every organisation; KPAI only.",
}
described(
    rules.NewClient,
    "ClientInput",
    _WORDS
    | {
        "organisation_id": "Yours when left out; another only for KPAI.",
        "auth_method": "How it will prove who it is.",
    },
)
described(
    rules.ClientChange,
    "ClientChangeInput",
    _WORDS | {"auth_method": "Only from CLIENT_SECRET_BASIC to PRIVATE_KEY_JWT."},
)
ClientResult = Annotated[Client | Refused, strawberry.union("ClientResult")]
SecretResult = Annotated[ClientWithSecret | Refused, strawberry.union("ClientSecretResult")]
GrantResult = Annotated[Grant | Refused, strawberry.union("GrantResult")]


@strawberry.type
class ClientQuery:
    client = field(resolve.one, scope=READ, returns=Client | None)
    clients = field(resolve.listed, scope=READ, returns=Connection[Client] | None)


@strawberry.type
class ClientMutation:
    register_client = mutation(resolve.register, scope=WRITE, returns=SecretResult | None)
    change_client = mutation(resolve.change, scope=WRITE, returns=ClientResult | None)
    add_client_secret = mutation(resolve.add_secret, scope=WRITE, returns=SecretResult | None)
    disable_client = mutation(resolve.disable, scope=WRITE, returns=ClientResult | None)
    end_grant = mutation(resolve.end_grant, scope=WRITE, returns=GrantResult | None)
