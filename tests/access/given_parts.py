"""Calendars, who leads, averages of assessments, and released figures."""

from tests.access.given_joint import ACTIVITY, NOBODY, Given, like
from tests.access.scene_joint import named

AVERAGES = (
    "select coalesce(string_agg(concat_ws(' ', a.period, a.region_code, a.score, a.organisations),"
    f" ', ' order by a.period, a.score), '') from access.implementation_averages({named('law')}) a"
)


def parts(given: Given) -> None:
    _calendars(given)
    _leading(given)
    _averages(given)
    _released(given)


def _calendars(given: Given) -> None:
    scene = given.scene
    grants = {name: f"'{given.tokens[name][1]}'" for name in ("lead", "co")}
    so = "; ".join(
        "insert into calendar_feed (id, organisation_id, grant_id, name, hash)"
        f" values ({named(f'feed of {name}')}, {scene.org(name)}, {grant}, 'x', '{name}')"
        for name, grant in grants.items()
    )
    ours, theirs = named("feed of lead"), named("feed of co")
    until = "select access.calendar_until({}) = (select '2027-01-01Z'::timestamptz)"
    far = (
        f"{so}; update oauth_grant set expires_at = '2028-01-01Z'; update oauth_grant"
        f" set expires_at = '2027-01-01Z' where id = {grants['lead']}"
    )
    given.asks("calendar_until", "lead", far, until.format(ours), "true")
    given.asks("calendar_until", "lead", far, until.format(theirs), "null")
    given.asks("calendar_until", "co", far, until.format(ours), "null")
    opened = (
        "select string_agg((c.organisation_id = {})::text || (c.grant_id = {})::text ||"
        " (c.client_id = '{}')::text, ' ') from access.calendar_of('{}') c"
    )
    for name, grant in grants.items():
        what = (scene.org(name), grant, given.tokens[name][0], name)
        given.asks("calendar_of", name, so, opened.format(*what), "truetruetrue")
    given.asks("calendar_of", "lead", so, "select count(*) from access.calendar_of('none')", "0")
    ended = (
        "select access.close_calendar({}); reset role; select string_agg(f.name || (g.ended_at"
        " is not null), ' ' order by f.hash) from calendar_feed f join oauth_grant g"
        " on g.id = f.grant_id"
    )
    all_ended = (
        "select access.close_calendar({}); reset role; select count(*) from oauth_grant"
        " where ended_at = now()"
    )
    given.asks("close_calendar", "lead", so, ended.format(ours), "xfalse xtrue")
    given.asks("close_calendar", "lead", so, all_ended.format(ours), "1")
    given.asks("close_calendar", "lead", so, ended.format(theirs), "xfalse xfalse")
    given.asks("close_calendar", "lead", so, f"select access.close_calendar({theirs})", "false")
    given.asks(
        "close_calendar", "lead", so, ended.format(ours), "xfalse xfalse", without="activity:write"
    )
    over = f"{so}; update oauth_grant set ended_at = '2026-01-01Z', end_reason = 'REVOKED'"
    given.asks("close_calendar", "lead", over, f"select access.close_calendar({ours})", "false")
    seen = "select count(*) from (select id from calendar_feed) f"
    for name, many in (("lead", "1"), ("co", "1"), ("contributor", "0")):
        given.asks("calendar_feed", name, so, seen, many)
    looks = f"; select access.view_as('{scene.handoffs['member']}', {scene.org('member')})"
    mine = so.replace(scene.org("co"), scene.org("member"))
    given.asks("calendar_feed", "lead", mine + looks, seen, "0")
    reference = (
        "insert into exchange_reference (id, organisation_id, kind, reference, target_id)"
        f" values ({named('reference')}, {{}}, '{{}}', 'x', {ACTIVITY})"
    )
    about = "exchange_reference"
    for kind, scope in (("ACTIVITIES", "activity:write"), ("MEASUREMENTS", "result:write")):
        mine = reference.format(scene.org("lead"), kind)
        given.asks(about, "lead", "", f"{mine} returning 'done'", "done")
        given.refused(about, "lead", "", mine, without=scope)
        given.refused(about, "co", "", mine)
        seen = f"select count(*) from {about} where id = {named('reference')}"
        given.asks(about, "lead", mine, seen, "1")
        given.asks(about, "co", mine, seen, "0")
    mine = reference.format(scene.org("member"), "ACTIVITIES")
    given.asks(about, "lead", mine + looks, seen, "0")
    given.refused(about, "lead", "", reference.format(scene.org("lead"), "ORGANISATIONS"))


