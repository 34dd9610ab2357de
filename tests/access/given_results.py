"""Frameworks, figures and evaluations: by which agreement, of which time, for whom."""

from tests.access.given_joint import SUSPENDED, Given, like, the_mou
from tests.access.scene_joint import named

MINE = (
    "select coalesce(string_agg(r.name || ' ' || f.writes, ', ' order by r.name), '') from"
    " access.my_frameworks() f join (values ({}::uuid, 'agreement'), ({}::uuid, 'programme'))"
    " r(id, name) on r.id = f.framework_id"
).format(named("framework"), named("framework of programme"))


def results(given: Given) -> None:
    _frameworks(given)
    _kept(given)
    _evaluations(given)


def _frameworks(given: Given) -> None:
    scene, about = given.scene, "frameworks_of"
    mou = f"'{scene.mou}'"
    for name, seen in (
        ("lead", "agreement true"),
        ("addressee", "agreement false"),
        ("co", "programme true"),
        ("member", "programme false"),
        ("stranger", ""),
        ("above", ""),
    ):
        given.asks(about, name, "", MINE, seen)
    for over in (
        SUSPENDED,
        "update mou set terminated_on = access.today(), termination_reason = 'x'",
        "update mou_version set valid_from = '2020-01-01', valid_until = access.today() - 1",
    ):
        for name in ("lead", "addressee"):
            given.asks(about, name, over, MINE, "")
        given.asks(about, "co", over, MINE, "programme true")
    elsewhere = (
        f"update results_framework set mou_id = {the_mou(scene, 'contributor')},"
        f" owner_id = {scene.org('below')} where id = {named('framework')}"
    )
    covered = f"{elsewhere}; update mou_party set covers_branches = "
    given.asks(about, "below", f"{covered} true", MINE, "agreement false")
    given.asks(about, "below", f"{covered} false", MINE, "")
    given.asks(about, "contributor", f"{covered} false", MINE, "agreement false")
    given.asks(about, "stranger", "update mou_party set covers_branches = true", MINE, "")
    earlier = (
        "update mou_version set number = 2; "
        + like("mou_version", f"'{scene.version}'", [{"id": named("earlier"), "number": "1"}])
        + "; insert into mou_party (id, version_id, organisation_id, ordinal, covers_branches)"
        f" values (gen_random_uuid(), {named('earlier')}, {scene.org('stranger')}, 1, false)"
    )
    given.asks(about, "stranger", earlier, MINE, "")
    owned = "update results_framework set owner_id = {} where id = {}"
    programme = owned.format(scene.org("member"), named("framework of programme"))
    given.asks(about, "member", programme, MINE, "programme false")
    second = like("programme", named("programme"), [{"lead_id": scene.org("member")}])
    given.asks(about, "member", f"{programme}; {second}", MINE, "programme false")
    part = f"select access.takes_part({named('framework')}, {scene.org('lead')})"
    given.asks(about, "addressee", "", part, "true")
    dissolved = f"update organisation set dissolved_at = now() where id = {scene.org('lead')}"
    given.asks(about, "addressee", dissolved, part, "false")
    found = (
        "insert into results_framework (id, name, owner_id, period_from, period_until, mou_id)"
        f" values (gen_random_uuid(), 'x', {{}}, '2031-01-01', '2031-12-31', {mou})"
    )
    about = "results_framework"
    given.changes(about, "addressee", "", found.format(scene.org("addressee")), 1)
    for name, so in (("addressee", SUSPENDED), ("stranger", ""), ("member", "")):
        given.refused(about, name, so, found.format(scene.org(name)))
    given.refused(about, "lead", "", found.format(scene.org("addressee")))
    rename = "update {} set name = 'y' where id = {}"
    for name, rows in (("lead", 1), ("addressee", 0)):
        given.changes(about, name, "", rename.format(about, named("framework")), rows)
        given.changes(
            "indicator", name, "", rename.format("indicator", named("indicator of framework")), rows
        )


