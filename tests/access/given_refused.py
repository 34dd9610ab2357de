"""What belongs to another is not changed, nor made in its name; nor closed by who is told."""

from tests.access.given_joint import ACTIVITY, Given, like
from tests.access.probes import REFUSED
from tests.access.scene_joint import named


def refusals(given: Given) -> None:
    _others(given)
    _assessing(given)


def _others(given: Given) -> None:
    """What belongs to another is not changed, nor made in its name; nor closed by who is told."""
    scene = given.scene
    close = "update recommendation set {} where id = {}"
    followed = named("recommendation followed")
    verified = "status = 'VERIFIED', verified_at = now()"
    gone = "status = 'WITHDRAWN', withdraw_reason = 'x'"
    for change in (verified, gone):
        given.asks("recommendation", "addressee", "", close.format(change, followed), REFUSED)
    for name in ("lead", "co", "contributor", "stranger", "member"):
        given.changes("recommendation", name, "", close.format(verified, followed), 0)
        given.changes("recommendation", name, "", close.format("response_note = 'y'", followed), 0)
    given.changes("recommendation", "left", "", close.format(verified, followed), 1)
    given.changes(
        "recommendation", "left", "", close.format(verified, followed), 0, without="oversight:write"
    )
    judge = (
        "update recommendation_follow_up set verdict = 'VERIFIED', judged_at = now()"
        " where recommendation_id = "
    )
    for name in ("addressee", "lead", "co", "contributor"):
        given.changes("recommendation_follow_up", name, "", judge + followed, 0)
    assess = (
        "update clarification set status = 'ASSESSED', verdict = 'SATISFACTORY',"
        " assessed_at = now() where id = " + named("question answered")
    )
    given.asks("clarification", "addressee", "", assess, REFUSED)
    for name in ("lead", "co", "contributor", "stranger"):
        given.changes("clarification", name, "", assess, 0)
    finding = "update finding set statement = 'y' where id = "
    for name in ("lead", "co", "observer", "addressee", "stranger"):
        given.changes("finding", name, "", finding + named("finding"), 0)
    given.changes("finding", "contributor", "", finding + named("finding in draft"), 1)
    given.changes("finding", "left", "", finding + named("finding of who left"), 0)
    new = {
        "finding": (
            "severity, sector, statement, evidence, status",
            "'HIGH', 'EDUCATION', 'x', '[]', 'DRAFT'",
        ),
        "activity_comment": ("body", "'x'"),
        "visit_note": ("visit_id, body", f"{named('visit')}, 'x'"),
        "recommendation": (
            "addressee_id, text, due_on, status",
            f"{scene.org('addressee')}, 'x', '2027-01-01', 'DRAFT'",
        ),
    }
    for table, (columns, values) in new.items():
        insert = (
            f"insert into {table} (id, activity_id, organisation_id, {columns}) values"
            f" (gen_random_uuid(), {{}}, {{}}, {values})"
        )
        for name in ("stranger", "invited", "declined", "left", "left co", "addressee"):
            given.refused(table, name, "", insert.format(ACTIVITY, scene.org(name)))
        given.changes(
            table, "contributor", "", insert.format(ACTIVITY, scene.org("contributor")), 1
        )
        given.refused(table, "contributor", "", insert.format(ACTIVITY, scene.org("lead")))
        given.refused(
            table, "contributor", "", insert.format(named("another"), scene.org("contributor"))
        )
        if table != "activity_comment":
            given.refused(table, "observer", "", insert.format(ACTIVITY, scene.org("observer")))


def _assessing(given: Given) -> None:
    """Of the organisation as it is, in a half-year that is open; scores with it and never after."""
    scene, about = given.scene, "assessment"
    period = (
        "to_char(access.today(), 'YYYY') || case when extract(month from access.today()) < 7"
        " then '-S1' else '-S2' end"
    )
    assess = (
        f"insert into assessment (id, checklist_id, organisation_id, assessor_id, period,"
        f" revision, type_code, region_code) values (gen_random_uuid(), {named('list')}, {{}},"
        f" {{}}, {{}}, 9, '{{}}', {{}})"
    )
    of, by = scene.org("contributor"), scene.org("above")
    region = f"(select region_code from organisation where id = {of})"
    given.changes(about, "above", "", assess.format(of, by, period, "UPTD_PPA", region), 1)
    for wrong in (
        (of, by, period, "KPAD", region),
        (of, by, period, "UPTD_PPA", "'99'"),
        (of, scene.org("contributor"), period, "UPTD_PPA", region),
        (scene.org("stranger"), by, period, "UPTD_PPA", region),
        (of, by, "'2099-S1'", "UPTD_PPA", region),
        (of, by, "'2020-S1'", "UPTD_PPA", region),
    ):
        given.refused(about, "above", "", assess.format(*wrong))
    point = like("checklist_item", named("point"), [{"id": named("second point"), "number": "2"}])
    score = (
        "insert into assessment_score (id, assessment_id, item_id, status, evidence) values"
        f" (gen_random_uuid(), {{}}, {named('second point')}, 'DONE', '[]')"
    )
    today = f"{point}; update assessment set created_at = now() where id = {named('own')}"
    own = score.format(named("own"))
    given.changes("assessment_score", "contributor", today, own, 1)
    given.refused("assessment_score", "contributor", today, own, without="activity:write")
    given.refused("assessment_score", "above", today, own)
    given.refused("assessment_score", "contributor", today, score.format(named("by above")))
    before = f"{point}; update assessment set created_at = '2026-01-01Z'"
    given.refused("assessment_score", "contributor", before, own)
    item = (
        "insert into checklist_item (id, checklist_id, number, article, duty, organisation_types,"
        " verification, weight) values (gen_random_uuid(), {}, 7, '1', 'x',"
        " array['UPTD_PPA'], 'x', 1)"
    )
    drawn = f"update checklist set created_at = now() where id = {named('list')}"
    second = like(
        "checklist",
        named("list"),
        [{"id": named("old list"), "number": "2", "created_at": "'2026-01-01Z'"}],
    )
    given.changes("checklist_item", "co", drawn, item.format(named("list")), 1)
    given.refused(
        "checklist_item", "co", drawn, item.format(named("list")), without="activity:write"
    )
    given.refused("checklist_item", "lead", drawn, item.format(named("list")))
    given.refused("checklist_item", "co", f"{drawn}; {second}", item.format(named("old list")))
