"""The security log (catatan keamanan) of an organisation."""

from datetime import datetime
from typing import Any

import strawberry

from auth.events import EventKind
from auth.scopes import Scope
from db.client import Client as ClientRow
from db.security import SecurityEvent as EventRow
from db.user import User as UserRow
from domain import security as rules
from resolvers import security as resolve
from schema.client import Client
from schema.inputs import described
from schema.relay import Connection, Node, one
from schema.scopes import field, requires
from schema.user import User

READ = Scope.SECURITY_READ


def _client(key: str, description: str) -> Any:
    return one(ClientRow, key, Client | None, scope=Scope.CLIENT_READ, description=description)


def _user(key: str, description: str) -> Any:
    return one(UserRow, key, User | None, scope=Scope.USER_READ, description=description)


@strawberry.type(directives=[requires(READ)], description="Something more about an event.")
class SecurityFact:
    name: str = strawberry.field(description="Such as `scopes` or `reason`.")
    value: str = strawberry.field(description="Several are written with blanks between.")


@strawberry.type(
    directives=[requires(READ)],
    description="Something that happened about access to an organisation; it stays as it is.",
)
class SecurityEvent(Node):
    kind: EventKind = strawberry.field(description="What happened.")
    message = field(resolve.message, scope=READ)
    created_at: datetime = strawberry.field(description="When.")
    address: str | None = strawberry.field(description="The address it came from, if known.")
    facts = field(resolve.facts, scope=READ, returns=list[SecurityFact])
    client = _client("client_id", "The program it is about; null when it is none of yours.")
    user = _user("user_id", "The person it is about; null when they are not yours.")
    by_client = _client("by_client_id", "The program with which it was done.")
    by_user = _user("by_user_id", "Who did it.")

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, EventRow)


described(
    rules.SecurityFilter,
    "SecurityFilter",
    {
        "kinds": "Any of these.",
        "user_id": "About this person, or done by them.",
        "client_id": "About this program, or done with it.",
        "since": "From this moment on.",
        "until": "Up to this moment.",
    },
)


@strawberry.type
class SecurityQuery:
    security_events = field(resolve.listed, scope=READ, returns=Connection[SecurityEvent] | None)
