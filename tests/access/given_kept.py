"""What stays as it was said; who assesses whom; what is done under a paper."""

from tests.access.given_joint import ACTIVITY, Given, like, the_mou
from tests.access.probes import REFUSED
from tests.access.scene_joint import EARLY, LATE, named

KPAI, KPAD = (
    "update organisation set type_code = 'KPAI' where id = {}",
    "update organisation set type_code = 'KPAD', region_code = {} where id = {}",
)


def kept(given: Given) -> None:
    _stays(given)
    _keepers(given)
    _past(given)
    _done_under(given)


def _stays(given: Given) -> None:
    said = f"update recommendation set text = 'y' where id = {named('recommendation')}"
    given.asks("keep_said", "contributor", "", said, REFUSED)
    plan = "update oversight_plan set {} where id = {} returning 'done'"
    shown, draft = named("plan shown"), named("plan")
    gone = (
        f"update oversight_plan set status = 'WITHDRAWN', withdraw_reason = 'x' where id = {shown}"
    )
    about = "keep_published"
    given.asks(about, "lead", "", plan.format("title = 'y'", shown), REFUSED)
    given.asks(about, "lead", "", plan.format("status = 'DRAFT'", shown), REFUSED)
    given.asks(about, "lead", gone, plan.format("withdraw_reason = 'y'", shown), REFUSED)
    given.asks(about, "lead", "", plan.format("title = 'y'", draft), "done")
    held = f"update education_session set title = 'y' where id = {named('session held')}"
    given.asks("keep_session", "co", "", held, REFUSED)
    for table, about, change in (
        ("joint_activity", "keep_steps", "outcome = 'y'"),
        ("activity_task", "keep_task", "title = 'y'"),
    ):  # fmt: skip
        row = ACTIVITY if table == "joint_activity" else named("task")
        given.fails(about, "", f"update {table} set {change} where id = {row} returning 'done'",
                    "done")  # fmt: skip


def _keepers(given: Given) -> None:
    scene = given.scene
    stranger, about = scene.org("stranger"), "keeps_regulation"
    keeps = f"select access.keeps_regulation({named('law')})"
    other = like(
        "regulation", named("law"), [{"known_as": "'y'", "registered_by": scene.org("lead")}]
    )
    given.asks(about, "co", "", keeps, "true")
    given.asks(about, "lead", other, keeps, "false")
    given.asks(about, "stranger", KPAI.format(stranger), keeps, "true")
    about, of = "may_assess", scene.org("contributor")
    may = f"select access.may_assess({of})"
    there = f"update organisation set region_code = '31.01' where id = {of}"
    given.asks(about, "stranger", there, may, "false")
    given.asks(about, "stranger", KPAI.format(stranger), may, "true")
    for region, answer in (("'31'", "true"), ("'31.01'", "true"), ("'32'", "false")):
        so = f"{there}; {KPAD.format(region, stranger)}"
        given.asks(about, "stranger", so, may, answer)
    beside = KPAD.format("'31'", stranger).replace("'KPAD'", "'UPTD_PPA'")
    given.asks(about, "stranger", f"{there}; {beside}", may, "false")
    about = "open_calendar"
    opens = f"select access.open_calendar({named('new')}, {named('permit')}, 'x', 'new')"
    given.asks(about, "lead", "", opens, "true")
    for scope in ("activity:read", "activity:write"):
        given.asks(about, "lead", "", opens, "false", without=scope)
    bound = f"update organisation set dpop = 'REQUIRED' where id = {scene.org('lead')}"
    given.asks(about, "lead", bound, opens, "false")
    given.asks(about, "stranger", bound, opens, "true")


