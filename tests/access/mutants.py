"""Mutants of the database: each with one policy, grant, function or trigger weaker than it is.

They are made from the catalogue, so that what a later migration adds is mutated too.
"""

import re
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from migrations import versions
from tests.access.mutation import changes
from tests.db.catalogue import (
    APP,
    AUTH,
    AUTH_GRANTS,
    GRANTS,
    LEDGER_GRANTS,
    MATRIX,
    RULES,
    Held,
)

ROLES = [APP, AUTH, RULES]
AUTHORITY_ALONE = {
    table
    for table in (*AUTH_GRANTS, *LEDGER_GRANTS)
    if not (GRANTS[table].table or GRANTS[table].reads)
}
NOT_ABOUT_ACCESS = {"draw", "take_points", "revision"}
"""Functions that guard nobody's data."""

EMERGENCIES = frozenset({
    "emergency_bar", "my_emergencies", "my_emergency_sections", "my_emergency_handoffs", "passes",
    "passed_to_me", "may_pass", "fits_case", "custody_chain", "holds_custody", "emergency_target",
    "name_reviewers", "keep_emergency", "tell_emergency", "emergency_access",
})  # fmt: skip
ENDINGS = frozenset({
    "held", "retention_days", "retention", "spent_cases", "destroy", "destroy_due",
    "retention_report", "retention_holds", "keep_request", "keep_lifted", "correct_section",
    "date_request", "legal_hold", "data_request", "data_request_details",
})  # fmt: skip
"""Functions and tables whose conditions have laboratories of their own."""


def made_since(revision: str) -> frozenset[str]:
    """The tables, views and functions that revisions from this one on are the first to make."""
    made: dict[bool, set[str]] = {False: set(), True: set()}
    here = Path(versions.__file__).parent
    for script in here.glob("*.py"):
        if number := re.search(r"_(\d{4})_", script.name):
            text = script.read_text()
            parts = [(here.parent / f"{name}.py").read_text() for name in _PART.findall(text)]
            made[number[1] >= revision].update(_MADE.findall("".join([text, *parts])))
    return frozenset(made[True] - made[False])


_PART = re.compile(r"^from migrations\.(\w+) import", re.MULTILINE)
_MADE = re.compile(r"create (?:or replace )?(?:table|view|function) (?:access\.)?(\w+)")
JOINT = made_since("0013") - {"mou_paper"} | {
    "joint_activity", "activity_participant", "activity_task", "my_activities",
}  # fmt: skip
"""What hangs on an activity, and the activity itself: as above, but found by itself."""


@dataclass(frozen=True)
class Mutant:
    what: str
    about: str
    """The table or function that is changed."""
    change: str
    granted: bool = False
    """Whether it is about who may do what, which the catalogue tells at once."""


async def policies(owner: asyncpg.Connection) -> AsyncIterator[Mutant]:
    rows = await owner.fetch(
        "select tablename, policyname, qual, with_check from pg_policies"
        " where schemaname = 'public' and roles && $1::name[] order by 1, 2",
        ROLES,
    )
    for table, policy, using, check in rows:
        name = f"{table}.{policy}"
        yield Mutant(f"{name} dropped", table, f"drop policy {policy} on {table}")
        for clause, text in (("using", using), ("with check", check)):
            if text is None or text == "true":
                continue
            alter = f"alter policy {policy} on {table} {clause}"
            yield Mutant(f"{name} {clause} (true)", table, f"{alter} (true)")
            for change in changes(text):
                yield Mutant(f"{name} {clause}: {change.what}", table, f"{alter} ({change.text})")


def is_view(name: str) -> bool:
    return name.endswith("_now") or name in ("activity_agenda", "measurement_due")


