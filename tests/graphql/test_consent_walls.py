"""The second wall of consent: what the API's own role may not do, whatever our code would ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from tests.consents import basis_id, consent, suspect, told, withdraw
from tests.scenes import Pair, pair, uuid_of
from tests.world import PARTNER, Api, World, basis, ok

DENIED = "42501"


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", "HEALTH")


@asynccontextmanager
async def acting(world: World, api: Api, *without: str) -> AsyncIterator[AsyncSession]:
    """A transaction as an organisation has it, for statements that our code never makes."""
    [(client, key, grant)] = await world.sql(
        "select c.id, c.key, g.id from client c join oauth_grant g on g.client_id = c.id"
        " where c.organisation_id = :id order by c.id limit 1",
        id=api.org.id,
    )
    scopes = frozenset(scope for scope in PARTNER if scope not in without)
    caller = Caller(api.org.id, client, key, scopes, grant_id=grant)
    async with world.database.transaction(caller) as tx:
        yield tx


async def attempt(world: World, api: Api, statement: str, **values: Any) -> int | str:
    """How many rows it touched, or the code of the refusal."""
    try:
        async with acting(world, api) as tx:
            return int((await tx.execute(text(statement), values)).rowcount)  # type: ignore[attr-defined]
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", error))


async def test_sealed_names_are_given_out_by_one_function_to_whom_they_are(both: Pair) -> None:
    id = await both.at("ACCEPTED", bases=[consent()])
    given = uuid_of(await basis_id(both.sender, id))
    named = uuid_of((await ok(suspect(both.sender, id, "OTHER", name="Anton")))["id"])
    for column in ("giver_sealed from lawful_basis", "giver_keys from lawful_basis",
                   "sealed from case_suspect"):  # fmt: skip
        assert await attempt(both.world, both.sender, f"select {column}") == DENIED
    for row in (given, named):
        query = text("select access.person_of(:id)")
        for api, without, known in (
            (both.sender, "", True),
            (both.sender, "handoff:identity", False),
            (both.receiver, "", False),
        ):
            async with acting(both.world, api, without) as tx:
                assert (await tx.scalar(query, {"id": row}) is not None) == known


async def test_what_was_withdrawn_or_taken_back_stays_so_and_is_ones_own(both: Pair) -> None:
    world, id = both.world, await both.at("ACCEPTED", bases=[consent(), basis("HEALTH")])
    mothers, duty = [uuid_of(await basis_id(both.sender, id, nth)) for nth in (0, 1)]
    change = (
        "update lawful_basis set withdrawn_categories = array['HEALTH'], withdrawn_at = now()"
        " where id = :id"
    )
    assert await attempt(world, both.receiver, change, id=mothers) == 0
    assert await attempt(world, both.sender, change, id=duty) == "23514"
    await ok(withdraw(both.sender, f"basis_{mothers.hex}"))
    undo = "update lawful_basis set withdrawn_categories = '{}', withdrawn_at = null where id = :id"
    assert await attempt(world, both.sender, undo, id=mothers) == "23514"

    named = uuid_of((await ok(suspect(both.sender, id)))["id"])
    back = "update case_suspect set retracted_at = now() where id = :id"
    assert await attempt(world, both.receiver, back, id=named) == 0
    assert await attempt(world, both.sender, back.replace("now()", "null"), id=named) == DENIED
    assert await attempt(world, both.sender, back, id=named) == 1
    assert await attempt(world, both.sender, back.replace("now()", "null"), id=named) == 0


async def test_notices_and_events_of_a_fall_are_written_by_the_database(both: Pair) -> None:
    world, id = both.world, await both.at("ACCEPTED", bases=[consent()])
    mothers = await basis_id(both.sender, id)
    notice = (
        "insert into withdrawal_notice (id, basis_id, handoff_id, receiver_id, cause, categories)"
        " values (gen_random_uuid(), :basis, :id, :them, 'WITHDRAWN', '{}')"
    )
    forged: dict[str, Any] = {"basis": uuid_of(mothers), "id": uuid_of(id)}
    them = both.receiver.org.id
    assert await attempt(world, both.sender, notice, **forged, them=them) == DENIED
    event = (
        "insert into handoff_event (id, handoff_id, kind, actor_id, to_status)"
        " values (gen_random_uuid(), :id, :kind, :me, 'ACCEPTED')"
    )
    mine = {"id": uuid_of(id), "me": both.sender.org.id}
    for kind in ("CONSENT_WITHDRAWN", "GUARDIAN_CONFLICT", "GUARDIAN_CONFLICT_LIFTED"):
        assert await attempt(world, both.sender, event, **mine, kind=kind) == DENIED
    assert await attempt(world, both.sender, event, **mine, kind="BASIS_NAMED") == 1

    await ok(withdraw(both.sender, mothers))
    [one] = await told(both.receiver, id)
    done = "update withdrawal_notice set acknowledged_at = now() where id = :id"
    told_id = uuid_of(one["id"])
    assert await attempt(world, both.sender, done, id=told_id) == 0
    assert await attempt(world, both.receiver, done, id=told_id) == 1
    undone = done.replace("now()", "null")
    assert await attempt(world, both.receiver, undone, id=told_id) == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [({}, 1), ({"categories": ["LEGAL"]}, DENIED), ({"purposes": ["OVERSIGHT"]}, DENIED),
     ({"elsewhere": True}, DENIED)],
)  # fmt: skip
async def test_what_rests_on_another_is_held_to_it(
    both: Pair, change: dict[str, Any], expected: int | str
) -> None:
    """A duty in another case does not rest on a consent of this one: a suspect would be missed."""
    one = await both.at("ACCEPTED", bases=[consent("INCIDENT", "HEALTH")])
    other = await both.at("ACCEPTED") if change.get("elsewhere") else one
    found = await attempt(
        both.world, both.sender,
        "insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes,"
        " legal_source, rests_on) values (gen_random_uuid(), :id, :me, 'PUBLIC_TASK', :categories,"
        " :purposes, 'UU', :earlier)",
        id=uuid_of(other), me=both.sender.org.id,
        categories=change.get("categories", ["HEALTH"]),
        purposes=change.get("purposes", ["SERVICE_DELIVERY"]),
        earlier=uuid_of(await basis_id(both.sender, one)),
    )  # fmt: skip
    assert found == expected