def _leading(given: Given) -> None:
    """Only the lead hands over, only to a co-organiser who takes part, and only once."""
    scene, about = given.scene, "hand_over"
    over = "select access.hand_over({}, {})"
    led = (
        "; reset role; select string_agg(title, ' ' order by title) from joint_activity"
        " where lead_id = {}"
    )
    place = (
        "; reset role; select string_agg(organisation_id::text || status || role, ' ') from"
        f" activity_participant where activity_id = {ACTIVITY} and organisation_id in ({{}}, {{}})"
    )
    lead, co = scene.org("lead"), scene.org("co")
    mine = over.format(ACTIVITY, co)
    given.asks(about, "lead", "", mine, "true")
    given.asks(about, "lead", "", mine + led.format(co), "activity")
    given.asks(about, "lead", "", mine + led.format(lead), "moved unannounced")
    given.asks(
        about,
        "lead",
        "",
        mine + place.format(lead, co),
        f"{scene.apis['lead'].org.id}ACCEPTEDCO_ORGANISER",
    )
    kept = "moved unannounced"
    elsewhere = "; reset role; select count(*) from activity_participant where organisation_id = {}"
    given.asks(about, "lead", "", mine + elsewhere.format(lead), "1")
    for name in ("contributor", "observer", "invited", "declined", "left co", "stranger"):
        given.asks(about, "lead", "", over.format(ACTIVITY, scene.org(name)), "false")
    for name in ("co", "contributor", "stranger"):
        given.asks(about, name, "", over.format(ACTIVITY, co), "false")
    given.asks(about, "lead", "", mine, "false", without="activity:write")
    for status in ("COMPLETED", "CANCELLED"):
        reason = "'x'" if status == "CANCELLED" else "null"
        so = (
            f"update joint_activity set status = '{status}', cancel_reason = {reason}"
            f" where id = {ACTIVITY}"
        )
        given.asks(about, "lead", so, mine, "false")
    other = (
        f"insert into activity_participant (id, activity_id, organisation_id, role, status,"
        " responded_at) values (gen_random_uuid(),"
        f" {named('moved')}, {scene.org('co')}, 'CO_ORGANISER',"
        " 'ACCEPTED', now())"
    )
    given.asks(about, "lead", other, mine + led.format(lead), kept)
    given.asks(about, "lead", other, mine + elsewhere.format(co), "2")
    gone = f"delete from activity_participant where activity_id = {ACTIVITY}; {other}"
    given.asks(about, "lead", gone, mine, "false")
    # What was announced moves in the calendars of those who are still asked, and of nobody else.
    about = "keep_place"
    move = (
        "update joint_activity set starts_at = '2026-01-02Z' where {}; select string_agg(p.status"
        " || extract(day from p.starts_at at time zone 'UTC'), ' ' order by p.status, p.role) from"
        " activity_participant p where p.activity_id = {}"
    )
    given.asks(about, NOBODY, "", move.format(f"id = {ACTIVITY}", named("moved")), "INVITED1 LEFT1")
    given.asks(
        about, NOBODY, "", move.format(f"id = {named('moved')}", named("moved")), "INVITED2 LEFT1"
    )
    given.asks(
        about, NOBODY, "", move.format(f"id = {named('unannounced')}", named("unannounced")), "null"
    )
    past = "update joint_activity set title = 'y' where id = {}; select count(*) from activity_past"
    given.asks("keep_past", NOBODY, "", past.format(ACTIVITY), "3")
    given.asks("keep_past", NOBODY, "", past.format(named("unannounced")), "2")


def _averages(given: Given) -> None:
    """Of five at least, whom one does not know or knows all, and when it is too late to change."""
    scene, about = given.scene, "implementation_averages"

    def so(
        many: int,
        *,
        known: int = 0,
        under: int = 0,
        assessed: int = 0,
        score: int = 50,
        period: str = "'2025-S1'",
        region: str = "'31.01'",
    ) -> str:
        made = []
        for n in range(many):
            of, parent = named(f"assessed {n}"), "null"
            path = f"array[{scene.org('lead')}, {of}]" if n < under else f"array[{of}]"
            made.append(
                "insert into organisation (id, type_code, name, path, parent_id) values"
                f" ({of}, 'UPTD_PPA', '{n}', {path}::uuid[], {parent})"
            )
            by = scene.org("lead") if n < known or n < assessed else of
            mine = scene.org("lead") if n < known else of
            made.append(
                "insert into assessment (id, checklist_id, organisation_id, assessor_id, period,"
                " revision, type_code, region_code, score) values (gen_random_uuid(),"
                f" {named('list')}, {mine}, {by}, {period}, 1, 'UPTD_PPA', {region}, {score})"
            )
        return "; ".join(["delete from assessment", *made])

    given.asks(about, "lead", so(5), AVERAGES, "2025-S1 31 50 5")
    given.asks(about, "lead", so(4), AVERAGES, "")
    given.asks(about, "lead", so(4, under=4), AVERAGES, "")
    given.asks(about, "lead", so(9), AVERAGES, "2025-S1 31 50 5")
    given.asks(about, "lead", so(5, period="'2099-S1'"), AVERAGES, "")
    given.asks(about, "lead", so(5, region="null"), AVERAGES, "")
    given.asks(about, NOBODY, so(5), AVERAGES, "")
    for five, six in (
        (so(5, under=1), so(6, under=1)), (so(5, assessed=1), so(6, assessed=1)),
        (so(5, known=1), so(6, known=1)),
    ):  # fmt: skip
        given.asks(about, "lead", five, AVERAGES, "")
        given.asks(about, "lead", six, AVERAGES, "2025-S1 31 50 5")
    given.asks(about, "lead", so(5, under=5), AVERAGES, "2025-S1 31 50 5")
    given.asks(about, "lead", so(9, under=5), AVERAGES, "")
    none = f"{so(5)}; update assessment set score = null where organisation_id = " + named(
        "assessed 1"
    )
    given.asks(about, "lead", none, AVERAGES, "")
    law = named("another law")
    aside = (
        f"{so(5)}; {like('checklist', named('list'), [{'number': '2'}])};"
        f" update checklist set regulation_id = {law} where id = {named('list')}"
    )
    given.asks(about, "lead", aside, AVERAGES, "")
    beside = f"{so(4)}; {like('checklist', named('list'), [{'regulation_id': law}])}"
    given.asks(about, "lead", beside, AVERAGES, "")


def _released(given: Given) -> None:
    """Released figures are for everybody who may read statistics, and nobody else."""
    cell = f"insert into statistics_cell values ({named('release')}, '', '', '', 7)"
    for table in ("statistics_release", "statistics_cell"):
        count = f"select count(*) from {table}"
        given.asks(table, "stranger", cell, count, "1")
        given.asks(table, "stranger", cell, count, "0", without="statistics:read")
