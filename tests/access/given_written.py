"""Evaluations, policy inputs, reports: written by whom they belong to, while they are open."""

from tests.access.given_joint import NOBODY, Given, like, the_mou
from tests.access.scene_joint import named

OVER = (
    "update evaluation set document = 'x', recommendation = 'STOP', reasons = 'x',"
    " content_hash = 'sha256:' || encode(sha256('x'), 'hex'), concluded_at = now()"
)


def written(given: Given) -> None:
    _evaluations(given)
    _inputs(given)
    _reports(given)
    _nobody(given)


def _evaluations(given: Given) -> None:
    """A party itself, not whoever is covered by one; each thing of an evaluation that is open."""
    scene = given.scene
    mou = the_mou(scene, "contributor")
    version = f"(select id from mou_version where mou_id = {mou})"
    covered = (
        f"update mou_party set covers_branches = true; update evaluation set mou_id = {mou},"
        f" version_id = {version}"
    )
    # Whoever is covered sees neither the handoff nor the version: it has to know their ids.
    covered += (
        f"; select set_config('lab.mou', {mou}::text, true),"
        f" set_config('lab.version', {version}::text, true)"
    )
    mou, version = "current_setting('lab.mou')::uuid", "current_setting('lab.version')::uuid"
    seen = "select count(*) from evaluation"
    given.asks("evaluation", "contributor", covered, seen, "1")
    given.asks("evaluation", "below", covered, seen, "0")
    gone = f"delete from mou_party where organisation_id = {scene.org('lead')}"
    given.asks("evaluation", "lead", gone, seen, "1")
    given.asks("evaluation", "addressee", gone, seen, "1")
    begin = (
        f"insert into evaluation (id, mou_id, version_id, author_id) select gen_random_uuid(),"
        f" {mou}, {version}, {scene.org('below')}"
    )
    given.refused("evaluation", "below", covered, begin)
    found = (
        "insert into results_framework (id, name, owner_id, period_from, period_until, mou_id)"
        f" select gen_random_uuid(), 'x', {{}}, '2031-01-01', '2031-12-31', {mou}"
    )
    given.refused("results_framework", "below", covered, found.format(scene.org("below")))
    given.changes("results_framework", "contributor", covered,
                  found.format(scene.org("contributor")), 1)  # fmt: skip
    admit = (
        "insert into programme_member (id, programme_id, organisation_id) values"
        f" (gen_random_uuid(), {named('programme')}, {scene.org('stranger')})"
    )
    given.changes("programme_member", "co", "", admit, 1)
    given.refused("programme_member", "co", "", admit, without="result:write")
    given.refused("programme_member", "member", "", admit)
    stage = (
        "insert into regulation_stage (id, regulation_id, stage, since, organisation_id) values"
        f" (gen_random_uuid(), {named('law')}, 'DRAFTING', '2026-02-01', {{}})"
    )
    mine = stage.format(scene.org("co"))
    given.changes("regulation_stage", "co", "", mine, 1)
    given.refused("regulation_stage", "co", "", mine, without="activity:write")
    given.refused("regulation_stage", "co", "", stage.format(scene.org("lead")))
    another = f"{OVER}; " + like(
        "evaluation", named("evaluation"),
        [dict.fromkeys(("concluded_at", "document", "content_hash"), "null")],
    )  # fmt: skip
    answer = f"update evaluation_promise set note = 'y' where id = {named('promise')}"
    given.changes("evaluation_promise", "lead", another, answer, 0)
    speak = f"update evaluation_voice set body = 'y' where id = {named('voice')}"
    given.changes("evaluation_voice", "addressee", another, speak, 0)
    promise = (
        "insert into evaluation_promise (id, evaluation_id, number, part, promise, evidence) values"
        f" (gen_random_uuid(), {named('evaluation')}, 7, 'SCOPE', 'x', '[]')"
    )
    given.changes("evaluation_promise", "lead", "", promise, 1)
    given.refused("evaluation_promise", "lead", OVER, promise)
    given.refused("evaluation_promise", "lead", another, promise)
    voice = (
        "insert into evaluation_voice (id, evaluation_id, organisation_id, recommendation, body)"
        f" values (gen_random_uuid(), {named('evaluation')}, {scene.org('lead')}, 'STOP', 'x')"
    )
    given.refused("evaluation_voice", "lead", another, voice)
    given.refused("evaluation_voice", "lead", gone, voice)


def _inputs(given: Given) -> None:
    scene = given.scene
    removed = "delete from policy_cosigner"
    remark = f"select count(*) from policy_comment where id = {named('remark on drafted')}"
    given.asks("policy_comment", "member", removed, remark, "1")
    given.asks("policy_comment", "lead", removed, remark, "1")
    given.asks("policy_comment", "stranger", removed, remark, "0")
    second = (
        "insert into policy_cosigner (id, input_id, organisation_id) values"
        f" (gen_random_uuid(), {named('drafted')}, {scene.org('stranger')})"
    )
    drop = f"delete from policy_cosigner where input_id = {named('drafted')} and organisation_id = "
    about = "policy_cosigner"
    given.changes(about, "member", second, drop + scene.org("member"), 1)
    given.changes(about, "member", second, drop + scene.org("stranger"), 0)
    given.changes(about, "lead", second, drop + scene.org("stranger"), 1)
    given.changes(about, "lead", "", second, 1)
    given.refused(about, "lead", "", second, without="activity:write")
    given.refused(about, "member", "", second)
    listed = (
        "insert into checklist (id, regulation_id, number, title, organisation_id) values"
        f" (gen_random_uuid(), {named('law')}, 7, 'x', {{}})"
    )
    given.changes("checklist", "co", "", listed.format(scene.org("co")), 1)
    given.refused("checklist", "co", "", listed.format(scene.org("co")), without="activity:write")
    given.refused("checklist", "co", "", listed.format(scene.org("lead")))
    given.refused("checklist", "lead", "", listed.format(scene.org("lead")))


def _reports(given: Given) -> None:
    scene, about = given.scene, "oversight_report"
    draft = named("report being drawn up")
    read = f"select count(*) from {about} where id = {draft}"
    readers = f"update {about} set for_participants = true, reader_ids = array[{{}}]::uuid[]"
    so = readers.format(scene.org("addressee"))
    for name, many in (("lead", "1"), ("addressee", "0"), ("co", "0")):
        given.asks(about, name, so, read, many)
    write = f"update {about} set title = 'y' where id = {draft}"
    left = f"update {about} set organisation_id = {scene.org('left')}"
    given.changes(about, "lead", "", write, 1)
    given.changes(about, "left", left, write, 0)
    share = f"update {about} set reader_ids = '{{}}' where id = {named('report for a reader')}"
    given.changes(about, "left", left, share, 1)
    assessed = (
        f"update assessment set assessor_id = {scene.org('stranger')} where id = {named('own')}"
    )
    given.asks("assessment", "stranger", assessed, "select count(*) from assessment where id ="
               f" {named('own')}", "1")  # fmt: skip
    material = "delete from material_version"
    seen = f"select count(*) from material where id = {named('material kept')}"
    given.asks("material", "contributor", material, seen, "1")
    given.asks("material", "lead", material, seen, "0")


def _nobody(given: Given) -> None:
    """Who has not entered sees nothing, not even what everybody sees."""
    for table in ("regulation", "regulation_stage", "checklist", "checklist_item", "policy_input",
                  "material_version", "statistics_release", "joint_activity"):  # fmt: skip
        given.asks(
            table, NOBODY, "", f"set local role rangkul_app; select count(*) from {table}", "0"
        )
