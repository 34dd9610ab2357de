"""Probes that write: organisations, clients and joint activities; and whatever is not granted.

Statements have no condition on rows where that is possible: then nothing but the policy on writing
decides how many rows are changed, and no policy on reading helps it.
"""

from collections.abc import Iterator
from uuid import UUID

from tests.access.mutants import JOINT
from tests.access.probes import DENIED, NEW, REFUSED, Probes
from tests.access.probes_agreements import agreements
from tests.access.probes_cases import cases
from tests.access.probes_handoffs import handoffs
from tests.access.probes_people import people
from tests.access.probes_receipts import receipts
from tests.db.catalogue import APP, AUTH, GRANTS, MATRIX, Held


def writing(probes: Probes) -> None:
    for part in (organisations, clients, people, agreements, handoffs, cases, activities, receipts):
        part(probes)


def privileges(probes: Probes, columns: dict[str, list[str]]) -> None:
    """Everything that is not granted, tried on every table and column, in either role; what hangs
    on an activity is tried in a laboratory of its own."""
    for table in sorted(GRANTS.keys() - JOINT):
        for role, who in ((APP, "admin"), (AUTH, None)):
            held = MATRIX[role].get(table, Held())
            for statement in _denied(table, held, columns):
                probes.writes(table, who, statement, DENIED, role=role)


def _denied(table: str, held: Held, columns: dict[str, list[str]]) -> Iterator[str]:
    tries = {
        "SELECT": (held.reads, f"select 1 from {table} where false"),
        "INSERT": (held.adds, f"insert into {table} default values"),
        "DELETE": ("", f"delete from {table} where false"),
        "TRUNCATE": ("", f"truncate {table} cascade"),
    }
    if table.endswith("_now"):  # views: what cannot be written to at all needs no grant
        tries = {"INSERT": ("", "insert into mou_now default values")}
    for privilege, (some, statement) in tries.items():
        if privilege not in held.table.split() and not some:
            yield statement
    if table in ("clock_now", "handoff_section_now") or "UPDATE" in held.table.split():
        return
    for column in columns[table]:
        computed = table == "mou_now" and column not in columns["mou"]
        if column not in held.updates.split() and not computed:
            yield f"update {table} set {column} = null where false"
        if held.reads and column not in held.reads.split():
            yield f"select {column} from {table}"
        if held.adds and column not in held.adds.split():
            yield f"insert into {table} ({column}) values (null)"


ORGANISATION = (
    f"insert into organisation (id, type_code, name) values ('{NEW.format(1)}', 'COURT', 'Baru')"
)


def organisations(p: Probes) -> None:
    g, total = p.gallery, len(p.world.organisations)
    p.writes("organisation", "admin", ORGANISATION, 1)
    p.writes("organisation", "admin", ORGANISATION, DENIED, without="organisation:write")
    p.writes("organisation", "overreaching", ORGANISATION, DENIED)
    rename = "update organisation set name = 'Lain'"
    p.writes("organisation", "admin", rename, total)
    p.writes("organisation", "admin", rename, 0, without="organisation:write")
    p.writes("organisation", "overreaching", rename, 0)
    dissolve = f"update organisation set dissolved_at = now() where id = '{g.kpai}'"
    p.writes("is_kpai", "admin", f"{dissolve}; {ORGANISATION}", DENIED)
    move = "update organisation set parent_id = '{}' where id = '{}'"
    p.writes("keep_path", "admin", move.format(g.polsek, g.mabes), REFUSED)
    p.writes("keep_path", "admin", move.format(g.mabes, g.mabes), REFUSED)
    paths = "select array_to_string(path, '>') from organisation where id in ('{}', '{}')"
    p.reads("keep_path", "admin", paths.format(g.dinas, g.uptd),
            [f"{g.mabes}>{g.dinas}", f"{g.mabes}>{g.dinas}>{g.uptd}"],
            after=move.format(g.mabes, g.dinas))  # fmt: skip
    under = ORGANISATION.replace("name)", "name, parent_id)").replace(
        "'Baru')", f"'Baru', '{g.uptd}')"
    )
    new, uptd = NEW.format(1), f"{g.ministry}>{g.dinas}>{g.uptd}"
    p.reads("keep_path", "admin", paths.format(g.uptd, new), [uptd, f"{uptd}>{new}"], after=under)
    p.reads("keep_path", "admin", paths.format(g.uptd, new), [uptd, new], after=ORGANISATION)


