"""Questions about emergencies, passing on and custody, asked by everybody of that scene.

What is right is held elsewhere, through the API; here the answers are kept, so that a weaker
database answers one of them otherwise.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from tests.access.probes import Probe
from tests.access.scene_emergencies import Scene
from tests.db.catalogue import APP
from tests.world import PARTNER

LACKING = "", "handoff:emergency", "handoff:read", "handoff:identity", "handoff:write"
LACKING += "handoff:read handoff:write", "handoff:read handoff:emergency"
LACKING += "handoff:emergency handoff:write", "handoff:read handoff:emergency handoff:write"
CLOSE = {"author", "reader", "hospital"}
WRITERS = {*CLOSE, "fourth", "stranger"}
NEW = "019a0000-0000-0000-0000-0000000000e1"


async def probes_of(scene: Scene) -> list[Probe]:
    """Every question, by everybody, with every scope and with one of them lacking."""
    sections = await scene.world.sql(
        "select s.id, s.handoff_id, s.source_id, s.origin_id, s.author_id, s.category, h.number,"
        " h.case_id, h.onward_of_id from handoff_section s join handoff h on h.id = s.handoff_id"
        " where h.id = any (:ids) order by s.id",
        ids=scene.handoffs,
    )
    asked, tried = list(_questions(scene, sections)), list(_changes(scene, sections))
    found = []
    for name, api in scene.apis.items():
        [row] = await scene.world.sql(
            "select g.id, g.client_id from oauth_grant g join client c on c.id = g.client_id"
            " where c.organisation_id = :id limit 1",
            id=api.org.id,
        )
        for lacking in LACKING:
            scopes = " ".join(sorted(set(PARTNER) - set(lacking.split())))  # type: ignore[arg-type]
            some = lacking in ("", "handoff:emergency")
            questions = asked if some or name in CLOSE else []
            if name != "author" or lacking:  # it is the same for everybody
                questions = [q for q in questions if q[0] != "passes"]
            if len(lacking.split()) > 1:
                questions = [q for q in asked if q[0] == "emergency_access"]
            if name in WRITERS and (some or lacking == "handoff:write"):
                questions = [*questions, *tried]
            for about, what, statement in questions:
                found.append(
                    Probe(f"[{about}] {what} ({name} without {lacking or 'nothing'})", about,
                          row.client_id, scopes, None, row.id, False, APP, statement, "", True)
                )  # fmt: skip
    return found


def _questions(scene: Scene, sections: list[Any]) -> Iterator[tuple[str, str, str]]:
    def each(of: Iterable[object], call: str) -> str:
        values = ", ".join(f"({value})" for value in dict.fromkeys(of))
        return (
            f"select string_agg(concat({call}), ' ' order by nth) from (select *, row_number()"
            f" over () nth from (values {values}) v) w"
        )

    pairs = [f"'{s.handoff_id}'::uuid, '{s.id}'::uuid" for s in sections]
    other = f"'{sections[0].handoff_id}'::uuid, '{sections[-1].id}'::uuid"
    yield (
        "emergency_bar",
        "bars",
        each([*pairs, other], "coalesce(access.emergency_bar(column1, column2), '-')"),
    )
    alone = [f"'{s.id}'::uuid" for s in sections]
    yield "passes", "passes", each(alone, "access.passes(column1), access.passes(column1, true)")
    yield "passed_to_me", "passed to me", each(alone, "access.passed_to_me(column1)")
    for s in [s for s in sections if s.source_id][:3]:
        for other in ("third", "reader"):
            looks = f"select access.view_as('{s.handoff_id}', '{scene.apis[other].org.id}')"
            about = f"{looks}; select access.passed_to_me('{s.origin_id}')::text"
            yield "passed_to_me", f"passed to {other} it looks on as", about
    goes = [
        f"'{s.id}'::uuid, '{s.origin_id or s.id}'::uuid, '{h.handoff_id}'::uuid,"
        f" '{s.author_id}'::uuid, '{category}'"
        for s in sections for h in sections
        if h.onward_of_id == s.handoff_id or s.handoff_id == h.handoff_id
        for category in {s.category, "LEGAL"}
    ]  # fmt: skip
    goes += [f"'{s.id}'::uuid, '{sections[0].id}'::uuid, '{h.handoff_id}'::uuid,"
             f" '{s.author_id}'::uuid, '{s.category}'"
             for s in sections for h in sections if h.onward_of_id == s.handoff_id]  # fmt: skip
    goes += [
        f"'{s.id}'::uuid, '{s.id}'::uuid, '{h.handoff_id}'::uuid, '{s.author_id}'::uuid,"
        f" '{s.category}'"
        for s in [s for s in sections if s.source_id is None][-8:]
        for h in [h for h in sections if h.onward_of_id][:12]
    ]  # fmt: skip
    yield (
        "may_pass",
        "may pass",
        each(goes, "access.may_pass(column1, column2, column3, column4, column5)"),
    )
    cases = [f"'{s.case_id}'::uuid, '{s.handoff_id}'::uuid" for s in sections]
    cases += [f"'{sections[0].case_id}'::uuid, '{s.handoff_id}'::uuid" for s in sections]
    cases += [f"'{sections[0].case_id}'::uuid, null::uuid", f"'{NEW}'::uuid, null::uuid"]
    yield "fits_case", "fits", each(cases, "access.fits_case(column1, column2)")
    handoffs = [f"'{id}'::uuid" for id in scene.handoffs]
    yield (
        "emergency_access",
        "seen as a partner does",
        (
            f"select access.view_as('{sections[4].handoff_id}', '{scene.apis['reader'].org.id}');"
            " select string_agg(id::text, ' ' order by id) from emergency_access"
        ),
    )
    chain = "(select string_agg(c::text, ' ') from access.custody_chain(column1) c)"
    yield "custody_chain", "chain", each(handoffs, chain)
    yield "holds_custody", "holds", each(handoffs, "access.holds_custody(column1)")
    numbers = {s.number: f"'{s.number}'" for s in sections}
    wanted = "'{INCIDENT,HEALTH,EVIDENCE,IDENTITY}'"
    target = "(select string_agg(t::text, ' ') from access.emergency_target(column1, '{}', %s) t)"
    yield "emergency_target", "target", each(numbers.values(), target % wanted)
    named = f"'{{{sections[0].id},{sections[-1].id}}}'"
    yield (
        "emergency_target",
        "named",
        each(
            numbers.values(),
            f"(select string_agg(t::text, ' ')"
            f" from access.emergency_target(column1, {named}, '{{}}') t)",
        ),
    )
    yield (
        "my_emergencies",
        "mine",
        ("select concat(access.my_emergency_sections(), ' ', access.my_emergency_handoffs())"),
    )
    for table, key in (("emergency_access", "id"), ("handoff", "id"), ("handoff_section", "id"),
                       ("handoff_section_body", "section_id"), ("case_file", "id")):  # fmt: skip
        yield table, "rows", (f"select string_agg({key}::text, ' ' order by {key}) from {table}")


def _changes(scene: Scene, sections: list[Any]) -> Iterator[tuple[str, str, str]]:
    """Writes, and what the tables hold of them then, as their owner sees it."""
    told = (
        "; reset role; select concat((select string_agg(concat(e.handoff_id, e.kind, e.actor_id),"
        " ' ' order by e.handoff_id) from handoff_event e where e.kind like 'EMERGENCY%' and"
        " e.created_at >= now()),"
        " (select string_agg(id::text, ' ' order by id) from handoff where updated_at = now()),"
        " (select concat(closed_at = now(), reviewed_at = now(), reviewed_by, finding, review_note,"
        " origin_ids, reviewer_ids, review_due_at - opened_at) from emergency_access"
        " where id = '{id}'))"
    )
    for id in (*scene.emergencies[:4], scene.emergencies[13], scene.emergencies[-1]):
        for change in ("closed_at = now()", "finding = 'JUSTIFIED'", "finding = 'NOT_JUSTIFIED'",
                       "review_note = 'Uji'", "closed_at = now(), finding = 'JUSTIFIED'",
                       "finding = 'JUSTIFIED', review_note = 'Uji'"):  # fmt: skip
            yield (
                "emergency_access",
                change,
                (f"update emergency_access set {change} where id = '{id}'" + told.format(id=id)),
            )
    given = {"id": f"'{NEW}'", "organisation_id": "access.me()", "reason_sealed": "'x'",
             "ends_at": "now() + interval '4 hours'", "client_id": "access.client()",
             "user_id": "access.person()"}  # fmt: skip
    first = sections[0]
    for other in ({}, {"organisation_id": f"'{first.author_id}'"},
                  {"opened_at": "now() - interval '1 hour'"},
                  {"user_id": f"'{NEW}'"}, {"closed_at": "now()"}, {"review_note": "'Uji'"},
                  {"client_id": "(select min(client_id::text)::uuid from emergency_access)"},
                  {"reviewed_at": "now()", "reviewed_by": "access.me()",
                   "finding": "'JUSTIFIED'"}):  # fmt: skip
        for s in (*sections[:4], *sections[40:44]) if not other else sections[:3]:
            row = given | {
                "handoff_id": f"'{s.handoff_id}'",
                "section_ids": f"array['{s.id}'::uuid]",
            }
            row |= other
            yield (
                "emergency_access",
                f"declares {other}",
                (
                    f"insert into emergency_access ({', '.join(row)})"
                    f" values ({', '.join(row.values())})" + told.format(id=NEW)
                ),
            )
    event = (
        "insert into handoff_event (id, handoff_id, kind, actor_id, to_status)"
        f" values ('{NEW}', '{first.handoff_id}', '%s', %s, 'REVOKED'); select 'written'"
    )
    for kind, actor in (("SENT", "access.me()"), ("EMERGENCY_OPENED", "access.me()"),
                        ("SENT", f"'{first.author_id}'")):  # fmt: skip
        yield "handoff_event", kind, event % (kind, actor)
