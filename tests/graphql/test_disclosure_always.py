"""The verdict and the policies are two texts of one rule: in no world do they differ.

A world with chains, transfers, emergencies and words of both sides is bent at random, each time
from where it began, and every organisation is asked of every section with several scopes.
"""

import random
from typing import Any

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.emergencies import breaks_glass
from tests.onward import Chain, chain_of
from tests.scenes import Pair, take
from tests.world import World, ok

ROUNDS = 80
STATES = ("REQUESTED", "RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELLED",
          "REJECTED", "REVOKED")  # fmt: skip
SCOPES = ("handoff:read handoff:identity handoff:emergency", "handoff:read handoff:identity",
          "handoff:read handoff:emergency", "handoff:identity handoff:emergency")  # fmt: skip
HELD = text(
    "select b.section_id is not null as visible, v.open, v.code, n.withheld,"
    " coalesce(n.sealed is not null, false) as shown"
    " from handoff_section s"
    " left join handoff_section_body b on b.section_id = coalesce(s.origin_id, s.id)"
    " left join handoff_section_now n on n.id = s.id"
    " left join lateral access.verdict(s.id) v on true"
)
ACT = text(
    "select set_config('role', 'rangkul_app', true),"
    " set_config('app.organisation_id', :me, true), set_config('app.scopes', :scopes, true)"
)
ONE_OF = " where id = (select id from {} order by md5(id::text || :seed) limit 1)"


@pytest_asyncio.fixture(scope="module")
async def people(world: World) -> list[str]:
    chain = await chain_of(world)
    a, b = chain.a, chain.b
    straight = Pair(world, a, b, chain.mous[0])
    first = await chain.first()
    second = await chain.second(first)
    await chain.third(second)
    await transferred(chain)
    for status in ("ACCEPTED", "COMPLETED", "REQUESTED"):
        await straight.at(status, "INCIDENT", "HEALTH")
    closed = await chain.second(await chain.first())
    await ok(a.mutate("suspendMou", "$id: ID!, $reason: String!", "", id=chain.mous[0],
                      reason="Uji."))  # fmt: skip
    await ok(breaks_glass(chain.c, handoffId=closed, categories=["HEALTH"]))
    await ok(breaks_glass(b, handoffId=first, categories=["INCIDENT"]))
    await ok(a.mutate("resumeMou", "$id: ID!", "", id=chain.mous[0]))
    return [str(api.org.id) for api in (a, b, chain.c, chain.d)]


async def transferred(chain: Chain) -> None:
    """A case that its sender keeps a stub of, and that comes back to it by another handoff."""
    first = await chain.first(kind="TRANSFER")
    section = {"category": "INCIDENT", "body": "Perkembangan."}
    refusal = await take(chain.b, "addHandoffSection", first, section=section)
    assert refusal["code"] == "NOT_COVERED"
    await chain.second(first)


