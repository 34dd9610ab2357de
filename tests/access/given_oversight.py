"""Visits, findings, recommendations, clarifications: hung on the right thing, by the right one."""

from tests.access.given_joint import ACTIVITY, Given, like
from tests.access.probes import REFUSED
from tests.access.scene_joint import named

ELSEWHERE = like(
    "visit", named("visit"), [{"id": named("elsewhere"), "activity_id": named("another")}]
)
"""A visit of one's own, in another activity."""


def oversight(given: Given) -> None:
    _visits(given)
    _responses(given)
    _findings(given)
    _told(given)
    _clarified(given)
    _hidden(given)
    _evidence(given)


def _visits(given: Given) -> None:
    scene = given.scene
    plan = (
        "insert into visit (id, activity_id, organisation_id, subject, name, status, planned_on,"
        f" team, version_id, plan_item_id) values (gen_random_uuid(), {ACTIVITY}, {{}}, 'PLACE',"
        f" 'x', 'PLANNED', '2026-01-01', '{{{{}}}}', {named('version of instrument open')}, {{}})"
    )
    own = named("item of plan shown")
    mine = like(
        "oversight_plan", named("plan shown"),
        [{"id": named("mine"), "organisation_id": f"'{scene.apis['contributor'].org.id}'"}],
    )  # fmt: skip
    mine += "; " + like(
        "oversight_plan_item", own, [{"id": named("my item"), "plan_id": named("mine")}]
    )
    shown = f"update oversight_plan set shared_with = array[{scene.org('contributor')}]::uuid[]"
    given.changes("visit", "lead", "", plan.format(scene.org("lead"), own), 1)
    by = scene.org("contributor")
    given.changes("visit", "contributor", "", plan.format(by, "null"), 1)
    given.changes("visit", "contributor", mine, plan.format(by, named("my item")), 1)
    given.refused("visit", "contributor", f"{shown}; {mine}", plan.format(by, own))
    given.refused("visit", "contributor", shown, plan.format(by, own))
    again = f"update visit set plan_item_id = {{}} where id = {named('visit')}"
    ours, done = named("my item"), f"{again} returning 'done'"
    given.changes("keep_planned", "contributor", mine, again.format(ours), 1)
    bare = again.format("null")
    given.asks("keep_planned", "contributor", f"{shown}; {bare}", done.format(own), REFUSED)
    given.asks("keep_planned", "lead", mine, done.format(ours), REFUSED)
    given.changes("keep_planned", "lead", f"{mine}; {again.format(ours)}", again.format(ours), 1)
    given.changes("keep_planned", "lead", f"{mine}; {again.format(ours)}", again.format("null"), 1)
    note = (
        "insert into visit_note (id, activity_id, organisation_id, visit_id, body) values"
        f" (gen_random_uuid(), {ACTIVITY}, {by}, {{}}, 'x')"
    )
    given.changes("visit_note", "contributor", ELSEWHERE, note.format(named("visit")), 1)
    given.refused("visit_note", "contributor", ELSEWHERE, note.format(named("elsewhere")))


