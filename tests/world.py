"""A small world to test in: organisations, tokens, agreements and handoffs, by plain functions.

Agreements and handoffs come about through the API itself, so that every test starts from a state
the API can really reach.
"""

import base64
import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette

from api.app import make_app
from api.settings import Settings
from auth import grants
from auth.caller import Caller
from auth.grants import GrantKind
from auth.keys import SigningKeys
from auth.scopes import Scope
from auth.tokens import Tokens
from db.client import Client
from db.ids import encode, new_id
from db.organisation import Organisation
from db.session import Database

KPAI_ID = UUID("019abc00-0000-7000-8000-000000000001")
EVERY_SCOPE = tuple(Scope)
PARTNER = tuple(
    scope for scope in Scope if scope not in (Scope.MOU_ADMIN, Scope.ORGANISATION_WRITE)
)
SETTINGS = Settings(
    _env_file=None,  # type: ignore[call-arg]
    issuer="http://127.0.0.1:8000",
    key_encryption_key=base64.b64encode(bytes(32)).decode(),  # type: ignore[arg-type]
    anonymous_introspection=True,
    rate_points_per_minute=0,
)
JAKARTA = timezone(timedelta(hours=7))
_count = itertools.count(1)


def today() -> date:
    """Today where KPAI sits, as the database has it, wherever the tests run."""
    return datetime.now(JAKARTA).date()


@dataclass(frozen=True)
class Org:
    """An organisation as tests speak of it."""

    id: UUID
    name: str

    @property
    def gid(self) -> str:
        return encode("organisation", self.id)


@dataclass
class Answer:
    """What the endpoint said."""

    status: int
    body: dict[str, Any]
    headers: Any

    @property
    def data(self) -> dict[str, Any]:
        assert "errors" not in self.body, self.body
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def codes(self) -> list[str]:
        """The codes of top-level errors."""
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]


@dataclass
class Api:
    """The API as one client of one organisation sees it."""

    http: AsyncClient
    org: Org
    token: str
    language: str = "en"

    async def ask(self, document: str, **variables: Any) -> Answer:
        response = await self.http.post(
            "/graphql",
            json={"query": document, "variables": variables},
            headers={"authorization": f"Bearer {self.token}", "accept-language": self.language},
        )
        return Answer(response.status_code, response.json(), response.headers)

    async def data(self, document: str, **variables: Any) -> dict[str, Any]:
        return (await self.ask(document, **variables)).data

    async def mutate(self, name: str, types: str, returns: str, **variables: Any) -> dict[str, Any]:
        """Run one mutation; ``types`` such as ``$id: ID!``. Gives the noun, or the refusal.

        A refusal is recognised by ``__typename == "Refused"``.
        """
        given = ", ".join(f"{key}: ${key}" for key in variables)
        document = (
            f"mutation({types}) {{ it: {name}({given}) {{ __typename ... on Refused"
            f" {{ code message field }} {returns} }} }}"
        )
        result: dict[str, Any] = (await self.data(document, **variables))["it"]
        return result


HANDOFF = "... on Handoff { id status number }"
MOU = "... on Mou { id status inForce version { contentHash number stage } }"


@dataclass
class World:
    """Makes organisations and tokens, and holds the server they talk to."""

    database: Database
    operator: Callable[[], AbstractAsyncContextManager[AsyncSession]]
    app: Starlette
    http: AsyncClient
    tokens: Tokens
    kpai: Org = field(default_factory=lambda: Org(KPAI_ID, "KPAI"))

    @classmethod
    @asynccontextmanager
    async def open(
        cls, database: Database, operator: Any, settings: Settings = SETTINGS
    ) -> "AsyncIterator[World]":
        app = make_app(settings, database)
        # The tests of a module may take longer than a token lives.
        lasting = replace(settings.auth, token_seconds=3_600)
        tokens = Tokens(SigningKeys(database, settings.auth), lasting)
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http:
            yield cls(database, operator, app, http, tokens)

    async def org(self, type: str = "UPTD_PPA", parent: Org | None = None, **extra: Any) -> Org:
        name = extra.pop("name", f"{type} {next(_count)}")
        row = Organisation(
            id=new_id(), type=type, name=name, parent_id=parent.id if parent else None, **extra
        )
        async with self.operator() as tx:
            tx.add(row)
        return Org(row.id, name)

    async def as_(
        self, org: Org, *scopes: Scope, granted: Iterable[Scope] = EVERY_SCOPE, language: str = "en"
    ) -> Api:
        """A fresh client of the organisation, with a token that carries just these scopes."""
        client = Client(
            id=new_id(),
            key=f"test-{next(_count)}",
            organisation_id=org.id,
            name="test",
            scopes=sorted(scope for scope in granted if org.id == KPAI_ID or scope in PARTNER),
        )
        wanted = frozenset(scopes or PARTNER)
        async with self.operator() as tx:
            tx.add(client)
            await tx.flush()
            grant_id = await grants.begin(
                tx, GrantKind.CLIENT_CREDENTIALS, client_id=client.id, scopes=wanted, seconds=3_600
            )
        caller = Caller(org.id, client.id, client.key, wanted, grant_id=grant_id)
        issued = await self.tokens.issue(caller)
        return Api(self.http, org, issued.token, language)

    async def sql(self, statement: str, **values: Any) -> list[Any]:
        """Look, or change the past, behind the API's back."""
        async with self.operator() as tx:
            result = await tx.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []

    async def count(self, table: str) -> int:
        [(number,)] = await self.sql(f'select count(*) from "{table}"')
        return int(number)


