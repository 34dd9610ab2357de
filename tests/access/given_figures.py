"""Figures that are computed: of which time, of how many, once, and for whom."""

from collections.abc import Callable

from tests.access.given_joint import AROUND, FIRST, NOBODY, SUSPENDED, Given, at, like, the_mou
from tests.access.scene_joint import named

FIGURES = (
    "select coalesce(string_agg(c.period || '=' || coalesce(c.value::text, '?'), ' '"
    " order by c.period), '') from access.computed({}) c"
)
COUNTED = "select concat_ws(' ', c.counted, c.share, c.value) from access.count_up({}) c"


def figures(given: Given) -> None:
    _computed(given)
    _figures(given)
    _counted(given)


def _computed(given: Given) -> None:
    """Of closed years of the framework's time, for whom it is open to today."""
    scene, about = given.scene, "computed"
    ours, theirs = named("indicator of framework"), named("indicator of framework of programme")
    so = (
        "update indicator set kind = 'COMPUTED', measure = 'HANDOFFS', frequency = 'YEARLY';"
        " update results_framework set period_from = '2024-01-01', period_until = '2025-12-31'; "
        + like("indicator", ours, [{"code": "'2'", "measure": "'SESSIONS_HELD'"}])
        + "; "
        + like("results_framework", named("framework"), [{"period_from": "'2023-01-01'"}])
        + "; insert into computed_figure (measure, service, mou_id, frequency, period, period_from,"
        f" value) values ('HANDOFFS', '', '{scene.mou}', 'YEARLY', '2024', '2024-01-01', 7)"
    )
    shown = "2024=7 2025=?"
    for name, seen in (("lead", shown), ("addressee", shown), ("stranger", ""), ("co", "")):
        given.asks(about, name, so, FIGURES.format(ours), seen)
        given.asks(about, name, so, FIGURES.format(theirs), "")
    given.asks(about, "lead", so, FIGURES.format(ours), "", without="result:read")
    reported = f"{so}; update indicator set kind = 'SELF_REPORTED'"
    given.asks(about, "lead", f"{reported}, measure = null", FIGURES.format(ours), "")
    given.asks(about, "lead", f"{so}; {SUSPENDED}", FIGURES.format(ours), "")
    looks = (
        f"{so}; select access.view_as('{scene.handoffs['addressee']}', {scene.org('addressee')})"
    )
    given.asks(about, "lead", looks, FIGURES.format(ours), "")


def _figures(given: Given) -> None:
    """Once, over time that is past, and never of fewer than five."""
    about, mou = "figure", f"'{given.scene.mou}'"
    sent = f"'{given.scene.handoffs['addressee']}'"
    number = ", 'number', gen_random_uuid()"

    def handoffs(many: int) -> str:
        rows = at("requested_at", [FIRST] * many)
        return like("handoff", sent, rows, number)

    def ended(done: int, undone: int) -> str:
        rows = at("ended_at", [FIRST] * done, status="'COMPLETED'", accepted_at=f"'{FIRST}'")
        rows += at("ended_at", [FIRST] * undone, status="'FAILED'", accepted_at=f"'{FIRST}'")
        rows = [row | {"services": "jsonb_build_array('X')"} for row in rows]
        return like("handoff", sent, rows, number)

    figure = "select access.figure({}, {}, {}, '2025-02-01')"
    year = figure.format("'HANDOFFS', ''", mou, "'YEARLY'")
    done = figure.format("'COMPLETION', 'X'", mou, "'YEARLY'")
    for so, question, value in (
        (handoffs(4), year, "null"),
        (handoffs(5), year, "5"),
        (ended(1, 9), done, "null"),
        (ended(9, 1), done, "null"),
        (ended(4, 6), done, "null"),
        (ended(6, 4), done, "null"),
        (ended(5, 5), done, "50"),
        (ended(10, 0), done, "100"),
        (ended(0, 10), done, "0"),
    ):
        given.asks(about, NOBODY, so, question, value)
    kept = (
        f"{handoffs(6)}; insert into computed_figure"
        " (measure, service, mou_id, frequency, period, period_from, value) values"
        " ({}, {}, {}, {}, '2025-01-01', 9)"
    )
    hand, other, quarter = "'HANDOFFS'", the_mou(given.scene, "member"), "'QUARTERLY', '2025-Q1'"
    for row, value in (
        ((hand, "''", mou, "'YEARLY', '2025'"), "9"),
        ((hand, "''", mou, quarter), "null"),
        (("'SESSIONS_HELD'", "''", mou, quarter), "6"),
        ((hand, "'X'", mou, quarter), "6"),
        ((hand, "''", other, quarter), "6"),
    ):
        given.asks(about, NOBODY, kept.format(*row), year, value)
    earlier = kept.format(hand, "''", mou, quarter).replace("2025", "2024")
    given.asks(about, NOBODY, earlier, year, "6")
    by_quarter = figure.format("'HANDOFFS', ''", mou, "'QUARTERLY'")
    second = kept.format(hand, "''", mou, "'QUARTERLY', '2025-Q2'")
    second = second.replace("2025-01-01", "2025-04-01")
    given.asks(about, NOBODY, second, by_quarter, "6")
    given.asks(about, NOBODY, second, year, "null")
    given.asks(about, NOBODY, kept.format(hand, "''", mou, "'YEARLY', '2025'"), by_quarter, "null")
    running = f"select access.figure('HANDOFFS', '', {mou}, 'YEARLY', access.today())"
    given.asks(
        about,
        NOBODY,
        like("handoff", sent, at("requested_at", ["now"] * 6), number),
        running,
        "null",
    )