def _responses(given: Given) -> None:
    scene, about = given.scene, "visit_response"
    by = scene.org("contributor")
    answer = (
        "insert into visit_response (id, activity_id, organisation_id, visit_id, version_id,"
        " answers, corrects_id, reason, status, submitted_at) values"
        f" (gen_random_uuid(), {ACTIVITY}, {by}, {{}},"
        f" {named('version of instrument open')}, '{{{{}}}}', {{}})"
    )
    visit, own = named("visit"), named("response to visit")
    new, corrects = "null, null, 'DRAFT', null", "{}, 'x', 'SUBMITTED', now()"
    gone = f"delete from visit_response where id = {own}"
    given.changes(about, "contributor", gone, answer.format(visit, new), 1)
    given.refused(about, "contributor", ELSEWHERE, answer.format(named("elsewhere"), new))
    for corrected in ("response to late visit", "draft for visit"):
        given.refused(
            about, "contributor", "", answer.format(visit, corrects.format(named(corrected)))
        )
    given.changes(about, "contributor", "", answer.format(visit, corrects.format(own)), 1)
    theirs = f"update visit_response set organisation_id = {scene.org('co')} where id = {own}"
    submission = f"select access.my_submission({own}, {{}})"
    sent = "my_submission"
    given.asks(sent, "contributor", "", submission.format(visit), "true")
    given.asks(sent, "contributor", "", submission.format(named("late visit")), "false")
    given.asks(sent, "contributor", theirs, submission.format(visit), "false")
    draft = f"update visit_response set status = 'DRAFT', submitted_at = null where id = {own}"
    given.asks(sent, "contributor", draft, submission.format(visit), "false")
    given.asks(sent, "contributor", f"delete from visit_response where id = {own}",
               submission.format(visit), "false")  # fmt: skip
    again = f"update visit_response set {{}} where id = {own}"
    change = again.format("answers = '[]'")
    given.changes(about, "contributor", draft, change, 1)
    given.changes(about, "contributor", draft, change, 0, without="oversight:write")
    given.changes(about, "co", draft, change, 0)
    unread = again.format(f"version_id = {named('draft of instrument kept')}")
    given.refused(about, "contributor", draft, unread)
    # What one once used stays readable: by an answer of one's own, by a visit of one's own.
    read = (
        "select count(*) from access.my_versions() v where v.version_id ="
        f" {named('version of instrument of who left')}"
    )
    for so, many in (
        ("delete from visit_response", "1"),
        (f"update visit set organisation_id = {scene.org('co')}", "1"),
        (f"delete from visit_response; update visit set organisation_id = {scene.org('co')}", "0"),
    ):
        given.asks("my_versions", "left", so, read, many)
    unshared = "update visit set shared_at = null; delete from visit_response"
    mine = (
        "select count(*) from access.my_versions() v where v.version_id ="
        f" {named('version of instrument')}"
    )
    given.asks("my_versions", "addressee", "delete from visit_response", mine, "1")
    given.asks("my_versions", "addressee", unshared, mine, "0")


def _findings(given: Given) -> None:
    about = "finding"
    draft = (
        "insert into finding (id, activity_id, organisation_id, severity, sector, statement,"
        f" evidence, status, visit_id) values (gen_random_uuid(), {ACTIVITY},"
        f" {given.scene.org('contributor')}, 'HIGH', 'EDUCATION', 'x', '[]', 'DRAFT', {{}})"
    )
    for visit in ("null", named("visit"), named("late visit")):
        given.changes(about, "contributor", ELSEWHERE, draft.format(visit), 1)
    given.refused(about, "contributor", ELSEWHERE, draft.format(named("elsewhere")))
    move = f"update finding set visit_id = {{}} where id = {named('finding in draft')}"
    given.changes(about, "contributor", ELSEWHERE, move.format(named("visit")), 1)
    given.refused(about, "contributor", ELSEWHERE, move.format(named("elsewhere")))
    about = "recommendation_finding"
    rest = (
        "insert into recommendation_finding (recommendation_id, finding_id) values"
        f" ({named('recommendation in draft')}, {{}})"
    )
    given.changes(about, "contributor", "", rest.format(named("finding")), 1)
    for finding in ("finding in draft", "finding of who left"):
        given.refused(about, "contributor", "", rest.format(named(finding)))
    ours = (
        f"update recommendation set organisation_id = {given.scene.org('lead')} where id ="
        f" {named('recommendation in draft')}"
    )
    given.changes(about, "lead", ours, rest.format(named("finding of who left")), 1)
    given.refused(about, "lead", ours, rest.format(named("finding in draft")))
    drop = f"delete from recommendation_finding where finding_id = {named('late finding')}"
    given.changes(about, "contributor", "", drop, 1)
    given.changes(about, "contributor", "", drop, 0, without="oversight:write")


def _told(given: Given) -> None:
    """Who was told reports and asks in its own name, and judges nothing."""
    scene = given.scene
    about, followed = "recommendation_follow_up", named("recommendation followed")
    report = (
        f"insert into {about} (id, recommendation_id, organisation_id, text, evidence, verdict,"
        f" judged_at) values (gen_random_uuid(), {followed}, {{}}, 'x', '[]', {{}})"
    )
    me = scene.org("addressee")
    given.changes(about, "addressee", "", report.format(me, "null, null"), 1)
    given.refused(about, "addressee", "", report.format(scene.org("lead"), "null, null"))
    given.refused(about, "addressee", "", report.format(me, "'VERIFIED', now()"))
    judge = (
        f"update {about} set verdict = 'VERIFIED', judged_at = now()"
        f" where id = {named('follow-up False')}"
    )
    given.changes(about, "left", "", judge, 1)
    over = (
        f"update recommendation set status = 'VERIFIED', verified_at = now() where id = {followed}"
    )
    given.changes(about, "left", over, judge, 0)
    other = f"update {about} set recommendation_id = {named('recommendation')}"
    given.changes(about, "left", other, judge, 0)
    for table, row in (("recommendation", "recommendation in draft"),
                       ("clarification", "question in draft")):  # fmt: skip
        text = "text = 'y'" if table == "recommendation" else "subject = 'y'"
        change = f"update {table} set {text} where id = {named(row)}"
        given.changes(table, "contributor", "", change, 1)
        left = f"update {table} set organisation_id = {scene.org('left')} where id = {named(row)}"
        given.changes(table, "left", left, change, 0)
        if table == "clarification":
            given.changes(table, "left", f"{left}; update {table} set activity_id = null", change,
                          1)  # fmt: skip