def _kept(given: Given) -> None:
    """Periods of one agreement never overlap; what was measured stays as it was."""
    scene, frame = given.scene, "results_framework"
    for mou, programme, since, until, state in (
        (scene.mou, None, "2026-12-31", "2027-12-31", "23514"),
        (scene.mou, None, "2025-01-01", "2026-01-01", "23514"),
        (scene.mou, None, "2027-01-01", "2027-12-31", "kept"),
        (scene.mou, None, "2025-01-01", "2025-12-31", "kept"),
        (None, "programme", "2026-06-01", "2026-07-01", "23514"),
        (None, "other", "2026-06-01", "2026-07-01", "kept"),
    ):
        of = f"'{mou}'" if mou else "null"
        under = named(programme) if programme else "null"
        new = (
            f"insert into {frame} (id, name, owner_id, period_from, period_until, mou_id,"
            f" programme_id) values (gen_random_uuid(), 'x', {scene.org('lead')}, '{since}',"
            f" '{until}', {of}, {under}) returning 'kept'"
        )
        also = like("programme", named("programme"), [{"id": named("other")}])
        given.fails("keep_framework", also, new, state)
    itself = f"update {frame} set name = 'y' where id = {named('framework')} returning 'kept'"
    given.fails("keep_framework", "", itself, "kept")
    define = f"update indicator set {{}} where id = {named('indicator of framework')}"
    none = "delete from measurement where framework_id = " + named("framework")
    counted = define.format("kind = 'COMPUTED', measure = 'HANDOFFS', frequency = 'YEARLY'")
    for so, change, state in (
        ("", "definition = 'y'", "23514"),
        ("", "source = 'y'", "kept"),
        (none, "definition = 'y'", "kept"),
        (f"{none}; {counted}", "definition = 'y'", "23514"),
    ):
        given.fails("keep_indicator", so, f"{define.format(change)} returning 'kept'", state)
    twice = "update measurement set corrected_at = now() where {} returning 'kept'"
    key = f"id = {named('measurement of framework by lead')}"
    again = f"update measurement set corrected_at = now() where {key}"
    given.fails("keep_measurement", "", twice.format(key), "kept")
    given.fails("keep_measurement", again, twice.format(key), "23514")


def _evaluations(given: Given) -> None:
    scene, one = given.scene, f"id = {named('evaluation')}"
    over = (
        "update evaluation set document = 'x', recommendation = 'STOP', reasons = 'x',"
        " content_hash = 'sha256:' || encode(sha256('x'), 'hex'), concluded_at = now()"
    )
    write = f"update evaluation set summary = 'y' where {one}"
    given.changes("evaluation", "lead", "", write, 1)
    given.changes("evaluation", "addressee", "", write, 0)
    given.changes("evaluation", "lead", over, write, 0)
    answer = f"update evaluation_promise set note = 'y' where id = {named('promise')}"
    speak = f"update evaluation_voice set body = 'y' where id = {named('voice')}"
    for about, change, who, other in (
        ("evaluation_promise", answer, "lead", "addressee"),
        ("evaluation_voice", speak, "addressee", "lead"),
    ):
        given.changes(about, who, "", change, 1)
        given.changes(about, who, over, change, 0)
        given.changes(about, other, "", change, 0)
        given.changes(about, who, "", change, 0, without="result:write")
    voice = (
        "insert into evaluation_voice (id, evaluation_id, organisation_id, recommendation, body)"
        f" values (gen_random_uuid(), {named('evaluation')}, {{}}, 'STOP', 'x')"
    )
    given.changes("evaluation_voice", "lead", "", voice.format(scene.org("lead")), 1)
    given.refused("evaluation_voice", "lead", over, voice.format(scene.org("lead")))
    given.refused("evaluation_voice", "stranger", "", voice.format(scene.org("stranger")))
    given.refused("evaluation_voice", "lead", "", voice.format(scene.org("stranger")))
    begin = (
        "insert into evaluation (id, mou_id, version_id, author_id) values (gen_random_uuid(),"
        f" {{}}, '{scene.version}', {{}})"
    )
    mou, lead = f"'{scene.mou}'", scene.org("lead")
    given.changes("evaluation", "lead", "", begin.format(mou, lead), 1)
    given.refused("evaluation", "lead", "", begin.format(the_mou(scene, "member"), lead))
    given.refused(
        "evaluation",
        "lead",
        "update mou_version set in_force_from = '2099-01-01'",
        begin.format(mou, lead),
    )
    for name in ("stranger", "member"):
        given.refused("evaluation", name, "", begin.format(mou, scene.org(name)))
    given.refused("evaluation", "lead", "", begin.format(mou, scene.org("addressee")))