def _past(given: Given) -> None:
    """Who takes part reads an activity as it is; who left, as it was on that day."""
    about = "activity_past"
    past = like(about, named("as it was"), [
        {"activity_id": ACTIVITY, "changed_at": "'2025-01-01Z'", "until_at": f"'{LATE}'"},
        {"activity_id": ACTIVITY, "changed_at": f"'{LATE}'", "until_at": "'2026-04-01Z'"},
        {"activity_id": ACTIVITY, "changed_at": "'2024-01-01Z'", "until_at": f"'{EARLY}'"},
    ])  # fmt: skip
    seen = f"select count(*) from activity_past where activity_id = {ACTIVITY}"
    for name, many in (("left", "1"), ("declined", "1"), ("co", "0"), ("invited", "0"),
                       ("stranger", "0")):  # fmt: skip
        given.asks(about, name, past, seen, many)


def _done_under(given: Given) -> None:
    """For its author, while it is a party; within the time of what it evaluates."""
    scene, about = given.scene, "done_under"
    mou, other = f"'{scene.mou}'", the_mou(scene, "member")
    under = {"mou_id": f"'{scene.mou}'", "status": "'COMPLETED'", "starts_at": "'2025-06-01Z'",
             "ends_at": "'2027-01-01Z'"}  # fmt: skip
    so = "; ".join((
        f"update mou_version set valid_from = '2025-04-01', valid_until = '2025-10-01' where id ="
        f" '{scene.version}'",
        like("joint_activity", ACTIVITY, [
            under, under | {"mou_id": other}, under | {"status": "'PLANNED'"},
            under | {"kind": "'CASE_CONFERENCE'"}, under | {"starts_at": "'2025-03-31T16:59:59Z'"},
            under | {"starts_at": "'2025-10-01T17:00:00Z'"},
        ]),
    ))  # fmt: skip
    done = (
        f"select count(*) || ' ' || coalesce(sum(d.value) filter (where d.what = 'OVERSIGHT'), 0)"
        f" from access.done_under({named('evaluation')}) d"
    )
    given.asks(about, "lead", so, done, "10 1")
    for name in ("addressee", "member", "stranger"):
        given.asks(about, name, so, done, "0 0")
    given.asks(about, "lead", so, done.replace(named("evaluation"), named("unknown")), "0 0")
    given.asks(about, "lead", f"{so}; delete from mou_party where organisation_id ="
               f" {scene.org('lead')}", done, "0 0")  # fmt: skip
    version, party = named("next"), scene.org("addressee")
    signed = like("mou_version", f"'{scene.version}'", [{"id": version, "number": "2"}])
    following = (
        f"{so}; {signed}"
        "; insert into mou_party (id, version_id, organisation_id, ordinal, covers_branches)"
        f" values (gen_random_uuid(), {version}, {party}, 1, false)"
    )
    given.asks(about, "lead", following, done, "0 0")
    figure = (
        f"{so}; insert into computed_figure (measure, service, mou_id, frequency, period,"
        " period_from, value) values ({}, {}, {}, {}, '2025', '2025-01-01', 7)"
    )
    handed = (
        "select count(*) || ' ' || coalesce(sum(d.value), 0) from access.done_under({}) d"
        " where d.what = 'HANDOFFS'".format(named("evaluation"))
    )
    for row, counted in (
        (("'HANDOFFS'", "''", mou, "'YEARLY'"), "1 7"),
        (("'HANDOFFS'", "'X'", mou, "'YEARLY'"), "3 0"),
        (("'HANDOFFS'", "''", other, "'YEARLY'"), "3 0"),
        (("'COMPLETION'", "''", mou, "'YEARLY'"), "3 0"),
        (("'HANDOFFS'", "''", mou, "'QUARTERLY'"), "3 0"),
    ):  # fmt: skip
        given.asks(about, "lead", figure.format(*row), handed, counted)
    earlier = figure.format("'HANDOFFS'", "''", mou, "'YEARLY'").replace(
        "'2025', '2025-01-01', 7", "'2024', '2024-01-01', 7"
    )
    given.asks(about, "lead", earlier, handed, "3 0")
    running = f"{so}; update mou_version set valid_until = '2099-01-01'"
    now = (
        "select count(*) from access.done_under({}) d where d.period ="
        " access.period_code('QUARTERLY', access.today())".format(named("evaluation"))
    )
    given.asks(about, "lead", running, now, "0")