async def tables(owner: asyncpg.Connection) -> AsyncIterator[Mutant]:
    """Row-level security off, or not forced; more granted than there should be, or less."""
    for table, held in GRANTS.items():
        if table == "alembic_version":
            continue
        if not is_view(table):
            for how in ("disable", "no force"):
                change = f"alter table {table} {how} row level security"
                # Not by roles that are not the owner; nor where a role sees all or nothing anyway.
                unseen = how == "no force" or table in AUTHORITY_ALONE
                yield Mutant(f"{table}: {how} row level security", table, change, unseen)
        else:
            change = f"alter view {table} set (security_invoker = false)"
            yield Mutant(f"{table} reads as its owner", table, change)
        for privilege in ("ALL", "SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            if privilege not in held.table.split():
                change = f"grant {privilege} on {table} to {APP}"
                view = is_view(table)  # nothing can be written to it whatever is granted
                yield Mutant(f"{table}: {privilege} granted", table, change, view)
    for role, matrix in MATRIX.items():
        for table in GRANTS:
            held = matrix.get(table, Held())
            for change in _other_grants(role, table, held):
                yield Mutant(change, table, change, True)


def _other_grants(role: str, table: str, held: Held) -> Iterator[str]:
    """What the catalogue tells at once."""
    for privilege in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"):
        if privilege in held.table.split():
            yield f"revoke {privilege} on {table} from {role}"
        elif role != APP:
            yield f"grant {privilege} on {table} to {role}"
    for privilege, columns in (("update", held.updates), ("select", held.reads),
                               ("insert", held.adds)):  # fmt: skip
        for column in columns.split() if privilege.upper() not in held.table.split() else ():
            yield f"revoke {privilege} ({column}) on {table} from {role}"


async def functions(owner: asyncpg.Connection) -> AsyncIterator[Mutant]:
    """Every condition in a function of the schema ``access``, one at a time."""
    rows = await owner.fetch(
        "select proname, pg_get_functiondef(oid) as text, oid::regprocedure::text as signature,"
        " prosecdef as definer, has_function_privilege($1, oid, 'EXECUTE') as callable"
        " from pg_proc where pronamespace = 'access'::regnamespace order by 1",
        APP,
    )
    for row in rows:
        name = row["proname"]
        if name in NOT_ABOUT_ACCESS:
            continue
        for change in changes(row["text"], body_of(row["text"])):
            yield Mutant(f"access.{name}: {change.what}", name, change.text)
        function = f"function {row['signature']}"
        change = f"grant execute on {function} to public"
        yield Mutant(f"access.{name} for everyone", name, change, True)
        if row["callable"]:
            change = f"revoke execute on {function} from {APP}"
            yield Mutant(f"access.{name} not for the API", name, change, True)
        else:
            change = f"grant execute on {function} to {APP}"
            yield Mutant(f"access.{name} for the API", name, change, True)
        if row["definer"]:
            for how in ("security invoker", "reset search_path", "owner to current_user"):
                yield Mutant(f"access.{name}: {how}", name, f"alter {function} {how}", True)


def body_of(text: str) -> int:
    """Where the body of a function begins."""
    for mark in ("BEGIN ATOMIC", "$function$", "\nRETURN"):
        if mark in text:
            return text.index(mark)
    raise AssertionError(text)


ANSWERS = {
    "me()": ("(select id from organisation order by id limit 1)", "null::uuid"),
    "client()": ("null::uuid", "(select id from client order by id limit 1)"),
    "person()": ("null::uuid", "(select id from user_account order by id limit 1)"),
    "scopes()": ("'{}'::text[]", "'{mou:read,handoff:read}'::text[]"),
    "has(scope text)": ("true", "false"),
    "today()": ("current_date - 1", "current_date + 1", "(now() at time zone 'Asia/Tokyo')::date"),
    "is_kpai()": ("true", "false"),
    "is_mou_admin()": ("true", "false"),
    "identifies(category text)": ("true", "false", "category = 'IDENTITY'"),
    "discloses_in(status text)": ("true", "false", "status <> 'DRAFT'"),
    "mou_in_force(mou uuid)": ("true", "false", "access.mou_status(mou) = 'ACTIVE'"),
    "mou_status(mou uuid)": ("'ACTIVE'", "'SUSPENDED'"),
    "discloses(mou uuid, discloser uuid, recipient uuid, category text, purpose text,"
    " case_role text)": ("true", "false"),
    "shares_agreement(mou uuid, one uuid, other uuid)": ("true", "false"),
}
"""Functions that always answer the same, or by a rule that is nearly right."""
STATES = ("REQUESTED", "RECEIVED", "INFO_REQUESTED", "ACCEPTED", "IN_PROGRESS", "COMPLETED",
          "DRAFT", "REJECTED", "FAILED", "CANCELLED", "REVOKED")  # fmt: skip


async def answers(owner: asyncpg.Connection) -> AsyncIterator[Mutant]:
    for signature, replies in ANSWERS.items():
        name = signature.partition("(")[0]
        returns = await owner.fetchval(
            "select format_type(prorettype, null) from pg_proc"
            " where proname = $1 and pronamespace = 'access'::regnamespace",
            name,
        )
        definer = await owner.fetchval("select prosecdef from pg_proc where proname = $1", name)
        how = "security definer set search_path = pg_catalog, public, pg_temp" if definer else ""
        for reply in replies:
            change = (
                f"create or replace function access.{signature} returns {returns}"
                f" language sql stable {how} as $$ select {reply} $$"
            )
            yield Mutant(f"access.{name} is {reply}", name, change)
    for name, of, values in (
        ("discloses_in", "status", STATES),
        ("identifies", "category", ("IDENTITY", "CONTACT", "FAMILY", "INCIDENT", "HEALTH")),
    ):
        for value in values:  # the answer for one value is turned round
            yield Mutant(f"access.{name} errs about {value}", name, turned(name, of, value))


def turned(name: str, of: str, value: str) -> str:
    """The function with its answer for one value turned round (its policies keep it by its oid)."""
    return f"""
    do $do$ declare body text := pg_get_functiondef('access.{name}(text)'::regprocedure); begin
      body := regexp_replace(body, 'RETURN (.*)$', 'RETURN ((\\1) <> ({of} = ''{value}''))');
      execute body;
    end $do$"""


async def triggers(owner: asyncpg.Connection) -> AsyncIterator[Mutant]:
    rows = await owner.fetch(
        "select tgname, tgrelid::regclass::text, proname from pg_trigger t"
        " join pg_proc p on p.oid = tgfoid where not tgisinternal"
    )
    for trigger, table, function in rows:
        change = f"drop trigger {trigger} on {table}"
        yield Mutant(f"{table}: trigger {trigger} dropped", function, change)


async def views(owner: asyncpg.Connection) -> AsyncIterator[Mutant]:
    """The reasons a section is withheld for, and the version of an agreement that is shown."""
    for view in ("handoff_section_now", "mou_now"):
        text = await owner.fetchval(f"select pg_get_viewdef('{view}'::regclass)")
        create = f"create or replace view {view} with (security_invoker = true) as "
        for change in changes(text):
            yield Mutant(f"{view}: {change.what}", view, create + change.text)


async def constraints(_: asyncpg.Connection) -> AsyncIterator[Mutant]:
    """The keys that access rests on."""
    change = "alter table handoff_section_body drop constraint handoff_section_body_section_fkey"
    yield Mutant("a body need not fit its section", "handoff_section_body", change)


async def only(owner: asyncpg.Connection, about: Collection[str]) -> AsyncIterator[Mutant]:
    """The mutants of conditions and triggers of these functions and tables."""
    for group in (policies, functions, triggers):
        async for mutant in group(owner):
            if not mutant.granted and mutant.about in about:
                yield mutant


Group = Callable[[asyncpg.Connection], AsyncIterator[Mutant]]
OTHERS: tuple[Group, ...] = (policies, tables, answers, triggers, views, constraints)
GROUPS = (*OTHERS, functions)


async def here(owner: asyncpg.Connection, group: Group) -> AsyncIterator[Mutant]:
    """The mutants of a group without those that have a laboratory of their own."""
    for_others = EMERGENCIES | ENDINGS if group in (policies, functions, triggers) else frozenset()
    async for mutant in group(owner):
        named = {mutant.about, mutant.what.partition(":")[0]}
        if mutant.granted or not named & (for_others | JOINT):
            yield mutant
