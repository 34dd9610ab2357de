"""People (pengguna) of organisations, and the browsers they are signed in with."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.roles import Role
from auth.scopes import Scope
from db.grant import Grant as GrantRow
from db.organisation import Organisation as OrganisationRow
from db.user import Session as SessionRow
from db.user import User as UserRow
from domain import user as rules
from domain.user import Tongue
from resolvers import user as resolve
from schema.client import Grant
from schema.inputs import described
from schema.organisation import Organisation
from schema.refused import Refused
from schema.relay import Connection, Node, many, one
from schema.scopes import field, mutation, requires

READ, WRITE = Scope.USER_READ, Scope.USER_WRITE


@strawberry.type(
    directives=[requires(READ)], description="A browser in which a person is signed in (sesi)."
)
class Session(Node):
    methods: list[str] = strawberry.field(
        description="How they proved who they are (RFC 8176): `pwd`, `otp`, `hwk`, `fed`, `kba`."
    )
    address: str | None = strawberry.field(description="The address they signed in from.")
    user_agent: str | None = strawberry.field(description="What the browser calls itself.")
    seen_at: datetime = strawberry.field(description="When it was last used.")
    expires_at: datetime = strawberry.field(description="When it ends at the latest.")
    ended_at: datetime | None = strawberry.field(description="Since when it is ended.")
    created_at: datetime = strawberry.field(description="When they signed in.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, SessionRow)


@strawberry.type(
    directives=[requires(READ)],
    description="A person (pengguna) who may sign in for one organisation.",
)
class User(Node):
    email: str = strawberry.field(description="What they sign in with, in lower case.")
    name: str = strawberry.field(description="Their name.")
    roles: list[Role] = strawberry.field(description="What they are there (peran).")
    language: Tongue = strawberry.field(description="In which language pages speak to them.")
    joined_at: datetime | None = strawberry.field(
        description="When they took up the invitation; null while they have not."
    )
    disabled_at: datetime | None = strawberry.field(description="Since when they are shut out.")
    created_at: datetime = strawberry.field(description="When they were invited.")
    organisation = one(
        OrganisationRow,
        "organisation_id",
        Organisation | None,
        scope=READ,
        description="For whom they act.",
    )
    sessions = many(
        SessionRow.user_id,
        rules.NEWEST_FIRST,
        Connection[Session],
        scope=READ,
        description="Where they signed in, newest first; shown to their own organisation.",
    )
    grants = many(
        GrantRow.user_id,
        rules.NEWEST_FIRST,
        Connection[Grant],
        scope=Scope.CLIENT_READ,
        description="What programs may do for them; shown to their own organisation.",
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, UserRow)


@strawberry.type(description="A person, and the link to hand them.")
class Invited:
    user: User = strawberry.field(description="The person.")
    link = field(resolve.link, scope=None)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.Invited)


described(
    rules.NewUser,
    "UserInput",
    {
        "email": "What they will sign in with; one person has it, wherever they are.",
        "name": "1 to 200 characters.",
        "roles": "At least one. KPAI gives others only ADMINISTRATOR.",
        "language": "In which language pages speak to them.",
        "organisation_id": "Yours when left out; another only for KPAI.",
    },
)
described(
    rules.UserChange,
    "UserChangeInput",
    {
        "name": "1 to 200 characters.",
        "roles": "All the roles they hold from now on, at least one.",
    },
)
UserResult = Annotated[User | Refused, strawberry.union("UserResult")]
InvitedResult = Annotated[Invited | Refused, strawberry.union("InvitedResult")]
SessionResult = Annotated[Session | Refused, strawberry.union("SessionResult")]


@strawberry.type
class UserQuery:
    user = field(resolve.one, scope=READ, returns=User | None)
    users = field(resolve.listed, scope=READ, returns=Connection[User] | None)


@strawberry.type
class UserMutation:
    invite_user = mutation(resolve.invite, scope=WRITE, returns=InvitedResult | None)
    change_user = mutation(resolve.change, scope=WRITE, returns=UserResult | None)
    renew_user_link = mutation(resolve.renew_link, scope=WRITE, returns=InvitedResult | None)
    disable_user = mutation(resolve.disable, scope=WRITE, returns=UserResult | None)
    enable_user = mutation(resolve.enable, scope=WRITE, returns=UserResult | None)
    end_session = mutation(resolve.end_session, scope=WRITE, returns=SessionResult | None)
