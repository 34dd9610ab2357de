"""Two servers on one database: what one of them ends is closed at the very next request to the
other. Nothing is kept of what somebody may see, so there is nothing to be out of date."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from httpx import AsyncClient

from tests.api.process import Command
from tests.api.test_killed import settings_of
from tests.clients.served import free_port
from tests.conftest import Databases
from tests.consents import basis_id, consent, suspect, withdraw
from tests.emergencies import breaks_glass, closes
from tests.endings import answer, request
from tests.scenes import REASON, Pair, pair, take
from tests.world import MOU, World, ok

BODY = "Isi bagian incident."
TIMES = 3
"""How often each is tried; the servers take it in turns to be the one that is told."""


@dataclass
class Replicas:
    """The same two partners, as each of two servers knows them."""

    one: Pair
    other: Pair

    def turned(self, times: int) -> "Replicas":
        return self if times % 2 == 0 else Replicas(self.other, self.one)


@pytest_asyncio.fixture(scope="module")
async def replicas(
    world: World, databases: Databases, database_name: str, tmp_path_factory: Any
) -> AsyncIterator[Replicas]:
    both = await pair(world)
    where: Path = tmp_path_factory.mktemp("replicas")
    found: list[Pair] = []
    async with AsyncExitStack() as stack:
        commands = [
            stack.enter_context(
                Command(where, "serve", "--port", str(free_port()),
                        **settings_of(databases.app_url(database_name)))
            )
            for _ in range(2)
        ]  # fmt: skip
        for command in commands:
            address = await asyncio.to_thread(command.address)
            http = await stack.enter_async_context(AsyncClient(base_url=address, timeout=30))
            sides = {"sender": replace(both.sender, http=http),
                     "receiver": replace(both.receiver, http=http)}  # fmt: skip
            found.append(replace(both, **sides))
        yield Replicas(*found)


async def suspend(r: Replicas, _: str) -> None:
    types = "$id: ID!, $reason: String!"
    await ok(r.one.sender.mutate("suspendMou", types, MOU, id=r.one.mou, reason=REASON))


async def revoke(r: Replicas, id: str) -> None:
    await ok(take(r.one.sender, "revokeHandoff", id))


async def withdrawn(r: Replicas, id: str) -> None:
    await ok(withdraw(r.one.sender, await basis_id(r.one.sender, id)))


async def suspected(r: Replicas, id: str) -> None:
    await ok(suspect(r.one.receiver, id))


async def restricted(r: Replicas, id: str) -> None:
    asked = await ok(request(r.one.receiver, id, "RESTRICTION", "INCIDENT"))
    await ok(answer(r.one.sender, asked["id"]))


async def resume(r: Replicas) -> None:
    await ok(r.one.sender.mutate("resumeMou", "$id: ID!", MOU, id=r.one.mou))


ENDINGS: dict[str, tuple[Callable[[Replicas, str], Awaitable[None]], str]] = {
    "revoke": (revoke, "STATE_CLOSED"),
    "withdraw": (withdrawn, "CONSENT_WITHDRAWN"),
    "name the suspect": (suspected, "GUARDIAN_CONFLICT"),
    "restrict": (restricted, "RESTRICTED"),
}


@pytest.mark.parametrize("how", ENDINGS)
async def test_the_next_read_is_closed(replicas: Replicas, how: str) -> None:
    end, code = ENDINGS[how]
    for times in range(TIMES):
        turned = replicas.turned(times)
        id = (await turned.one.send("INCIDENT", bases=[consent()]))["id"]
        assert await turned.other.bodies(turned.other.receiver, id) == [BODY]
        await end(turned, id)
        assert await turned.other.bodies(turned.other.receiver, id) == [code]


async def test_a_suspended_agreement_closes_and_an_emergency_too(replicas: Replicas) -> None:
    for times in range(TIMES):
        turned = replicas.turned(times)
        reader = turned.other.receiver
        id = (await turned.one.send("INCIDENT"))["id"]
        assert await turned.other.bodies(reader, id) == [BODY]
        await suspend(turned, id)
        assert await turned.other.bodies(reader, id) == ["AGREEMENT_NOT_IN_FORCE"]
        opened = await ok(breaks_glass(turned.one.receiver, handoffId=id, categories=["INCIDENT"]))
        assert await turned.other.bodies(reader, id) == [BODY]
        await ok(closes(turned.one.receiver, opened["id"]))
        assert await turned.other.bodies(reader, id) == ["AGREEMENT_NOT_IN_FORCE"]
        await resume(turned)
        assert await turned.other.bodies(reader, id) == [BODY]


async def test_a_terminated_agreement_closes_for_good(replicas: Replicas) -> None:
    """The last of this file, since it ends what the others rest on."""
    id = (await replicas.one.send("INCIDENT"))["id"]
    reader = replicas.other.receiver
    assert await replicas.other.bodies(reader, id) == [BODY]
    types = "$id: ID!, $reason: String!"
    await ok(
        replicas.one.sender.mutate(
            "terminateMou", types, MOU, id=replicas.one.mou, reason=REASON
        )
    )  # fmt: skip
    assert await replicas.other.bodies(reader, id) == ["AGREEMENT_NOT_IN_FORCE"]