def _counted(given: Given) -> None:
    """What happened in 2025, from its first second on to its last, under this agreement."""
    about, mou = "count_up", f"'{given.scene.mou}'"
    sent = f"'{given.scene.handoffs['addressee']}'"
    elsewhere = {"mou_id": the_mou(given.scene, "member")}
    number = ", 'number', gen_random_uuid()"

    def asks(measure: str, so: str, counted: str, service: str = "") -> None:
        what = f"'{measure}', '{service}', {mou}, '2025-01-01', '2026-01-01'"
        given.asks(about, NOBODY, so, COUNTED.format(what), counted)

    def handoffs(column: str, **more: str) -> str:
        rows = at(column, **more)
        return like("handoff", sent, [*rows, rows[1] | elsewhere], number)

    asks("HANDOFFS", handoffs("requested_at"), "2 2")
    asks("HOURS_TO_ACCEPTANCE", handoffs("accepted_at", requested_at=f"'{FIRST}'"), "2 4380")
    of = {"services": "jsonb_build_array('X')", "accepted_at": f"'{FIRST}'"}
    rows = at("ended_at", status="'COMPLETED'", **of)
    others = [
        rows[1] | elsewhere,
        rows[1] | {"services": "jsonb_build_array('Y')"},
        rows[1] | {"accepted_at": "null"},
        rows[1] | {"status": "'FAILED'"},
    ]
    asks("COMPLETION", like("handoff", sent, rows + others, number), "3 2", "X")
    due = at("due_at", status="'REQUESTED'", requested_at=f"'{FIRST}'", victim_reported_at="null")
    due = [row | {"accepted_at": row["due_at"]} for row in due]
    late = due[1] | {"accepted_at": f"'{AROUND[2]}'"}
    reported = {
        "victim_reported_at": f"'{FIRST}'",
        "status": "'COMPLETED'",
        "due_at": "null",
        "requested_at": f"'{FIRST}'",
        "onward_of_id": "null",
    }
    asks("ACCEPTED_IN_TIME", like("handoff", sent, [*due, late, due[1] | elsewhere], number), "3 2")
    provider = (
        f"update organisation set type_code = 'UPTD_PPA' where id = {given.scene.org('lead')}"
    )
    asks(
        "ACCEPTED_IN_TIME",
        f"{provider}; {like('handoff', sent, [due[1], reported], number)}",
        "1 1",
    )
    times = [f"timestamptz '{time}' - interval '72 hours'" for time in AROUND]
    number_of = {"police_report_number": "'1'"}
    police = [
        reported | {"victim_reported_at": time, "police_reported_at": when, **number_of}
        for time, when in zip(times, (f"'{t}'" for t in AROUND), strict=True)
    ]
    beside = [police[1] | elsewhere, police[1] | {"police_reported_at": f"'{AROUND[2]}'"}, due[1]]
    asks(
        "REPORTED_TO_POLICE_IN_TIME",
        f"{provider}; {like('handoff', sent, [*police, *beside], number)}",
        "3 2",
    )
    _hung(given, asks)


def _hung(given: Given, asks: Callable[[str, str, str], None]) -> None:
    under = f"update joint_activity set mou_id = '{given.scene.mou}' where id = {named('activity')}"
    held = named("session held")
    clean = (
        f"{under}; update education_session set status = 'PLANNED', held_from = null,"
        " held_until = null"
    )
    rows = at("held_from", status="'HELD'", held_until=f"'{AROUND[3]}'")
    rows = [
        row | {"activity_id": named("activity"), "id": named(f"held {n}")}
        for n, row in enumerate(rows)
    ]
    aside = rows[1] | {"activity_id": named("another"), "id": named("held aside")}
    planned = rows[1] | {"id": named("not held"), "status": "'PLANNED'"}
    planned |= {"held_from": "null", "held_until": "null"}
    so = f"{clean}; {like('education_session', held, [*rows, planned, aside])}"
    asks("SESSIONS_HELD", so, "2")
    reached = "; ".join(
        "insert into session_figures (id, session_id, activity_id, organisation_id, number, cells)"
        f" values (gen_random_uuid(), {one['id']}, {named('activity')}, {given.scene.org('co')}, 1,"
        f" jsonb_build_array(jsonb_build_object('count', {10**n})))"
        for n, one in enumerate([*rows, planned, aside])
    )
    asks("PEOPLE_REACHED", f"{so}; {reached}", "110 110")
    done = {
        "status": "'VERIFIED'",
        "verified_at": f"'{FIRST}'",
        "response": "'ACCEPTED'",
        "responded_at": f"'{FIRST}'",
    }
    due = [
        done | {"due_on": f"'{day}'"}
        for day in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01")
    ]
    draft = due[1] | {
        "issued_at": "null",
        "status": "'WITHDRAWN'",
        "withdraw_reason": "'x'",
        "verified_at": "null",
    }
    unsent = draft | dict.fromkeys(("withdraw_reason", "response", "responded_at"), "null")
    unsent["status"] = "'DRAFT'"
    gone = draft | {"issued_at": f"'{FIRST}'"}
    late = due[1] | {"verified_at": "'2025-01-01T17:00:00Z'"}
    aside = due[1] | {"activity_id": named("another")}
    so = like("recommendation", named("recommendation"), [*due, late, draft, unsent, gone, aside])
    asks("RECOMMENDATIONS_IN_TIME", f"{under}; {so}", "3 2")
