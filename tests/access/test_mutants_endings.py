"""The proof that tests bite, for the end of content: no mutant goes unnoticed.

In a world of their own, made through the API. The answers of the database as it stands are kept
first; every mutant of what decides here must change one of them. `make prove` tries them all.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from tests.access import mutants
from tests.access.laboratory import THOROUGH, Laboratory, tried
from tests.access.probes import failing, install
from tests.access.questions_endings import probes_of
from tests.access.scene_endings import scene_of
from tests.world import World

NEAR = {
    "held": "retention_report destroy_due spent_cases keep_request",
    "retention_days": "retention",
    "date_request": "data_request",
    "data_request": "data_request keep_request spent_cases destroy_due",
    "data_request_details": "data_request_details data_request",
    "legal_hold": "legal_hold keep_lifted retention_report destroy_due",
}
"""Which questions are about what has none of its own."""
IMPLIED = {
    "legal_hold.lift with check (true)": "who placed a hold is in no column that may be changed",
    **{
        f"data_request_details.viewing {change}": "it hangs on a request, which is not there then"
        for change in ("dropped", "using (true)")
    },
}
"""Mutants that nothing can notice, and what makes them harmless."""


ABOUT = mutants.ENDINGS if THOROUGH else {"retention", "retention_report", "legal_hold"}
"""What is tried: a few each time, and everything by `make prove`."""


@pytest_asyncio.fixture(scope="module")
async def laboratory(world: World, owner: asyncpg.Connection) -> AsyncIterator[Laboratory]:
    asked = {one for about in ABOUT for one in NEAR.get(about, about).split()}
    probes = await probes_of(await scene_of(world))
    await install(owner, [probe for probe in probes if probe.about in asked])
    await owner.execute("update lab.probe p set expected = lab.outcome(p); analyze")
    yield Laboratory(owner, NEAR)


async def test_asked_twice_the_database_answers_the_same(laboratory: Laboratory) -> None:
    assert await failing(laboratory.owner) == []


async def test_no_mutant_goes_unnoticed(laboratory: Laboratory) -> None:
    made = [one async for one in mutants.only(laboratory.owner, ABOUT)]
    await tried(laboratory, "endings", made, IMPLIED)
