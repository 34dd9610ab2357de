"""Questions whose answers are kept as the database gives them when it stands as it should.

What is right is held elsewhere, by the oracle and through the API; here a weaker database answers
otherwise. They are about what only functions ask of each other, so they are asked as their owner.
"""

from collections.abc import Iterable, Iterator

from tests.access.probes import Probes
from tests.db.catalogue import APP, RULES

SEERS = ("uptd", "polsek", "sister", "mabes", "stranger")
SUPPOSED = ('{"suspended_at": "2026-01-01T00:00:00Z"}', '{"terminated_on": "2026-01-01"}')
ROWS = "select string_agg(r::text, ' ' order by r::text) from {} r"


def kept(p: Probes) -> None:
    for who in SEERS:
        for lost in ("", "handoff:identity", "handoff:read"):
            some = p.world.sections if (who, lost) == ("uptd", "") else p.world.sections[::8]
            asked = f"access.by_what(array[{_listed(s.id for _, s in some)}])"
            _keep(p, "by_what", who, ROWS.format(asked), APP, lost)
    for who in ("uptd", "polsek"):
        for about, statement in (*_of_bases(p), *_of_clauses(p), *_of_handoffs(p)):
            _keep(p, about, who, statement, RULES)
    for about, statement in _of_nobody(p):
        _keep(p, about, "uptd", statement, RULES)
    some = f"unnest(array[{_listed(s.id for _, s in p.world.sections[::3])}]) i"
    told = f"{some} cross join lateral access.verdict(i)"
    for who, lost in (("uptd", ""), ("polsek", ""), ("polsek", "handoff:identity")):
        _keep(p, "verdict", who, ROWS.format(told), APP, lost)
    _keep(p, "sealed_samples", "uptd", ROWS.format("access.sealed_samples()"), RULES)
    mou = p.gallery.cases["by themselves"].handoff.agreement
    for who in ("uptd", "polsek", "admin"):
        for change in SUPPOSED:
            asked = f"access.preview('{mou}', '{change}', access.today() + 1)"
            _keep(p, "preview", who, ROWS.format(asked), APP)


def _keep(p: Probes, about: str, who: str, statement: str, role: str, lost: str = "") -> None:
    p.keeps(about, who, statement, role=role, without=lost)


def _listed(ids: Iterable[object]) -> str:
    return ", ".join(f"'{id}'::uuid" for id in ids)


def _each(values: Iterable[str], call: str) -> str:
    """The answers of one call for each row of values."""
    rows = ", ".join(f"({value})" for value in dict.fromkeys(values))
    return (
        f"select string_agg(concat({call}), ' ' order by nth) from"
        f" (select *, row_number() over () nth from (values {rows}) v) w"
    )


def _of_bases(p: Probes) -> Iterator[tuple[str, str]]:
    based = [h for h in p.world.handoffs if h.bases]
    bases = [b for h in based for b in h.bases]
    rare = [b for b in bases if b.giver or b.withdrawn or b.rests_on or b.last_day]
    some = [*rare, *bases[:3]]
    ids = [f"'{b.id}'::uuid" for b in some]
    categories = ("INCIDENT", "HEALTH", "IDENTITY", "LEGAL")
    yield (
        "basis_state",
        _each(
            [f"{id}, '{c}'" for id in ids for c in categories],
            "access.basis_state(column1, column2)",
        ),
    )
    yield "conflicted", _each(ids, "access.conflicted(column1)")
    rests = (
        "(select string_agg(r::text, ' ' order by r::text)"
        " from access.resting_on(array[column1], column2) r)"
    )
    yield "resting_on", _each([f"{id}, '{{{c}}}'::text[]" for id in ids for c in categories], rests)
    of = [h for h in based if any(b in some for b in h.bases)][:6]
    yield "may_rest_on", _each(
        [
            f"{id}, '{h.id}'::uuid, '{kind}', '{{{c}}}'::text[], '{{{purpose}}}'::text[]"
            for id in ids for h in of for kind in ("PUBLIC_TASK", "CONSENT")
            for c in ("INCIDENT", "LEGAL") for purpose in ("SERVICE_DELIVERY", "EVALUATION")
        ],
        "access.may_rest_on(column1, column2, column3, column4, column5)",
    )  # fmt: skip
    suspects = [s.id for h in p.world.handoffs for s in h.suspects]
    yield "person_of", _each([*ids, *(f"'{id}'::uuid" for id in suspects)],
                             "access.person_of(column1)")  # fmt: skip
    asked = [
        f"'{h.id}'::uuid, '{author}'::uuid, '{c}', '{h.purpose}'"
        for h in based for author in (h.sender, h.receiver) for c in categories[:2]
    ]  # fmt: skip
    for name in ("basis_for", "barred_by"):
        yield name, _each(asked, f"access.{name}(column1, column2, column3, column4)")


def _of_clauses(p: Probes) -> Iterator[tuple[str, str]]:
    handoffs = list({(h.agreement, h.sender, h.receiver): h for h in p.world.handoffs}.values())
    between = (
        "(select string_agg(r::text, ' ') from"
        " access.clause_between(column1, column2, column3, column4, column5, column6) r)"
    )
    yield "clause_between", _each(
        [
            f"'{h.agreement}'::uuid, '{giver}'::uuid, '{reader}'::uuid, '{c}', '{h.purpose}',"
            f" '{role}'"
            for h in handoffs
            for giver, reader in ((h.sender, h.receiver), (h.receiver, h.sender))
            for c in ("INCIDENT", "LEGAL") for role in (h.role, "WITNESS")
        ],
        between,
    )  # fmt: skip
    for id in (p.gallery.uptd, p.gallery.polsek, p.gallery.sister, p.gallery.mabes):
        yield "live_clauses", ROWS.format(f"access.live_clauses('{id}')")


def _of_handoffs(p: Probes) -> Iterator[tuple[str, str]]:
    told = "(select string_agg(r::text, ' ') from access.judged(column1, column2, column3) r)"
    yield "judged", _each(
        [
            f"'{h.id}'::uuid, '{author}'::uuid, '{c}'"
            for h in p.world.handoffs for author in (h.sender, h.receiver)
            for c in ("INCIDENT", "IDENTITY", "LEGAL")
        ],
        told,
    )  # fmt: skip


def _of_nobody(p: Probes) -> Iterator[tuple[str, str]]:
    for one in (True, False):
        yield "same_person", _each(
            [
                f"'{giver}', '{{{keys}}}'::bytea[], '{suspect}', '{{{others}}}'::bytea[]"
                for giver in ("CHILD", "FATHER", "OTHER") for suspect in ("FATHER", "OTHER")
                for keys in ("", "a", "b") for others in ("", "a", "b")
                if (keys == others) == one
            ],
            "access.same_person(column1, column2, column3, column4)",
        )  # fmt: skip
    yield "hours_for", _each(
        [
            f"'{code}', '{day}'::timestamptz"
            for code in ("EMERGENCY_REVIEW", "DATA_REQUEST", "NONE")
            for day in ("2020-01-01", "2026-06-01", "2040-01-01")
        ],
        "access.hours_for(column1, column2)",
    )  # fmt: skip
    yield "custody_moved", _each(
        [
            f"'{kind}', '{status}', {at}"
            for kind in ("TRANSFER", "REFERRAL") for status in ("ACCEPTED", "FAILED", "CANCELLED")
            for at in ("now()", "null::timestamptz")
        ],
        "access.custody_moved(column1, column2, column3)",
    )  # fmt: skip