def _clarified(given: Given) -> None:
    scene, about = given.scene, "clarification_answer"
    me, asker = scene.org("addressee"), scene.org("contributor")
    answer = (
        f"insert into {about} (id, clarification_id, organisation_id, number, text, evidence,"
        f" verdict) values (gen_random_uuid(), {named('question')}, {{}}, 7, 'x', '[]', {{}})"
    )
    given.changes(about, "addressee", "", answer.format(me, "null"), 1)
    given.refused(about, "addressee", "", answer.format(scene.org("lead"), "null"))
    given.refused(about, "addressee", "", answer.format(me, "'SATISFACTORY'"))
    event = (
        "insert into clarification_event (id, clarification_id, organisation_id, kind, until_on)"
        f" values (gen_random_uuid(), {named('question')}, {{}}, {{}})"
    )
    about, asked, reminded = "clarification_event", "'TIME_ASKED', '2027-01-01'", "'REMINDED', null"
    given.changes(about, "addressee", "", event.format(me, asked), 1)
    given.changes(about, "contributor", "", event.format(asker, reminded), 1)
    given.refused(about, "addressee", "", event.format(me, reminded))
    given.refused(about, "contributor", "", event.format(asker, asked))
    given.refused(about, "addressee", "", event.format(asker, asked))
    kept = f"update clarification set organisation_id = {scene.org('left')}"
    seen = f"select count(*) from {about} where id = {named('reminder True')}"
    given.asks(about, "left", "", seen, "0")
    given.asks(about, "left", kept, seen, "1")
    change = f"update clarification_answer set text = 'y' where id = {named('answer in draft')}"
    given.changes("clarification_answer", "addressee", "", change, 1)
    for name in ("contributor", "lead", "stranger"):
        given.changes("clarification_answer", name, "", change, 0)


def _hidden(given: Given) -> None:
    """Having one of a kind oneself shows nobody what belongs to another's."""
    scene = given.scene
    mine = {"organisation_id": f"'{scene.apis['stranger'].org.id}'"}
    for table, row, child in (
        ("recommendation", "recommendation", "recommendation_follow_up"),
        ("recommendation", "recommendation", "recommendation_finding"),
        ("clarification", "question", "clarification_event"),
        ("clarification", "question answered", "clarification_answer"),
        ("policy_input", "drafted", "policy_version"),
    ):
        so = like(table, named(row), [mine])
        seen = f"select count(*) from {child} where {{}}"
        whole = seen.format("true") if child != "policy_version" else seen.format(
            f"input_id = {named('drafted')}")  # fmt: skip
        given.asks(child, "stranger", so, whole, "0")
    so = like("evaluation", named("evaluation"), [{"author_id": mine["organisation_id"]}])
    for child in ("evaluation_promise", "evaluation_voice"):
        given.asks(child, "stranger", so, f"select count(*) from {child}", "0")
    signed = f"select count(*) from policy_version where id = {named('input closed')}"
    removed = "delete from policy_cosigner"
    given.asks("policy_signature", "member", removed, signed, "1")
    given.asks("policy_signature", "stranger", removed, signed, "0")


def _evidence(given: Given) -> None:
    """What is claimed rests on findings that were confirmed."""
    claim = (
        "insert into policy_evidence (id, version_id, number, statement, sources, finding_id)"
        f" values (gen_random_uuid(), {named('input drafted')}, 7, 'x', '[]', {{}})"
    )
    about = "policy_evidence"
    for finding in ("null", named("finding"), named("late finding")):
        given.changes(about, "lead", "", claim.format(finding), 1)
    given.refused(about, "lead", "", claim.format(named("finding in draft")))
    given.refused(about, "lead", "", claim.format(named("unknown")))
