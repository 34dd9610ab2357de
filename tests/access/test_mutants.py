"""The proof that the tests bite: every mutant of the database is noticed by a probe.

One clone of the database, one world, one transaction for each mutant, rolled back. Probes that are
about what was changed come first; a mutant nobody notices fails by its name.
"""

from pathlib import Path

import pytest

from tests.access import mutants
from tests.access.implied import IMPLIED
from tests.access.laboratory import NOT_YET, Laboratory, plain, tried
from tests.access.mutants import Mutant
from tests.access.probes import failing


async def test_the_database_is_as_the_probes_expect(laboratory: Laboratory) -> None:
    found = await failing(laboratory.owner, most=20)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("group", mutants.OTHERS, ids=lambda group: group.__name__)
async def test_every_mutant_is_noticed(laboratory: Laboratory, group: mutants.Group) -> None:
    made = [one async for one in mutants.here(laboratory.owner, group)]
    await tried(laboratory, group.__name__, made, IMPLIED)


async def test_there_are_as_many_mutants_as_there_should_be(laboratory: Laboratory) -> None:
    """Every policy is dropped, every table is opened: none is left out for want of a line."""
    made = [m.what async for m in mutants.policies(laboratory.owner)]
    policies = await laboratory.owner.fetch(
        "select tablename || '.' || policyname from pg_policies"
        " where roles && array['rangkul_app', 'rangkul_rules']::name[]"
    )
    assert {f"{row[0]} dropped" for row in policies} <= set(made)
    named = {
        plain(mutant.what) for group in mutants.GROUPS async for mutant in group(laboratory.owner)
    }
    assert {*map(plain, IMPLIED), *NOT_YET} <= named, "there is no such mutant any more"


def test_what_a_probe_does_not_notice_yet_is_tried_through_the_api() -> None:
    assert {test for test in NOT_YET.values() if not Path(test).exists()} == set()


@pytest.mark.parametrize(
    "same",
    [
        "select pg_get_functiondef('access.live_clauses_to(uuid)'::regprocedure)",
        "select pg_get_functiondef('access.has(text)'::regprocedure)",
        "select format('alter policy %I on %I using (%s)', policyname, tablename, qual)"
        " from pg_policies where tablename = 'handoff_section_body' and policyname = 'disclosed'",
        "select 'create or replace view mou_now with (security_invoker = true) as '"
        " || pg_get_viewdef('mou_now'::regclass)",
    ],
)
async def test_what_changes_nothing_is_not_noticed(laboratory: Laboratory, same: str) -> None:
    """Otherwise a mutant might be noticed for being written down anew, and not for what it says."""
    change = await laboratory.owner.fetchval(same)
    assert await laboratory.notices(Mutant("nothing", "mou", change)) == []
