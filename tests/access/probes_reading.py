"""Probes that read: for every token of the gallery, all that each table shows it."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from tests.access.facts import Handoff, Section, Token
from tests.access.obstacles import CODES
from tests.access.oracle import World
from tests.access.probes import Probes
from tests.access.probes_cases import beside
from tests.access.store import event_of, provider_of, sessions_of


def reading(probes: Probes) -> None:
    world, doors = probes.world, probes.gallery.doors.tokens.values()
    for token in world.tokens:
        # At a door it is looked at who comes in, and not again at all there is to see.
        ways = (people, functions) if token in doors else (shown, people, functions)
        for about, select, expected in (one for way in ways for one in way(world, token)):
            probes.reads(about, token, select, expected, what=f"what {about} shows")
    for name in ("program", "administrator", "case worker", "admin", "KPAI's administrator"):
        token = probes.tokens[name]
        for lost in ("client:read user:read", "client:write user:write", "security:read",
                     "client:read client:write", "user:read user:write"):  # fmt: skip
            less = replace(token, asked=token.asked - set(lost.split()))
            for about, select, expected in people(world, less):
                what = f"what {about} shows without {lost}"
                probes.reads(about, less, select, expected, what=what)
    nobody(probes)


def shown(world: World, token: Token) -> Iterator[tuple[str, str, list[str]]]:
    """A table or view, what is read of it, and what must come of that."""
    handoffs = [h for h in world.handoffs if found_by(world, token, h)]
    sections = [(h, s) for h in handoffs for s in h.sections]
    read = [
        s
        for h, s in sections
        if world.may(token, "handoff:read") and not world.obstacles(token, h, s)
    ]
    yield "handoff", "select id::text from handoff", [str(h.id) for h in handoffs]
    sides = [h for h in handoffs if world.is_side(token.organisation, h)]
    yield "handoff_event", "select handoff_id::text from handoff_event", [str(h.id) for h in sides]
    yield (
        "handoff_section",
        "select id::text from handoff_section",
        [str(s.id) for _, s in sections],
    )
    yield (
        "handoff_section_body",
        "select section_id::text from handoff_section_body",
        sorted({str(world.origin(s)[1].id) for s in read}),
    )
    reasons = {s.id: reason(world, token, h, s) for h, s in sections}
    several = "', '".join(str(id) for id, code in reasons.items() if code is None)
    yield (
        "handoff_section_now",
        "select id || coalesce(withheld, '') || case when sealed is null then '' else 'open'"
        f" end from handoff_section_now where id::text not in ('{several}')",
        [f"{id}{code}" for id, code in reasons.items() if code is not None],
    )
    yield from beside(world, token, handoffs)
    yield from agreements(world, token)
    mine = [a for a in world.activities if world.activity_exists_for(token, a)]
    still = [str(a.id) for a in mine if world.stands_still_for(token, a)]
    yield "activity_now", "select id::text from activity_now", [str(a.id) for a in mine]
    yield "activity_past", "select activity_id::text from activity_past", still
    yield (
        "joint_activity",
        "select id::text from joint_activity",
        {str(a.id) for a in mine} - set(still),
    )
    yield (
        "activity_participant",
        "select activity_id || '/' || organisation_id from activity_participant",
        [f"{a.id}/{id}" for a in mine for id in world.participants_for(token, a)],
    )
    yield (
        "activity_task",
        "select id::text from activity_task",
        [str(id) for a in mine for id in world.tasks_for(token, a)],
    )
    yield (
        "inquiry",
        "select id::text from inquiry",
        [str(i.id) for i in world.inquiries if world.inquiry_exists_for(token, i)],
    )
    alive = world.opens_anything(token)
    yield (
        "organisation",
        "select id::text from organisation",
        [str(id) for id in world.organisations if alive],
    )
    yield (
        "term",
        "select distinct kind::text from term",
        [
            kind
            for kind in (
                "CASE_CATEGORY",
                "ORGANISATION_TYPE",
                "RESPONSE_TIME",
                "SERVICE",
                "STATUTORY_CLOCK",
            )
            if alive
        ],
    )
    yield "rate_budget", "select client_id::text from rate_budget", [str(token.client)] * alive


def found_by(world: World, token: Token, handoff: Handoff) -> bool:
    """Beneath the API, whoever may write must also find what it writes on."""
    scope = world.may(token, "handoff:read") or world.may(token, "handoff:write")
    mine = world.is_side(token.organisation, handoff) or bool(world.emergencies(token, handoff))
    return world.opens_anything(token) and scope and mine


def reason(world: World, token: Token, handoff: Handoff, section: Section) -> str | None:
    """The one code there must be; None: it may be one of several."""
    if not world.may(token, "handoff:read"):
        return "SCOPE_MISSING"
    codes = {CODES[o] for o in world.obstacles(token, handoff, section)}
    if not codes:
        return "open"
    return codes.pop() if len(codes) == 1 else None


def agreements(world: World, token: Token) -> Iterator[tuple[str, str, list[str]]]:
    versions = [v for v in world.versions if world.version_exists_for(token, v)]
    talk = [str(v.id) for v in world.versions if world.talk_exists_for(token, v)]
    mine = [a for a in world.agreements.values() if world.agreement_exists_for(token, a)]
    yield "mou", "select id::text from mou", [str(a.id) for a in mine]
    yield "mou_version", "select id::text from mou_version", [str(v.id) for v in versions]
    for table, of in (("mou_party", "parties"), ("mou_clause", "clauses"),
                      ("mou_signature", "signed_by")):  # fmt: skip
        yield (
            table,
            f"select version_id::text from {table}",
            [str(v.id) for v in versions for _ in getattr(v, of)],
        )
    for table in ("mou_comment", "mou_approval", "mou_event"):
        yield table, f"select version_id::text from {table}", talk
    state = []
    for agreement in mine:
        counting = world.counting(agreement)
        own = [v for v in agreement.versions if v in versions]
        shown = counting if counting in own else own[-1]
        live = "true" if not world.not_live(agreement.id) else "false"
        state.append(f"{agreement.id}/{world.status(agreement)}/{live}/{shown.id}")
    yield (
        "mou_now",
        ("select id || '/' || status || '/' || in_force || '/' || version_id from mou_now"),
        state,
    )


def people(world: World, token: Token) -> Iterator[tuple[str, str, list[str]]]:
    """Programs, people, where they are signed in, what they let in, and what was written down."""
    clients = {t.client: t for t in world.tokens}.values()
    everybody = world.people.values()
    yield (
        "client",
        "select key from client",
        [f"key-{t.client}" for t in clients if world.client_exists_for(token, t)],
    )
    yield (
        "user_account",
        "select id::text from user_account",
        [str(p.id) for p in everybody if world.person_exists_for(token, p)],
    )
    yield (
        "session",
        "select id::text from session",
        [
            str(id)
            for p in everybody
            if world.sessions_exist_for(token, p)
            for id, _ in sessions_of(p.id)
        ],
    )
    yield (
        "oauth_grant",
        "select id::text from oauth_grant",
        [str(g.id) for g in world.grants.values() if world.grant_exists_for(token, g)],
    )
    houses = {p.organisation for p in everybody}
    yield (
        "identity_provider",
        "select id::text from identity_provider",
        [str(provider_of(id)) for id in houses if world.provider_exists_for(token, id)],
    )
    yield (
        "security_event",
        "select id::text from security_event",
        [str(event_of(id)) for id in world.organisations if world.event_exists_for(token, id)],
    )


def functions(world: World, token: Token) -> Iterator[tuple[str, str, list[str]]]:
    """What a caller is to the database, after it has entered."""
    alive = world.opens_anything(token)
    me = str(token.organisation) if alive else ""
    yield "me", "select coalesce(access.me()::text, '')", [me]
    acts = [id if alive and id else "nobody" for id in (token.client, token.person)]
    yield (
        "person",
        "select unnest(array[coalesce(access.client()::text, 'nobody'),"
        " coalesce(access.person()::text, 'nobody')])",
        [str(id) for id in acts],
    )
    scopes = [scope for scope in sorted(token.asked) if alive and world.may(token, scope)]
    yield "has", "select unnest(string_to_array(current_setting('app.scopes'), ' '))", scopes
    yield "scopes", "select unnest(access.scopes())", scopes
    kpai = alive and world.organisations[token.organisation].is_kpai
    yield "is_kpai", "select access.is_kpai()::text", ["true" if kpai else "false"]
    admin = kpai and world.may(token, "mou:admin")
    yield "is_mou_admin", "select access.is_mou_admin()::text", ["true" if admin else "false"]


def nobody(probes: Probes) -> None:
    """Before anybody has entered there is nothing but the keys and the way in."""
    for table in ("organisation", "term", "client", "mou", "mou_version", "handoff", "inquiry",
                  "handoff_section_body", "joint_activity", "rate_budget"):  # fmt: skip
        probes.reads(table, None, f"select 1::text from {table}", [], what=f"{table} is shown to")
    probes.reads("enter", None, f"select access.enter('{UUID(int=7)}', 'mou:read', 0)::text", [""],
                 what="an unknown client enters")  # fmt: skip
    probes.reads("signing_key", None, "select kid from signing_key", [],
                 what="the keys are looked for")  # fmt: skip
    # Whose day it is can be told by the clock only for some hours of the day: so look at the text.
    text = "pg_get_functiondef('access.today()'::regprocedure)"
    probes.reads("today", None, f"select ({text} like '%Asia/Jakarta%')::text", ["true"])