def clients(p: Probes) -> None:
    mine, other = p.tokens["polsek"].client, p.tokens["uptd"].client
    p.writes("rate_budget", "polsek", "update rate_budget set points = 0", 1)
    p.writes("rate_budget", "polsek", f"update rate_budget set client_id = '{UUID(int=1)}'", DENIED)
    new = "insert into rate_budget values ('{}', 1, now()) on conflict do nothing"
    p.writes("rate_budget", "polsek", new.format(UUID(int=1)), DENIED)
    p.writes("rate_budget", "polsek", new.format(mine), 0)
    p.writes("rate_budget", "polsek", new.format(other), DENIED)
    key = "insert into signing_key values ('k', '{}', 'x', now())"
    p.writes("signing_key", None, key, 1)
    p.writes("signing_key", None, f"{key}; update signing_key set verifies_until = now()", 1)
    p.reads("signing_key", None, "select kid from signing_key", ["k"], after=key)


def activities(p: Probes) -> None:
    g = p.gallery
    plan = (
        "insert into joint_activity (id, kind, status, title, lead_id, starts_at, ends_at)"
        f" values ('{NEW.format(1)}', 'EDUCATION', 'DRAFT', 'K', '{{}}', now(), now())"
    )
    p.writes("joint_activity", "polsek", plan.format(g.polsek), 1)
    p.writes("joint_activity", "polsek", plan.format(g.polsek), DENIED, without="activity:write")
    p.writes("joint_activity", "polsek", plan.format(g.kpai), DENIED)
    total = sum(activity.lead == g.kpai for activity in p.world.activities)
    change = "update joint_activity set title = 'Lain'"
    for who, count in (("kpai", total), ("sister", 1), ("polsek", 0), ("stranger", 0)):
        p.writes("joint_activity", who, change, count)
        p.writes("joint_activity", who, change, 0, without="activity:write")

    running = p.world.activities[1]
    invite = (
        "insert into activity_participant (id, activity_id, organisation_id, status)"
        f" values ('{NEW.format(2)}', '{running.id}', '{{}}', '{{}}')"
    )
    about = "activity_participant"
    p.writes(about, "kpai", invite.format(g.stranger, "INVITED"), 1)
    p.writes(about, "kpai", invite.format(g.stranger, "INVITED"), DENIED, without="activity:write")
    p.writes(about, "kpai", invite.format(g.stranger, "ACCEPTED"), DENIED)
    p.writes(about, "kpai", invite.format(g.kpai, "INVITED"), DENIED)
    for who in ("polsek", "polda", "ministry", "stranger", "sister"):
        p.writes(about, who, invite.format(g.uptd, "INVITED"), DENIED)
    everyone, announced = total * len(running.answers), total // 2
    for who, count in (("kpai", everyone), ("polsek", announced), ("ministry", announced),
                       ("stranger", 0), ("admin", everyone), ("sister", 1)):  # fmt: skip
        answer = "update activity_participant set reason = 'x'"
        p.writes(about, who, answer, count)
        p.writes(about, who, answer, 0, without="activity:write")

    about = "activity_task"
    assign = (
        "insert into activity_task (id, activity_id, title, assignee_id, due_on, status)"
        f" values ('{NEW.format(3)}', '{running.id}', 'T', '{g.polsek}', now(), 'OPEN')"
    )
    p.writes(about, "kpai", assign, 1)
    p.writes(about, "kpai", assign, DENIED, without="activity:write")
    for who in ("polsek", "ministry", "stranger", "sister"):
        p.writes(about, who, assign, DENIED)
    led = [activity for activity in p.world.activities if activity.lead == g.kpai]
    announced = sum(activity.announced for activity in led)
    tasks = sum(len(activity.tasks) for activity in led)
    for who, count in (("kpai", tasks), ("polsek", announced), ("polda", 0), ("ministry", 0),
                       ("stranger", 0), ("sister", 1), ("dinas", 1)):  # fmt: skip
        done = "update activity_task set status = 'DONE'"
        p.writes(about, who, done, count)
        p.writes(about, who, done, 0, without="activity:write")
