"""A small schema with everything the edge cares about, and an application around it."""

import asyncio
from dataclasses import dataclass, field
from enum import Enum
from typing import Annotated, Any, NewType
from uuid import UUID, uuid4

import httpx
import strawberry
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route
from strawberry.schema.config import StrawberryConfig

from api.admission import Rules
from api.errors import Language
from api.executing import Schema
from api.graphql import Endpoint
from api.request import language, request_id
from auth.bearer import NoToken
from auth.caller import Caller
from auth.scopes import Scope
from auth.tokens import InvalidToken, Reason
from db.session import CallerUnknown, DatabaseAway
from domain.refusal import Refusal, RefusalCode
from schema import scopes

CANARY = "Siti Aminah"
"""Stands for what must never leave by way of an error or a log."""

CALLER = Caller(
    organisation_id=UUID(int=1),
    client_id=UUID(int=2),
    client_key="toy",
    scopes=frozenset({Scope.HANDOFF_READ, Scope.HANDOFF_WRITE}),
)


class Urgency(Enum):
    DARURAT = "now"
    BIASA = "later"


def _parse_day(value: Any) -> str:
    raise ValueError(f"no such day: {value}")


Day = NewType("Day", str)
DAY = strawberry.scalar(name="Day", serialize=str, parse_value=_parse_day)


@dataclass
class Context:
    caller: Caller | None
    language: Language
    request_id: str


@strawberry.interface
class Node:
    id: strawberry.ID


@strawberry.interface
class Titled:
    title: str


@strawberry.type
class Child(Node):
    name: str = scopes.attribute(scope=Scope.HANDOFF_IDENTITY)
    notes: list["Child"]
    urgency: Urgency

    @staticmethod
    def below(first: int | None = None) -> "HandoffConnection":
        return HandoffConnection(edges=[])

    handoffs = scopes.field(below, scope=None)


@strawberry.type(directives=[scopes.requires(Scope.MOU_READ)])
class Mou(Node, Titled):
    partner: str


@strawberry.type
class HandoffEdge:
    cursor: str
    node: Child


@strawberry.type
class HandoffConnection:
    edges: list[HandoffEdge]


@strawberry.type
class Refused:
    code: str
    message: str


@strawberry.type
class Accepted:
    child: Child

    @classmethod
    def is_type_of(cls, value: object, _info: object) -> bool:
        return isinstance(value, Child | Accepted)


AcceptResult = Annotated[Accepted | Refused, strawberry.union("AcceptResult")]


@strawberry.input
class Section:
    kind: Urgency
    text: str = ""
    on: Day | None = None
    count: int = 0


def child(**changes: Any) -> Child:
    values = {"id": "child_1", "name": CANARY, "notes": []}
    return Child(**{**values, "urgency": Urgency.BIASA, **changes})


async def viewer() -> str:
    """Who is asking, as the token says.

    This paragraph is for maintainers only.
    """
    return "toy"


async def agreement() -> str:
    return "MoU"


async def handoffs(first: int | None = None, last: int | None = None) -> HandoffConnection:
    """Cases passed on."""
    edges = [
        HandoffEdge(cursor="c", node=child(id=str(i))) for i in range(min(first or last or 20, 100))
    ]
    return HandoffConnection(edges=edges)


async def node(id: strawberry.ID) -> Node | None:
    return Mou(id=id, title="MoU", partner="Polres") if id.startswith("mou") else child(id=id)


async def nodes(ids: list[strawberry.ID]) -> list[Node]:
    return [child(id=id) for id in ids]


async def titled() -> Titled:
    return Mou(id=strawberry.ID("mou_1"), title="MoU", partner="Polres")


class _Driver(Exception):
    def __init__(self, state: str) -> None:
        super().__init__(f"Key (name)=({CANARY}) already exists")
        self.sqlstate = state