def clause(discloser: Org, recipient: Org, *categories: str, **change: Any) -> dict[str, Any]:
    """A data-sharing clause as `MouClauseInput`."""
    return {
        "discloserId": discloser.gid,
        "recipientId": recipient.gid,
        "categories": list(categories) or ["INCIDENT"],
        "purposes": ["SERVICE_DELIVERY"],
        "caseRoles": ["VICTIM"],
        "legalBasis": "UU 12/2022 pasal 66",
        "retentionDays": 365,
    } | change


def content(parties: Sequence[Org], clauses: Sequence[Any] = (), **change: Any) -> dict[str, Any]:
    """The content of an agreement as `MouInput`."""
    start = today()
    return {
        "title": "Penanganan kasus kekerasan seksual terhadap anak",
        "purpose": "Mempercepat layanan bagi anak korban.",
        "scope": "Rujukan, pendampingan, dan pertukaran data.",
        "validFrom": str(start - timedelta(days=30)),
        "validUntil": str(start + timedelta(days=365)),
        "parties": [{"organisationId": org.gid} for org in parties],
        "clauses": list(clauses),
    } | change


async def proposed(
    api: Api, body: dict[str, Any], kind: str = "MEMORANDUM", parent: str | None = None
) -> dict[str, Any]:
    return await api.mutate(
        "proposeMou",
        "$kind: MouKind!, $input: MouInput!, $parentId: ID",
        MOU,
        kind=kind,
        input=body,
        parentId=parent,
    )


async def conclude(mou: dict[str, Any], *parties: Api) -> dict[str, Any]:
    """Submit, approve and sign the open version, by its drafter (first) and the other parties."""
    drafter = parties[0]
    await ok(drafter.mutate("submitMou", "$id: ID!", MOU, id=mou["id"]))
    version = (await open_version(drafter, mou["id"]))["contentHash"]
    for api in parties:
        await ok(
            api.mutate(
                "approveMou", "$id: ID!, $contentHash: String!", MOU, id=mou["id"],
                contentHash=version,
            )
        )  # fmt: skip
    for api in parties:
        mou = await ok(
            api.mutate(
                "signMou", "$id: ID!, $input: MouSignatureInput!", MOU, id=mou["id"],
                input=signature(version),
            )
        )  # fmt: skip
    return mou


async def open_version(api: Api, mou_id: str) -> dict[str, Any]:
    """The newest version, which is the open one while there is one."""
    found = await api.data(
        "query($id: ID!) { mou(id: $id) { versions(first: 1) { nodes"
        " { id number stage contentHash } } } }",
        id=mou_id,
    )
    version: dict[str, Any] = found["mou"]["versions"]["nodes"][0]
    return version


def signature(content_hash: str, **change: Any) -> dict[str, Any]:
    return {
        "contentHash": content_hash,
        "documentNumber": f"NK/{next(_count)}/2026",
        "signatoryName": "Pejabat Contoh",
        "signatoryOffice": "Kepala",
        "signatoryIsHead": True,
    } | change


async def agreement(
    world: World, parties: Sequence[Org], clauses: Sequence[Any], **change: Any
) -> str:
    """A memorandum concluded among the parties; its id."""
    apis = [await world.as_(org) for org in parties]
    mou = await ok(proposed(apis[0], content(parties, clauses, **change)))
    concluded = await conclude(mou, *apis)
    assert concluded["version"]["stage"] == "SIGNED", concluded
    return str(concluded["id"])


def case(receiver: Org, mou: str, *categories: str, **change: Any) -> dict[str, Any]:
    """A handoff as `HandoffInput`."""
    return {
        "kind": "REFERRAL",
        "receiverId": receiver.gid,
        "mouId": mou,
        "purpose": "SERVICE_DELIVERY",
        "urgency": "SEGERA",
        "childRole": "VICTIM",
        "caseCategories": ["CHILD_OBSCENE_ACTS"],
        "services": ["PSYCHOLOGICAL"],
        "sections": [
            {"category": category, "body": f"Isi bagian {category.lower()}."}
            for category in (categories or ("INCIDENT",))
        ],
        "bases": [basis()],
    } | change


CATEGORIES = (
    "IDENTITY", "CONTACT", "FAMILY", "INCIDENT", "HEALTH", "PSYCHOLOGICAL", "LEGAL", "EDUCATION",
    "SUSPECT", "EVIDENCE", "SERVICE", "OUTCOME", "AGGREGATE",
)  # fmt: skip


def basis(*categories: str, **change: Any) -> dict[str, Any]:
    """A lawful basis as `LawfulBasisInput`: by default a duty by law, for every category."""
    return {
        "kind": "PUBLIC_TASK",
        "categories": list(categories or CATEGORIES),
        "legalSource": "UU 35/2014 pasal 76",
    } | change


async def sent(sender: Api, receiver: Org, mou: str, *categories: str, **change: Any) -> str:
    """A handoff that was sent; its id."""
    body = case(receiver, mou, *categories, **change)
    handoff = await ok(sender.mutate("sendHandoff", "$input: HandoffInput!", HANDOFF, input=body))
    return str(handoff["id"])


async def step(api: Api, name: str, id: str, **more: Any) -> dict[str, Any]:
    """A step of a handoff's life that takes at most a reason."""
    types = "$id: ID!" + (", $reason: String!" if "reason" in more else "")
    return await api.mutate(name, types, HANDOFF, id=id, **more)


async def ok(result: Any) -> dict[str, Any]:
    """The noun, when the mutation was not refused."""
    answer: dict[str, Any] = await result
    assert answer["__typename"] != "Refused", answer
    return answer
