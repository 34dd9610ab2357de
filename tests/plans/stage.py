"""The seeded world with two servers before one database: one answers by plans, one without."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import uuid4

from graphql import GraphQLSchema
from httpx import ASGITransport, AsyncClient
from sqlalchemy import select
from starlette.applications import Starlette

from api.app import make_app
from api.seed import Seeded
from auth.roles import Role
from auth.scopes import Scope
from db.ids import encode
from resolvers.viewer import NODES
from tests.people import acting, somebody
from tests.plans.material import Material, Voice
from tests.plans.reaching import Map
from tests.world import SETTINGS, Api, Org, World

IDS = 100
"""So many ids of a noun are remembered for each voice."""


@dataclass(frozen=True)
class Said:
    """What one of the servers answered."""

    request_id: str
    status: int
    content: bytes


@dataclass
class Stage:
    """Where every question is asked twice."""

    world: World
    sides: dict[str, AsyncClient]
    compiled: Any
    """The schema that plans."""
    material: Material
    damaged: bool = False
    """Whether there is content that does not open: who hands it out by a plan has told the ledger
    by then that it was shown, and tells it by graphql-core what really was."""

    @property
    def schema(self) -> GraphQLSchema:
        schema: GraphQLSchema = self.compiled._schema
        return schema

    @property
    def planned(self) -> int:
        """How many operations were answered by a plan so far."""
        return int(self.compiled.plans.planned)

    async def ask(
        self,
        side: str,
        voice: Voice,
        document: str,
        variables: dict[str, Any] | None = None,
        name: str | None = None,
    ) -> Said:
        request_id = f"{side}-{uuid4().hex}"
        headers = {
            "authorization": f"Bearer {voice.api.token}",
            "accept-language": voice.api.language,
            "x-request-id": request_id,
        }
        body = {"query": document, "variables": variables, "operationName": name}
        response = await self.sides[side].post("/graphql", json=body, headers=headers)
        return Said(request_id, response.status_code, response.content)

    async def noted(self, *said: Said) -> list[list[Any]]:
        """What the ledger holds of each of these requests, without order."""
        rows = await self.world.sql(
            "select e.request_id, p.owner_id, p.kinds, p.handoffs, p.items from ledger_entry e"
            " join ledger_part p on p.entry_id = e.id where e.request_id = any(:ids)",
            ids=[one.request_id for one in said],
        )
        return [
            sorted(
                [str(owner), sorted(kinds), sorted(map(str, handoffs)), sorted(map(str, items))]
                for id, owner, kinds, handoffs, items in rows
                if id == one.request_id
            )
            for one in said
        ]


@asynccontextmanager
async def stage(world: World, seeded: Seeded) -> AsyncIterator[Stage]:
    """The stage, and everybody who asks on it."""
    apps = {
        "compiled": make_app(SETTINGS, world.database),
        "plain": make_app(SETTINGS, world.database, plans=False),
    }
    voices = await _voices(world, seeded)
    async with AsyncExitStack() as opened:
        sides = {
            side: await opened.enter_async_context(
                AsyncClient(
                    transport=ASGITransport(app, raise_app_exceptions=False),
                    base_url="http://127.0.0.1:8000",
                )
            )
            for side, app in apps.items()
        }
        here = Stage(world, sides, _schema(apps["compiled"]), Material(voices))
        await _learn_ids(here)
        await _learn_cursors(here)
        yield here


def _schema(app: Starlette) -> Any:
    """The schema behind ``/graphql``."""
    route: Any = next(one for one in app.routes if getattr(one, "path", "") == "/graphql")
    return route.endpoint.schema


async def _voices(world: World, seeded: Seeded) -> list[Voice]:
    """Every program of the demo, one of them in Indonesian, and a person."""
    voices = []
    for number, client in enumerate(seeded.clients):
        [(id,)] = await world.sql(
            "select organisation_id from client where key = :key", key=client.client_id
        )
        org, scopes = Org(id, client.organisation), [Scope(scope) for scope in client.scopes]
        language = "id" if number % 3 == 1 else "en"
        api = await world.as_(org, *scopes, language=language)
        voices.append(_voice(client.organisation, api, scopes))
    person = await somebody(world, voices[1].api.org, Role.CASE_WORKER, Role.AUDITOR)
    scopes = sorted(Role.CASE_WORKER.scopes | Role.AUDITOR.scopes)
    voices.append(_voice("a person", await acting(world, person, *scopes), scopes))
    await world.sql("update oauth_grant set expires_at = now() + interval '1 hour'")
    return voices


def _voice(name: str, api: Api, scopes: Any) -> Voice:
    return Voice(name, api, frozenset(scope.value for scope in scopes))


async def _learn_ids(here: Stage) -> None:
    """Which ids there are of each type, and which of them exist for whom."""
    known = [(noun, model.__table__.c.id) for noun, (model, _) in NODES.items()]
    names: dict[str, str] = {}
    for voice in here.material.voices:
        caller = await here.world.tokens.verify(voice.api.token)
        found: dict[str, list[str]] = {}
        async with here.world.database.transaction(caller) as tx:
            for noun, id in known:
                rows = (await tx.scalars(select(id).order_by(id).limit(IDS))).all()
                found[noun] = [encode(noun, row) for row in rows]
        ids = [some[0] for some in found.values() if some]
        answer = await voice.api.data(
            "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", ids=ids
        )
        for node in filter(None, answer["nodes"]):
            names[node["id"].partition("_")[0]] = node["__typename"]
        voice.ids = {noun: ids for noun, ids in found.items() if ids}
    for voice in here.material.voices:
        voice.ids = {names[noun]: ids for noun, ids in voice.ids.items() if noun in names}
    async with here.world.operator() as tx:
        for noun, id in known:
            rows = (await tx.scalars(select(id).order_by(id).limit(IDS))).all()
            if noun in names and rows:
                here.material.ids[names[noun]] = [encode(noun, row) for row in rows]


async def _learn_cursors(here: Stage) -> None:
    """The cursors of each list, for those who see most; a list's cursors are good for all."""
    for voice in here.material.voices[:3]:
        map = Map(here.schema, here.material, Random(7))
        for way in map.walk(lambda *_: True, voice):
            lists = [name for name, line in way.type_.fields.items() if "after" in line.args]
            for some in (lists[at : at + 10] for at in range(0, len(lists), 10)):
                asked = [f"c{name}: {map.field(way.type_, name, voice)}" for name in some]
                document = way.asking(" ".join(f"{one} {{ edges {{ cursor }} }}" for one in asked))
                answer = json.loads((await here.ask("plain", voice, document)).content)
                for name, cursor in _cursors(answer.get("data"), ""):
                    here.material.cursors[f"{way.type_.name}.{name}"].append(cursor)


def _cursors(data: Any, name: str) -> Iterator[tuple[str, str]]:
    """The cursors in an answer, with the lists they stand in."""
    if isinstance(data, list):
        for one in data:
            yield from _cursors(one, name)
    elif isinstance(data, dict):
        if "cursor" in data:
            yield name, data["cursor"]
        for key, value in data.items():
            yield from _cursors(value, name if key == "edges" else key.removeprefix("c"))
