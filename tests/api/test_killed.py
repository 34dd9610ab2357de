"""The server killed (kill -9) at moments of chance, under load, again and again: what was accepted
has its receipt, what was concluded has everybody's, and what was shown stands in the ledger."""

import asyncio
import base64
import random
import signal
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, HTTPError

from tests.api.process import Command
from tests.clients.served import free_port
from tests.conftest import Databases
from tests.graphql.test_receipt_cut import whole
from tests.scenes import Pair, pair
from tests.world import MOU, SETTINGS, Api, World, clause, content, ok, open_version, proposed
from tests.world import signature as signing

ROUNDS = 5
CASES, PAPERS = 24, 6
ACCEPT = """mutation($id: ID!) { acceptHandoff(id: $id) { __typename ... on Handoff {
  sections { nodes { content { __typename ... on Disclosed { body } } } } } } }"""
SIGN = """mutation($id: ID!, $input: MouSignatureInput!) {
  signMou(id: $id, input: $input) { __typename ... on Mou { status } } }"""


def settings_of(url: str) -> dict[str, str]:
    """Those of the tests, so that tokens made here are good there."""
    return {
        "DATABASE_URL": url,
        "RANGKUL_KEY_ENCRYPTION_KEY": base64.b64encode(bytes(32)).decode(),
        "RANGKUL_ISSUER": SETTINGS.issuer,
        "RANGKUL_RATE_POINTS_PER_MINUTE": "0",
    }


async def half_signed(both: Pair) -> tuple[str, str]:
    """An agreement that wants the receiver's signature alone: its id and hash."""
    sides = (both.sender, both.receiver)
    body = content([api.org for api in sides], [clause(*(api.org for api in sides))])
    mou = await ok(proposed(sides[0], body))
    await ok(sides[0].mutate("submitMou", "$id: ID!", MOU, id=mou["id"]))
    hash = (await open_version(sides[0], mou["id"]))["contentHash"]
    types = "$id: ID!, $contentHash: String!"
    await ok(sides[1].mutate("approveMou", types, MOU, id=mou["id"], contentHash=hash))
    types = "$id: ID!, $input: MouSignatureInput!"
    await ok(sides[0].mutate("signMou", types, MOU, id=mou["id"], input=signing(hash)))
    return mou["id"], hash


async def load(
    api: Api, cases: list[str], papers: list[tuple[str, str]], answers: list[dict[str, Any]]
) -> None:
    """All of it, a few at once; ``answers`` is what came before the server was gone."""
    few = asyncio.Semaphore(6)

    async def one(document: str, **variables: Any) -> None:
        with suppress(HTTPError):
            async with few:
                answer = await api.ask(document, **variables)
            answers.append(answer.body.get("data") or {})

    jobs = [one(ACCEPT, id=id) for id in cases]
    jobs += [one(SIGN, id=id, input=signing(hash)) for id, hash in papers]
    random.shuffle(jobs)
    await asyncio.gather(*jobs)


async def shown_stands_in_the_ledger(world: World, answers: list[dict[str, Any]]) -> None:
    """No content came out of the server without a row that says so."""
    shown = sum(
        section["content"]["__typename"] == "Disclosed"
        for answer in answers
        if (handoff := answer.get("acceptHandoff")) and handoff["__typename"] == "Handoff"
        for section in handoff["sections"]["nodes"]
    )
    [(written,)] = await world.sql(
        "select count(*) from ledger_part p cross join jsonb_array_elements(p.items) i"
        " where i ->> 'kind' = 'DISCLOSED'"
    )
    assert written >= shown


@pytest.mark.parametrize("seed", [20261125])
async def test_killed_under_load(
    world: World, databases: Databases, database_name: str, tmp_path: Path, seed: int
) -> None:
    random.seed(seed)
    both = await pair(world)
    cases = [await both.at("RECEIVED") for _ in range(CASES)]
    papers = [await half_signed(both) for _ in range(PAPERS)]
    answers: list[dict[str, Any]] = []
    for round in range(ROUNDS):
        port = free_port()
        settings = settings_of(databases.app_url(database_name))
        with Command(tmp_path, "serve", "--port", str(port), **settings) as command:
            address = await asyncio.to_thread(command.address)
            async with AsyncClient(base_url=address, timeout=30) as http:
                far = replace(both.receiver, http=http)
                await far.ask("{ viewer { clientId } }")  # its connections are there
                before = len(answers)
                work = asyncio.create_task(load(far, cases, papers, answers))
                if round < ROUNDS - 1:
                    enough = before + random.randint(1, 7)
                    while len(answers) < enough:  # noqa: ASYNC110  (it is counted elsewhere)
                        await asyncio.sleep(0.001)
                    await asyncio.sleep(random.uniform(0, 0.03))
                    command.end(signal.SIGKILL)
                await work
            await _settled(world)
            await whole(world)
            await shown_stands_in_the_ledger(world, answers)
    [(left,)] = await world.sql("select count(*) from handoff where accepted_at is null")
    [(open_,)] = await world.sql("select count(*) from mou_version where stage = 'REVIEW'")
    assert (left, open_) == (0, 0)  # the last round did what was left


async def _settled(world: World) -> None:
    """PostgreSQL notices a little later that nobody is there any more."""
    busy = (
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and usename <> current_user and state <> 'idle' and pid <> pg_backend_pid()"
    )
    for _ in range(200):
        [(working,)] = await world.sql(busy)
        if not working:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("a transaction of the dead goes on")
