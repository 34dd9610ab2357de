"""What everybody sees of that scene, and tries to do to it.

Who sees which row was written by hand (`rows_joint`). Of what is tried the answers are kept, so
that a weaker database answers one of them otherwise; what is right is held through the API.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from tests.access.given_figures import figures
from tests.access.given_joint import Given
from tests.access.given_kept import kept
from tests.access.given_oversight import oversight
from tests.access.given_parts import parts
from tests.access.given_refused import refusals
from tests.access.given_results import results
from tests.access.given_written import written
from tests.access.probes import KEPT, Probe
from tests.access.scene_joint import Row, Scene, id_of
from tests.db.catalogue import APP, GRANTS
from tests.world import PARTNER

WRITERS = ("lead", "co", "contributor", "observer", "left", "addressee", "member", "stranger")
SOME = ("lead", "contributor", "addressee")
NEW = "'019a0000-0000-0000-0000-0000000000f1'"
WRITING = ("activity:write", "oversight:write", "result:write")
FAR = {"boolean": ("true", "false"), "date": ("'2027-01-01'",), "integer": ("7",),
       "jsonb": ("'[]'",), "timestamp with time zone": ("now()", "null"), "numeric": ("7",),
       "ARRAY": ("'{}'",)}  # fmt: skip
_COLUMNS = """
select table_name::text, column_name::text, data_type::text,
       array(select m[1] from pg_constraint c
             cross join lateral regexp_matches(pg_get_constraintdef(c.oid), '''([A-Z_]+)''', 'g') m
             where c.conrelid = table_name::regclass and c.contype = 'c'
               and array_length(c.conkey, 1) = 1
               and column_name = (select attname from pg_attribute where attrelid = c.conrelid
                                  and attnum = c.conkey[1])) as choices
