"""Questions about how content ends, is held, asked about and put right, asked of that scene.

What is right is held elsewhere, through the API; here the answers are kept, so that a weaker
database answers one of them otherwise.
"""

from collections.abc import Iterator
from typing import Any

from tests.access.probes import Probe
from tests.access.scene_endings import Scene
from tests.db.catalogue import APP
from tests.world import PARTNER

LACKING = "", "handoff:read", "handoff:identity", "handoff:write"
NEW = "019a0000-0000-0000-0000-0000000000e6"
STATE = (
    "; reset role; select concat((select string_agg(concat(section_id, md5(sealed), md5(sealed_key)"
    "), ' ' order by section_id) from handoff_section_body), (select string_agg(concat(id,"
    " destroyed_at = now(), destruction, corrected_at = now()), ' ' order by id) from"
    " handoff_section), (select string_agg(concat(handoff_id, kind, actor_id), ' ' order by"
    " handoff_id, kind, actor_id) from handoff_event where created_at >= now()), (select"
    " string_agg(id::text, ' ' order by id) from handoff where updated_at = now()), (select"
    " string_agg(concat(id, wrapped is null), ' ' order by id) from case_file where destroyed_at ="
    " now()), (select string_agg(concat(id, status, answer, answered_at = now(), lifted_at ="
    " now(), due_at - created_at), ' ' order by id) from data_request), (select"
    " string_agg(concat(id, lifted_at is null, lifted_at = now()), ' ' order by id) from"
    " legal_hold))"
)


async def probes_of(scene: Scene) -> list[Probe]:
    """What the owner asks, and what everybody tries with every scope and one of them lacking."""
    rows = {
        name: await scene.world.sql(statement)
        for name, statement in {
            "sections": "select id, author_id, category, handoff_id from handoff_section"
            " where handoff_id in (select handoff_id from data_request) order by id",
            "handoffs": "select id, case_id, sender_id, receiver_id from handoff order by id",
            "frozen": "select h.id, h.case_id, h.sender_id, h.receiver_id from handoff h"
            " join emergency_access e on e.handoff_id = h.id where e.organisation_id"
            " not in (h.sender_id, h.receiver_id)",
            "requests": "select id, handoff_id from data_request order by id",
            "holds": "select id from legal_hold order by id",
        }.items()
    }
    found = [
        Probe(f"[{about}] {what}", about, None, "", None, None, False, "none", said, "", True)
        for about, what, said in _owner(rows)
    ]
    for name, api in scene.apis.items():
        [grant] = await scene.world.sql(
            "select g.id, g.client_id from oauth_grant g join client c on c.id = g.client_id"
            " where c.organisation_id = :id limit 1", id=api.org.id,
        )  # fmt: skip
        for lacking in LACKING if name in ("author", "reader") else ("",):
            scopes = " ".join(sorted(set(PARTNER) - {lacking}))  # type: ignore[arg-type]
            found += [
                Probe(f"[{about}] {what} ({name} without {lacking or 'nothing'})", about,
                      grant.client_id, scopes, None, grant.id, False, APP, said, "", True)
                for about, what, said in _callers(rows)
            ]  # fmt: skip
    return found