CONSENT = "update lawful_basis set kind = 'CONSENT', giver_relation = 'MOTHER', given_at = now()"
BENDS: dict[str, str] = {
    "a state": "update handoff set status = :state" + ONE_OF.format("handoff"),
    "another state": "update handoff set status = :state, kind = 'TRANSFER', accepted_at = now()"
    + ONE_OF.format("handoff"),
    "an end": "update handoff set ended_at = now() - make_interval(days => :days)"
    + ONE_OF.format("handoff"),
    "every end": "update handoff set ended_at = now() - make_interval(days => :days)",
    "keeping": "update mou_clause set retention_days = :days" + ONE_OF.format("mou_clause"),
    "categories": "update mou_clause set categories = array[:category]"
    + ONE_OF.format("mou_clause"),
    "onward": "update mou_clause set onward_sharing = false" + ONE_OF.format("mou_clause"),
    "purposes": "update mou_clause set purposes = '{OVERSIGHT}'" + ONE_OF.format("mou_clause"),
    "a term": "update mou_version set valid_until = access.today() - 1"
    + ONE_OF.format("mou_version"),
    "a beginning": "update mou_version set in_force_from = access.today() + 1"
    + ONE_OF.format("mou_version"),
    "a suspension": "update mou set suspended_at = now(), suspension_reason = 'Uji'"
    + ONE_OF.format("mou"),
    "a basis": "delete from lawful_basis" + ONE_OF.format("lawful_basis"),
    "a basis that ends": "update lawful_basis set valid_until = access.today() - 1"
    + ONE_OF.format("lawful_basis"),
    "a withdrawal": CONSENT
    + ", withdrawn_categories = array[:category], withdrawn_at = now(), withdrawal_reason = 'Uji'"
    + ONE_OF.format("lawful_basis"),
    "a suspect": "with given as ("
    + CONSENT
    + ONE_OF.format("lawful_basis")
    + " returning handoff_id) insert into case_suspect (id, case_id, named_by, relation)"
    " select gen_random_uuid(), h.case_id, h.sender_id, 'MOTHER' from handoff h join given g"
    " on g.handoff_id = h.id",
    "a restriction": "insert into data_request (id, handoff_id, kind, categories, opened_by,"
    " controller_id, requester_relation, due_at, status, answered_at)"
    " select gen_random_uuid(), id, 'RESTRICTION', array[:category], sender_id, sender_id,"
    " 'CHILD', now(), 'GRANTED', now() from handoff" + ONE_OF.format("handoff"),
    "a destruction": "with gone as (update handoff_section set destroyed_at = now(),"
    " destruction = 'ERASURE'" + ONE_OF.format("handoff_section") + " returning id)"
    " delete from handoff_section_body where section_id in (select id from gone)",
    "an emergency over": "update emergency_access set closed_at = now()"
    + ONE_OF.format("emergency_access"),
    "an exclusion": "update mou_version set emergency_excluded = array[:category]"
    + ONE_OF.format("mou_version"),
    "identities": "update handoff_section set category = 'IDENTITY'",
}


async def bent(tx: AsyncSession, chosen: random.Random) -> list[str]:
    """The world after some of these; what was done to it."""
    await tx.execute(text("set local session_replication_role = replica"))  # no triggers
    done = chosen.sample(sorted(BENDS), chosen.randint(0, 4))
    for name in done:
        values: dict[str, Any] = {
            "seed": str(chosen.random()),
            "state": chosen.choice(STATES),
            "days": chosen.choice([1, 100, 364, 366, 800]),
            "category": chosen.choice(["INCIDENT", "HEALTH"]),
        }
        statement = text(BENDS[name])
        await tx.execute(
            statement, {key: values[key] for key in values if f":{key}" in BENDS[name]}
        )
    if "identities" in done:
        await tx.execute(text("update handoff_section_body set category = 'IDENTITY'"))
        await tx.execute(text("update mou_clause set categories = categories || '{IDENTITY}'"))
    return done


async def test_the_verdict_is_what_the_policies_do(world: World, people: list[str]) -> None:
    seen: set[tuple[bool, str | None]] = set()
    for number in range(ROUNDS):
        async with world.operator() as tx:
            done = await bent(tx, random.Random(number))
            for me in people:
                for scopes in SCOPES:
                    await tx.execute(ACT, {"me": me, "scopes": scopes})
                    for row in await tx.execute(HELD):
                        at = (number, done, me, scopes, row)
                        assert row.visible == (row.open is True), at
                        assert row.visible == row.shown, at
                        assert row.open or row.withheld == row.code, at
                        seen.add((row.visible, row.code))
                    await tx.execute(text("select set_config('role', 'none', true)"))
            await tx.rollback()
    opened = {code for open, code in seen if open}
    closed = {code for open, code in seen if not open}
    assert opened == {"OWN_WORDS", "CLAUSE", "PASSED_ON", "EMERGENCY"}
    assert closed >= {
        "SCOPE_MISSING", "CUSTODY_MOVED", "STATE_CLOSED", "AGREEMENT_NOT_IN_FORCE", "NOT_COVERED",
        "RETENTION_ENDED", "RESTRICTED", "BASIS_MISSING", "BASIS_EXPIRED", "CONSENT_WITHDRAWN",
        "GUARDIAN_CONFLICT",
        "ONWARD_CLOSED", "DESTROYED",
    }  # fmt: skip