async def fails(how: str) -> str:
    """Fail in the way named."""
    if how == "slow":
        await asyncio.sleep(30)
    raise {
        "unexpected": ValueError(CANARY),
        "gone": CallerUnknown(),
        "away": DatabaseAway(),
        "refused": ConnectionRefusedError(CANARY),
        "unreachable": OSError(f"Multiple exceptions: {CANARY}"),
        "late": TimeoutError(),
        "unique": DBAPIError("insert", {"name": CANARY}, _Driver("23505")),
        "canceled": DBAPIError("select", {"name": CANARY}, _Driver("57014")),
        "deadlock": DBAPIError("select", {"name": CANARY}, _Driver("40P01")),
        "starting": DBAPIError("select", {"name": CANARY}, _Driver("57P03")),
        "rule": Refusal(RefusalCode.AGREEMENT_NOT_IN_FORCE, "id"),
    }[how]


async def wrong_enum() -> Urgency:
    return CANARY  # type: ignore[return-value]


async def echo(section: Section | None = None, text: str = "", count: int = 0) -> str:
    return text


async def accept(id: strawberry.ID) -> AcceptResult:  # type: ignore[valid-type]
    """Take over a case."""
    if id == "late":
        raise Refusal(RefusalCode.AGREEMENT_NOT_IN_FORCE, "id")
    if id == "broken":
        raise ValueError(CANARY)
    return Accepted(child=child(id=id))


@strawberry.type
class Query:
    viewer = scopes.field(viewer, scope=None)
    node = scopes.field(node, scope=None)
    nodes = scopes.field(nodes, scope=None)
    titled = scopes.field(titled, scope=None)
    handoffs = scopes.field(handoffs, scope=Scope.HANDOFF_READ)
    mou = scopes.field(agreement, scope=Scope.MOU_READ, description="An agreement.")
    fails = scopes.field(fails, scope=None, returns=str | None)
    wrong_enum = scopes.field(wrong_enum, scope=None, returns=Urgency | None)
    echo = scopes.field(echo, scope=None, deprecated="Use another.")


@strawberry.type
class Mutation:
    accept = scopes.mutation(accept, scope=Scope.HANDOFF_WRITE, returns=AcceptResult | None)
    refuse = scopes.mutation(fails, scope=Scope.HANDOFF_WRITE, returns=str | None)


class TellRefusal(strawberry.ExceptionHandler[Refusal, Refused]):
    def handle(self, exception: Refusal, *, field: Any, info: strawberry.Info) -> Refused:
        return Refused(code=exception.code, message=exception.message(info.context.language))


def schema(rules: Rules | None = None) -> Schema:
    return Schema(
        Query,
        Mutation,
        types=[Mou],
        rules=rules,
        exception_handlers=[TellRefusal()],
        config=StrawberryConfig(scalar_map={Day: DAY}),
    )


@dataclass
class App:
    """The toy behind HTTP; `post` and `get` speak as a caller with a token, unless told."""

    rules: Rules = field(default_factory=Rules)
    caller: Caller = CALLER
    charged: list[int] = field(default_factory=list)

    def asgi(self) -> Starlette:
        endpoint = Endpoint(
            schema(self.rules), authenticate=self.authenticate, make_context=self.make_context
        )
        return Starlette(routes=[Route("/graphql", endpoint)])

    async def authenticate(self, request: Request) -> Caller | None:
        match request.headers.get("authorization"):
            case None:
                return None
            case "Bearer good":
                return self.caller
            case "Bearer away":
                raise DatabaseAway
            case "Basic dXNlcg==":
                raise NoToken
        raise InvalidToken(Reason.EXPIRED)

    def make_context(self, request: Request, caller: Caller | None) -> Context:
        return Context(caller, language(request), request_id(request))

    def client(self, token: str | None = "good") -> httpx.AsyncClient:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        transport = httpx.ASGITransport(self.asgi())
        return httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers)

    async def post(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        *,
        token: str | None = "good",
        accept: str = "application/graphql-response+json",
        **headers: str,
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.client(token) as client:
            return await client.post(
                "/graphql",
                json={"query": query, "variables": variables},
                headers={"accept": accept, **named},
            )


def someone(*granted: Scope) -> Caller:
    return Caller(uuid4(), uuid4(), "toy", frozenset(granted))


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json().get("errors", [])]