def _owner(rows: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    shown = "select string_agg(r::text, ' ' order by r::text) from {} r"
    day = "date_trunc('day', now())"
    some = ", ".join(f"'{row.case_id}'" for row in rows["handoffs"][::2])
    for at in (day, f"{day} - interval '1 microsecond'", f"{day} + interval '200 days'",
               f"{day} - interval '1 day'"):  # fmt: skip
        for cases in ("", f", array[{some}]::uuid[]"):
            yield "retention", f"over {at} {cases[:9]}", shown.format(
                f"access.retention({at}{cases})")  # fmt: skip
        yield "retention_report", f"report {at}", shown.format(f"access.retention_report({at})")
        yield "retention_holds", f"holds {at}", shown.format(f"access.retention_holds({at})")
    for cases in ("", f"array[{some}]::uuid[]"):
        yield "spent_cases", f"spent {cases[:9]}", shown.format(f"access.spent_cases({cases})")
    for most in (1, 2, 500):
        for times in (1, 2):
            rounds = f"select * from access.destroy_due({most})"
            yield "destroy_due", f"{most}, {times} times", "; ".join([rounds] * times) + STATE
    every = ", ".join(f"'{row.id}'" for row in rows["sections"][:9])
    yield "destroy", "some", f"select access.destroy(array[{every}]::uuid[], 'ERASURE')" + STATE


def _callers(rows: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for table in ("legal_hold", "data_request", "data_request_details"):
        yield table, "rows", f"select string_agg(id::text, ' ' order by id) from {table}"
    looking = rows["frozen"][0]
    for table in ("legal_hold", "data_request", "data_request_details"):
        yield (
            table,
            "as a partner",
            f"select access.view_as('{looking.id}', '{looking.receiver_id}');"
            f" select string_agg(id::text, ' ' order by id) from {table}",
        )
    for row in rows["requests"]:
        yield (
            "data_request_details",
            f"told again {row.id}",
            f"insert into data_request_details values ('{row.id}', 'x')",
        )
    for row in [*rows["frozen"], *rows["handoffs"][-3:]]:
        for by in ("access.me()", f"'{row.sender_id}'"):
            yield "legal_hold", f"place {row.id} {by}", (
                "insert into legal_hold (id, case_id, placed_by, document_number, reason) values"
                f" ('{NEW}', '{row.case_id}', {by}, 'x', 'x')" + STATE)  # fmt: skip
        for values in (f"access.me(), '{row.sender_id}', 'OPEN', null",
                       f"access.me(), '{row.receiver_id}', 'OPEN', null",
                       f"access.me(), '{NEW}', 'OPEN', null",
                       f"'{row.receiver_id}', '{row.sender_id}', 'OPEN', null",
                       f"access.me(), '{row.sender_id}', 'GRANTED', now()"):  # fmt: skip
            yield "data_request", f"ask {row.id} {values}", (
                "insert into data_request (id, handoff_id, kind, categories, requester_relation,"
                " opened_by, controller_id, status, answered_at) values"
                f" ('{NEW}', '{row.id}', 'ERASURE', '{{INCIDENT}}', 'CHILD', {values})"
                + STATE)  # fmt: skip
    for row in rows["holds"]:
        for change in ("lifted_at = now(), lift_reason = 'x'", "lifted_at = null, lift_reason"
                       " = null", "lift_reason = 'y'"):  # fmt: skip
            yield "keep_lifted", f"{change} {row.id}", (
                f"update legal_hold set {change} where id = '{row.id}'" + STATE)  # fmt: skip
    for row in rows["requests"]:
        yield "data_request_details", f"details {row.id}", (
            f"select md5(sealed) from data_request_details where id = '{row.id}'")  # fmt: skip
        for change in ("status = 'GRANTED', answered_at = now()",
                       "status = 'REFUSED', answered_at = now(), answer = 'x'",
                       "status = 'LIFTED', lifted_at = now(), lift_reason = 'x'",
                       "status = 'LIFTED', lifted_at = now(), lift_reason = 'x', answer = 'y'",
                       "answer = 'y'", "status = 'OPEN', answered_at = null"):  # fmt: skip
            yield "keep_request", f"{change} {row.id}", (
                f"update data_request set {change} where id = '{row.id}'" + STATE)  # fmt: skip
        fitting = [s for s in rows["sections"] if s.handoff_id == row.handoff_id]
        for s in fitting:
            for named in ("null", f"'{row.id}'"):
                yield "correct_section", f"{s.id} {named}", (
                    f"select access.correct_section('{s.id}', decode(repeat('ab', 60), 'hex'),"
                    f" decode(repeat('cd', 60), 'hex'), {named})" + STATE)  # fmt: skip
    first, last = rows["requests"][0], rows["sections"][-1]
    yield "correct_section", "of another handoff", (
        f"select access.correct_section('{last.id}', decode(repeat('ab', 60), 'hex'),"
        f" decode(repeat('cd', 60), 'hex'), '{first.id}')" + STATE)  # fmt: skip
    yield "data_request_details", "told", (
        "insert into data_request (id, handoff_id, kind, categories, requester_relation, opened_by,"
        f" controller_id) select '{NEW}', id, 'ERASURE', '{{INCIDENT}}', 'CHILD', access.me(),"
        " sender_id from handoff order by id limit 1; insert into data_request_details values"
        f" ('{NEW}', 'x')" + STATE)  # fmt: skip