from information_schema.columns where table_schema = 'public' and table_name = any (:tables)
"""


async def probes_of(scene: Scene, about: frozenset[str]) -> list[Probe]:
    """For each table what each sees; for some, whether it may add, change and take away a row."""
    by_table: dict[str, list[Row]] = defaultdict(list)
    for row in scene.rows:
        by_table[row.table].append(row)
    columns = await scene.world.sql(_COLUMNS, tables=sorted(by_table))
    asked = _Asked(scene)
    for name in scene.apis:
        await asked.enter(name)
    for table, rows in by_table.items():
        for name in scene.apis:
            asked.reads(name, table, rows)
        for other, handoff in scene.handoffs.items():
            asked.looks_on("lead", table, handoff, other)
        for name in WRITERS if table in about else ():
            for n, statement in enumerate(_writes(scene, table, rows, columns)):
                key = statement.rpartition(" where ")[2]
                asked.tries(name, table, statement, key, n % 7 == 0)
            for row in rows if name in SOME else rows[:2]:
                asked.adds(name, table, row)
            for statement in _more(scene, table, name):
                asked.tries(name, table, statement, f"id = {NEW}", name in SOME)
    given = Given(scene, asked.tokens)
    for part in (results, figures, parts, refusals, oversight, kept, written):
        part(given)
    asked.probes += given.probes
    for function, statement in _functions(scene):
        for name in scene.apis if function in about else ():
            asked.keeps(name, function, statement)
    return asked.probes


class _Asked:
    """Probes, entering as one organisation or another."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.probes = scene, list[Probe]()
        self.tokens: dict[str, tuple[UUID, UUID]] = {}

    async def enter(self, name: str) -> None:
        [row] = await self.scene.world.sql(
            "select g.id, g.client_id from oauth_grant g join client c on c.id = g.client_id"
            " where c.organisation_id = :id order by g.id desc limit 1",
            id=self.scene.apis[name].org.id,
        )
        self.tokens[name] = (row.client_id, row.id)

    def reads(self, name: str, table: str, rows: list[Row]) -> None:
        key = rows[0].key
        ids = ", ".join(f"'{id_of(row.name)}'" for row in rows)
        names = ", ".join(f"('{id_of(row.name)}'::uuid, '{row.name}')" for row in rows)
        wanted = " + ".join(sorted(row.name for row in rows if name in row.seen))
        statement = (
            "select coalesce(string_agg(v.name, ' + ' order by v.name collate \"C\"), '')"
            f" from {table} t join (values {names}) v(id, name) on v.id = t.{key}"
            f" where t.{key} in ({ids})"
        )
        self._add(name, table, "sees", statement, wanted)

    def tries(self, name: str, table: str, statement: str, key: str, scopes: bool) -> None:
        """A change, and the row as it stands then, with what happened just now as such."""
        told = (
            f"{statement}; reset role; select regexp_replace(to_jsonb(t)::text, to_char(now(),"
            f" 'YYYY-MM-DD') || '[^\"]*', 'now', 'g') from {table} t where {key}"
        )
        for scope in ("", *(WRITING if scopes else ())):
            self._add(name, table, statement, told, KEPT, without=scope)

    def looks_on(self, name: str, table: str, handoff: UUID, other: str) -> None:
        """Whoever looks on as a partner sees nothing of this."""
        looks = f"select access.view_as('{handoff}', {self.scene.org(other)})"
        self._add(name, table, "looks on", f"{looks}; select count(*)::text from {table}", "0")

    def adds(self, name: str, table: str, row: Row) -> None:
        """The like of a row, as one's own and as it is."""
        mine = {"organisation_id", "owner_id", "author_id", "lead_id", "registered_by"}
        own_row = dict.fromkeys(mine & row.values.keys(), self.scene.org(name))
        for changed in (own_row, {}, *self._elsewhere(row, own_row)):
            given = row.values | changed
            if "id" in given:
                given["id"] = NEW
            insert = (
                f"insert into {table} ({', '.join(given)}) values ({', '.join(given.values())})"
            )
            key = f"{row.key} = {given[row.key]}"
            self.tries(name, table, insert, key, changed is own_row and name in SOME)

    def _elsewhere(self, row: Row, own: dict[str, str]) -> Iterator[dict[str, str]]:
        """The same, hung on other things than it should be."""
        tables = {f"'{id_of(one.name)}'": one.table for one in self.scene.rows}
        for column, value in row.values.items():
            if column != "id" and value in tables:
                others = [v for v, table in tables.items() if table == tables[value] != row.table]
                yield from (own | {column: other} for other in others if other != value)

    def keeps(self, name: str, about: str, statement: str) -> None:
        self._add(name, about, about, statement, KEPT)

    def _add(self, name: str, about: str, what: str, statement: str, expected: str,
             without: str = "", reads: bool = True) -> None:  # fmt: skip
        client, grant = self.tokens[name]
        scopes = " ".join(sorted({str(scope) for scope in PARTNER} - {without}))
        lacking = f" without {without}" if without else ""
        self.probes.append(
            Probe(f"[{about}] {what} ({name}{lacking})", about, client, scopes, None, grant, False,
                  APP, statement, expected, reads)
        )  # fmt: skip


def _writes(scene: Scene, table: str, rows: list[Row], columns: list[Any]) -> Iterator[str]:
    """Each column that may be changed, to each of a few values, a row at a time."""
    held = GRANTS[table]
    for row in rows:
        where = f"where {row.key} = '{id_of(row.name)}'"
        if "DELETE" in held.table:
            yield f"delete from {table} {where}"
        for _, column, kind, choices in (c for c in columns if c[0] == table):
            if column not in held.updates.split():
                continue
            if kind == "uuid":
                values: tuple[str, ...] = (scene.org("stranger"),)
            else:
                values = tuple(f"'{choice}'" for choice in choices) or FAR.get(kind, ("'y'",))
            for value in values:
                yield f"update {table} set {column} = {value} {where}"


