"""The proof that the tests bite: every mutant of the database is noticed by a probe.

One clone of the database, one world, one transaction for each mutant, rolled back. Probes that are
about what was changed come first; a mutant nobody notices fails by its name.
"""

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.access import mutants
from tests.access.conditions import BASES, KEEPING
from tests.access.gallery import Gallery
from tests.access.mutants import Mutant
from tests.access.probes import Probes, failing, install
from tests.access.probes_ledger import keep, ledger
from tests.access.probes_reading import reading
from tests.access.probes_writing import privileges, writing
from tests.access.store import store
from tests.access.store_cases import root_key
from tests.access.strategies import today
from tests.db.catalogue import problems

NEAR = {
    "mou_version_in_force": "mou_now handoff_section_now",
    "mou_status": "mou_now handoff_section_now",
    "mou_in_force": "mou_now handoff_section_now",
    "live_clauses_to": "handoff_section_body handoff_section",
    "my_grants": "handoff_section_body",
    "discloses": "handoff_section",
    "discloses_in": "handoff_section_body handoff_section_now",
    "identifies": "handoff_section_body handoff_section_now",
    "my_mou_versions": "mou mou_version mou_party mou_comment",
    "my_activities": "joint_activity activity_participant activity_task",
    "enter": "me has person",
    "keep_concluded": "keep_concluded mou_version",
    "keep_signed": "keep_signed mou_party mou_clause",
}
"""Which probes are the first to try for a function that none is about by name."""


IMPLIED = {
    **{
        f"ledger_{table}.viewing {change}": "ledger_part, asked as well, shows nothing then"
        for table in ("leaf", "number")
        for change in ("dropped", "using (true)")
    },
    "access.enter: d_at is null and g.expires_at > now() a: > -> >=": "a grant lives a microsecond"
    " longer",
    "access.enter: u.id is not null -> true": "no grant is of a person who is not there, and people"
    " need one",
    "ledger_entry.concerned using: reader_id = SELECT access.me AS me AND SELECT access.has"
    " 'ledger:read' AS has -> false": "it saves work: the reader sees the parts",
    "oauth_grant.own using: SELECT access.has 'user:read' AS has OR SELECT access.has 'user:write'"
    " AS has -> true": "user_account, which is asked as well, shows nobody else's people",
    "session.own using: user_id = SELECT access.person AS person OR SELECT access.has 'user:read'"
    " AS has OR SELECT access.has 'user:write' AS has -> true": "as with oauth_grant.own",
    "ticket.invite with check: access.is_kpai -> true": "user_account shows administrators"
    " elsewhere to KPAI alone",
    "access.keep_concluded: access.me() is not null -> true": "the owner alone is not a caller",
    "access.keep_concluded: s.content_hash = new.content_hash -> true": "who signs names the hash"
    " of then (mou_signature.sign), and keep_signed keeps it: both would have to fail",
    "access.keep_path: tg_op = 'UPDATE' and new.parent_id is not distinct from old.parent_id"
    " -> false": "it saves work: the path comes out the same",
    "access.keep_signed: tg_table_name = 'mou_version' -> true": "parties and clauses have no"
    " drafter of their own, and nothing is unequal to null",
    "access.mou_version_in_force: v.stage = 'SIGNED' -> true": "a check gives a day to count from"
    " to signed versions only",
    "receipt_signature.viewing dropped": "it hangs on a receipt, which is not there then",
    "receipt_signature.viewing using true": "it hangs on a receipt, which is not there then",
}
"""Mutants that nothing can notice, and what makes them harmless."""


SMALL: dict[str, Any] = {"chains": (), "conditions": (*BASES, *KEEPING)}
"""Emergencies, what is passed on, and how content ends, have laboratories of their own."""


class Laboratory:
    """A database with a world in it and a list of probes, to be changed and put back."""

    def __init__(self, owner: asyncpg.Connection) -> None:
        self.owner = owner

    async def notices(self, mutant: Mutant) -> list[str]:
        """What tells that the database was changed; nothing when nothing does."""
        transaction = self.owner.transaction()
        await transaction.start()
        try:
            await self.owner.execute(mutant.change)
            if mutant.granted and (found := await problems(self.owner)):
                return found
            return (
                await self._near(NEAR.get(mutant.about, mutant.about).split())
                or await failing(self.owner)
                or await problems(self.owner)
            )
        finally:
            await transaction.rollback()

    async def _near(self, about: list[str]) -> list[str]:
        """The probes about what was changed; some changes make a function go round for ever."""
        try:
            async with self.owner.transaction():
                await self.owner.execute("set local statement_timeout = '5s'")
                found = await failing(self.owner, about)
                await self.owner.execute("set local statement_timeout = 0")
                return found
        except asyncpg.QueryCanceledError:
            return ["it does not end"]


def plain(what: str) -> str:
    """A description without what versions of PostgreSQL print differently."""
    return re.sub(r"[()\s]|::[\w ]+?\b", "", what)


@pytest_asyncio.fixture(scope="module")
async def laboratory(owner: asyncpg.Connection) -> AsyncIterator[Laboratory]:
    gallery = Gallery(today(), **SMALL)
    world = gallery.world()
    await store(owner, world)
    await keep(owner, gallery)
    clients = {token.client for token in world.tokens}
    await owner.execute(
        "insert into rate_budget select c, 1, now() from unnest($1::uuid[]) c", clients
    )
    columns = await owner.fetch(
        "select relname, array_agg(attname::text) from pg_attribute a"
        " join pg_class c on c.oid = attrelid where relnamespace = 'public'::regnamespace"
        " and attnum > 0 and not attisdropped group by 1"
    )
    probes = Probes(gallery, world, await root_key(owner))
    reading(probes)
    writing(probes)
    ledger(probes)
    privileges(probes, {row[0]: row[1] for row in columns})
    await install(owner, probes.all)
    await owner.execute("analyze")
    yield Laboratory(owner)


async def test_the_database_is_as_the_probes_expect(laboratory: Laboratory) -> None:
    found = await failing(laboratory.owner, most=20)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("group", mutants.GROUPS, ids=lambda group: group.__name__)
async def test_every_mutant_is_noticed(laboratory: Laboratory, group: mutants.Group) -> None:
    made = [mutant async for mutant in group(laboratory.owner)]
    survivors = {plain(one.what) for one in made if not await laboratory.notices(one)}
    known = {plain(one.what) for one in made} & set(map(plain, IMPLIED))
    print(f"\n{group.__name__}: {len(made) - len(survivors)} of {len(made)} noticed")
    unseen = "\n".join(sorted(survivors - known))
    assert not unseen, f"nothing notices these:\n{unseen}"
    assert known - survivors == set(), "these are noticed after all: take them out of IMPLIED"


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
    assert set(map(plain, IMPLIED)) <= named, "IMPLIED speaks of what is no more"


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
