"""The proof that tests bite, for emergencies, passing on and custody: no mutant goes unnoticed.

In a world of their own, made through the API. The answers of the database as it stands are kept
first; every mutant of what decides here must change one of them. `make prove` tries them all.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from tests.access import mutants
from tests.access.laboratory import THOROUGH, Laboratory, tried
from tests.access.probes import failing, install
from tests.access.questions_emergencies import probes_of
from tests.access.scene_emergencies import scene_of
from tests.world import World

_ROWS = "my_emergencies handoff handoff_section_body"
NEAR = {
    "my_emergencies": _ROWS, "my_emergency_sections": _ROWS, "my_emergency_handoffs": _ROWS,
    "emergency_access": "emergency_access my_emergencies", "name_reviewers": "emergency_access",
    "keep_emergency": "emergency_access",
    "tell_emergency": "emergency_access",
}  # fmt: skip
"""Which questions are about what has none of its own."""
_FITS = "a check fits a finding and a review to each other"
_MOMENT = "a moment has no length"
_HELD = "it holds rows that it need not"
IMPLIED: dict[str, str] = {
    "access.emergency_bar: reader.id is null -> false": "nobody is no side, and has no agreement",
    "access.emergency_target: x.id = h.id -> true": _HELD,
    "access.emergency_target: access.emergency_bar(h.id, s.id) is null -> true": _HELD,
    "access.emergency_target: s.handoff_id = h.id and access.emergency_bar(h.id, s.id) is null"
    " -> true": _HELD,
    "access.holds_custody: h.id = holds_custody.handoff -> true": _HELD,
    "access.keep_emergency: new.finding is not null -> false": _FITS,
    "access.keep_emergency: new.finding is null -> false": _FITS,
    "access.keep_emergency: t is not null or now() >= old.ends_at then raise: >= -> >": _MOMENT,
    "access.keep_emergency: w.closed_at is null and now() < new.ends_at then new.cl:"
    " < -> <=": _MOMENT,
    "access.my_emergencies: e.closed_at is null and now() < e.ends_at and (origin is:"
    " < -> <=": _MOMENT,
    "access.passes: null or now() < access.kept_until(hop.ended_a: < -> <=": _MOMENT,
    "access.may_pass: came.receiver_id = access.me() -> true": "a case goes on by its receiver"
    " alone (fits_case), and a key of its rows cannot be changed",
}
"""Mutants that nothing can notice, and what makes them harmless."""


ABOUT = mutants.EMERGENCIES if THOROUGH else {"emergency_bar", "fits_case", "holds_custody"}
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
    await tried(laboratory, "emergencies", made, IMPLIED)