def _more(scene: Scene, table: str, name: str) -> Iterator[str]:
    """What no row of the scene is the like of."""
    insert = f"insert into {table} ({{}}) values ({NEW}, {{}})"
    me, other = scene.org(name), scene.org("stranger")
    if table == "activity_participant":
        for role in ("CONTRIBUTOR", "CO_ORGANISER"):
            for who in (other, scene.org("lead")):
                given = f"'{id_of('activity')}', {who}, '{role}', 'INVITED'"
                yield insert.format("id, activity_id, organisation_id, role, status", given)
    if table == "results_framework":
        for owner in (me, other):
            for mou, programme in ((f"'{scene.mou}'", "null"),
                                   ("null", f"'{id_of('programme')}'")):  # fmt: skip
                yield insert.format(
                    "id, name, owner_id, period_from, period_until, mou_id, programme_id",
                    f"'x', {owner}, '2031-01-01', '2031-12-31', {mou}, {programme}",
                )
    if table == "assessment":
        for of, by in ((me, me), (scene.org("below"), me), (me, other), (other, me)):
            for period in ("to_char(access.today(), 'YYYY') || case when extract(month from"
                           " access.today()) < 7 then '-S1' else '-S2' end", "'2020-S1'",
                           "'2099-S1'"):  # fmt: skip
                yield insert.format(
                    "id, checklist_id, organisation_id, assessor_id, period, revision, type_code",
                    f"'{id_of('list')}', {of}, {by}, {period}, 9, 'UPTD_PPA'",
                )
    if table == "clarification":
        yield insert.format(
            "id, organisation_id, addressee_id, subject, questions, due_on, status",
            f"{me}, {other}, 'x', '{{x}}', '2027-01-01', 'DRAFT'",
        )
    if table == "policy_input":
        for published in ("null", "now()"):
            yield insert.format("id, regulation_id, organisation_id, published_at",
                                f"'{id_of('law')}', {me}, {published}")  # fmt: skip


def _functions(scene: Scene) -> Iterator[tuple[str, str]]:
    """What the functions answer everybody, about each thing of the scene."""

    def each(table: str, call: str) -> str:
        ids = ", ".join(f"('{id_of(r.name)}'::uuid)" for r in scene.rows if r.table == table)
        return f"select string_agg(concat({call}), ' ' order by v.id) from (values {ids}) v(id)"

    for name in ("part", "seen_until", "worked_until", "guests_until", "led_by"):
        yield name, each("joint_activity", f"access.{name}(v.id)")
    yield "shared_visit", each("visit", "access.shared_visit(v.id)")
    items = each("oversight_plan_item", "v.id").replace(
        "string_agg(concat(v.id), ' '", "array_agg(v.id"
    )
    made = "(select string_agg(x::text, ' ' order by x::text) from access.{} x)"
    yield "visits_made", f"select {made.format(f'visits_made(({items}))')}"
    for name in ("my_versions", "my_frameworks", "my_programmes"):
        yield name, f"select {made.format(f'{name}()')}"
    yield "keeps_regulation", each("regulation", "access.keeps_regulation(v.id)")
    yield "policy_part", each("policy_input", "access.policy_part(v.id)")
    at = "access.sees_submission(v.id, '2026-01-15Z'), access.sees_submission(v.id, now())"
    yield "sees_submission", each("policy_input", at)
    for name in ("reads_policy_version", "writes_policy_version"):
        yield name, each("policy_version", f"access.{name}(v.id)")
    yield "may_use_material", each("material_version", "access.may_use_material(v.id)")
    yield "runs_session", each("education_session", "access.runs_session(v.id)")
    orgs = ", ".join(f"({scene.org(name)}::uuid)" for name in sorted(scene.apis))
    yield (
        "may_assess",
        "select string_agg(access.may_assess(v.id)::text, ' ' order by v.id)"
        f" from (values {orgs}) v(id)",
    )
    for framework in (r for r in scene.rows if r.table == "results_framework"):
        yield (
            "takes_part",
            f"select string_agg(access.takes_part('{id_of(framework.name)}', v.id)::text, ' '"
            f" order by v.id) from (values {orgs}) v(id)",
        )
