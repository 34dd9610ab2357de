"""Probes that write what access itself rests on: people, links, sessions, grants, and the log.

The question of each is whether somebody gets more than they were given: into another organisation,
beyond what theirs was granted, in another's name, or back to what has ended.
"""

from uuid import UUID

from tests.access.facts import Person, Token
from tests.access.oracle import World
from tests.access.probes import DENIED, NEW, REFUSED, Probes
from tests.access.probes_programs import AS_AUTHORITY, WRITERS, keeps, programs, secrets
from tests.access.store import sessions_of, tickets_of
from tests.db.catalogue import AUTH, AUTH_GRANTS


def people(probes: Probes) -> None:
    for part in (programs, secrets, persons, shutting_out, links, sessions, grants, providers,
                 log, authority):  # fmt: skip
        part(probes)


PERSON = (
    "insert into user_account (id, organisation_id, email, name, roles, joined_at)"
    f" values ('{NEW.format(2)}', '{{}}', 'baru@contoh.id', 'N', '{{}}', {{}})"
)


def kept_people(w: World, token: Token) -> list[Person]:
    writes = keeps(w, token, "user:write")
    return [
        person
        for person in w.people.values()
        if writes
        and (
            person.organisation == token.organisation
            or (w.is_kpai(token) and "ADMINISTRATOR" in person.roles)
        )
    ]


def persons(p: Probes) -> None:
    g, w, about = p.gallery, p.world, "user_account"

    def new(org: UUID, roles: str = "{CASE_WORKER}", joined: str = "null") -> str:
        return PERSON.format(org, roles, joined)

    for who in WRITERS:
        token = p.tokens[who]
        writes, me = keeps(w, token, "user:write"), token.organisation
        p.writes(about, who, new(me), 1 if writes else DENIED)
        p.writes(about, who, new(me), DENIED, without="user:write")
        p.writes(about, who, new(me, joined="now()"), DENIED)
        kpai = writes and w.is_kpai(token)
        for roles, may in (
            ("{ADMINISTRATOR}", kpai),
            ("{ADMINISTRATOR,CASE_WORKER}", False),
            ("{CASE_WORKER}", False),
        ):
            p.writes(about, who, new(g.sister, roles), 1 if may else DENIED)
        kept = kept_people(w, token)
        for change in ("name = 'x'", "disabled_at = null"):
            p.writes(about, who, f"update user_account set {change}", len(kept))
            p.writes(about, who, f"update user_account set {change}", 0, without="user:write")
    roles = "update user_account set roles = '{{{}}}' where id = '{}'"
    elsewhere = p.tokens["administrator elsewhere"].person
    own, kpais = p.tokens["administrator"].person, p.tokens["KPAI's administrator"].person
    for given in ("ADMINISTRATOR,CASE_WORKER", "AUDITOR"):
        p.writes("keep_roles", "admin", roles.format(given, elsewhere), REFUSED)
        p.writes("keep_roles", "program", roles.format(given, elsewhere), 0)
        p.writes("keep_roles", "program", roles.format(given, own), 1)
        p.writes("keep_roles", "admin", roles.format(given, kpais), 1)
    p.writes("keep_roles", "admin", roles.format("ADMINISTRATOR", elsewhere), 1)


STATE = ("case when {0} is null then '-live' when {0} < '2026-02-01' then '-before'"
         " else '-now' end")  # fmt: skip


def shutting_out(p: Probes) -> None:
    w = p.world
    target = p.tokens["program"]
    change = f"update client set disabled_at = now() where id = '{target.client}'"
    state = f"select id || coalesce(end_reason, '') || {STATE.format('ended_at')} from oauth_grant"

    def ended(gone: bool, was: bool) -> str:
        return "REVOKED-before" if was else "DISABLED-now" if gone else "-live"

    grants = w.grants.values()
    p.reads("end_with_client", "admin", state,
            [f"{g.id}{ended(g.client == target.client, g.ended)}" for g in grants],
            after=f"{change}; {AS_AUTHORITY}")  # fmt: skip
    person = p.tokens["case worker"].person
    change = f"update user_account set disabled_at = now() where id = '{person}'"
    after, about = f"{change}; {AS_AUTHORITY}", "end_with_person"
    were = [f"{g.id}{ended(g.person == person, g.ended)}" for g in grants]
    p.reads(about, "administrator", state, were, after=after)
    everybody = w.people
    p.reads(about, "administrator", f"select id || {STATE.format('ended_at')} from session",
            [f"{id}{'-now' if of == person and state == '-live' else state}"
             for of in everybody for id, state in sessions_of(of)], after=after)  # fmt: skip
    p.reads(about, "administrator", TICKETS,
            [f"{name}{'-now' if of == person and state == '-live' else state}"
             for of in everybody for name, state in tickets_of(of)], after=after)  # fmt: skip


TICKETS = f"select user_id || '/' || kind || {STATE.format('used_at')} from ticket"
TICKET = (
    "insert into ticket (hash, kind, user_id, expires_at) values ('new', '{}', '{}', 'infinity')"
)


def links(p: Probes) -> None:
    w = p.world
    both = p.gallery.doors.both
    for who in WRITERS:
        token = p.tokens[who]
        for target in ("case worker", "administrator elsewhere", "KPAI's administrator"):
            person = w.people[p.tokens[target].person or UUID(int=0)]
            only = person.roles == {"ADMINISTRATOR"}
            may = person in kept_people(w, token) and (
                person.organisation == token.organisation or only
            )
            new = TICKET.format("INVITATION", person.id)
            p.writes("ticket", who, new, 1 if may else DENIED)
            p.writes("ticket", who, new, DENIED, without="user:write")
        p.writes("ticket", who, TICKET.format("SIGN_IN", token.person or both), DENIED)
    p.writes("ticket", "admin", TICKET.format("INVITATION", both), DENIED)
    p.writes("ticket", "administrator elsewhere", TICKET.format("INVITATION", both), 1)
    person = p.tokens["case worker"].person
    new = TICKET.format("INVITATION", person)

    def state(of: UUID, name: str, was: str) -> str:
        mine = of == person and "/INVITATION" in name and was == "-live"
        return f"{name}{'-now' if mine else was}"

    p.reads("end_former_links", "administrator", TICKETS,
            [f"{person}/INVITATION-live",
             *(state(of, name, was) for of in w.people for name, was in tickets_of(of))],
            after=f"{new}; {AS_AUTHORITY}")  # fmt: skip


def sessions(p: Probes) -> None:
    w, end = p.world, "update session set ended_at = now()"
    for who in WRITERS:
        token = p.tokens[who]
        mine = [one for one in w.people.values() if one.organisation == token.organisation]
        mine = mine if keeps(w, token, "user:write") else []
        own = int(token.person is not None and w.opens_anything(token))
        p.writes("session", who, end, len(mine) or own)
        p.writes("session", who, end, own, without="user:write")
    for who in ("case worker", "administrator"):
        p.writes("session", who, "update session set ended_at = null", DENIED)


def grants(p: Probes) -> None:
    w, about = p.world, "oauth_grant"
    end = "update oauth_grant set ended_at = now(), end_reason = 'REVOKED'"
    for who in WRITERS:
        token = p.tokens[who]
        for lost in ("", "user:write", "client:write", "user:write client:write"):
            may = [scope for scope in ("user:write", "client:write")
                   if scope not in lost and keeps(w, token, scope)]  # fmt: skip
            live = [one for one in w.grants.values() if not one.ended]
            mine = [
                one
                for one in live
                if w.grant_exists_for(token, one)
                and (
                    (one.person is not None and one.person == token.person)
                    or ("user:write" if one.person else "client:write") in may
                )
            ]
            p.writes(about, who, end, len(mine), without=lost)
    for who in ("case worker", "administrator", "program"):
        undo = "update oauth_grant set ended_at = null, end_reason = null"
        p.writes(about, who, undo, DENIED)


PROVIDER = (
    "insert into identity_provider (id, organisation_id, name, issuer, client_id, secret_jwe)"
    f" values ('{NEW.format(3)}', '{{}}', 'N', 'https://i', 'c', 's')"
)


def providers(p: Probes) -> None:
    g, w, about = p.gallery, p.world, "identity_provider"
    p.writes(about, "sister", PROVIDER.format(g.sister), 1)
    p.writes(about, "sister", PROVIDER.format(g.sister), DENIED, without="user:write")
    for who in WRITERS:
        p.writes(about, who, PROVIDER.format(g.sister), DENIED)
        may = keeps(w, p.tokens[who], "user:write")
        has = any(one.organisation == p.tokens[who].organisation for one in w.people.values())
        change = "update identity_provider set name = 'x', secret_jwe = 'x'"
        p.writes(about, who, change, int(may and has))
        p.writes(about, who, change, 0, without="user:write")
    moved = "update identity_provider set issuer = 'https://lain.contoh.id'"
    left = [one.id for one in w.people.values() if one.organisation != g.polsek]
    p.reads("forget_identities", "administrator", "select user_id::text from external_identity",
            left, after=f"{moved}; {AS_AUTHORITY}")  # fmt: skip


EVENT = (
    "insert into security_event (id, organisation_id, kind, by_client_id, by_user_id)"
    f" values ('{NEW.format(4)}', {{}}, 'X', {{}}, {{}})"
)


def log(p: Probes) -> None:
    g, w, about = p.gallery, p.world, "security_event"

    def quoted(id: UUID | None) -> str:
        return f"'{id}'" if id else "null"

    colleague, other = p.tokens["auditor"].person, p.tokens["program that lost scopes"].client
    for who in WRITERS:
        token = p.tokens[who]
        alive = w.opens_anything(token)
        by, me = (quoted(token.client), quoted(token.person)), quoted(token.organisation)
        p.writes(about, who, EVENT.format(me, *by), 1 if alive else DENIED)
        kpai = alive and w.is_kpai(token)
        p.writes(about, who, EVENT.format(quoted(g.sister), *by), 1 if kpai else DENIED)
        p.writes(about, who, EVENT.format(me, quoted(other), by[1]), DENIED)
        p.writes(about, who, EVENT.format(me, "null", by[1]), DENIED)
        if token.person != colleague:
            p.writes(about, who, EVENT.format(me, by[0], quoted(colleague)), DENIED)
        if token.person:
            p.writes(about, who, EVENT.format(me, by[0], "null"), DENIED)
    p.writes(about, None, EVENT.format(quoted(g.sister), "null", "null"), DENIED)


def authority(p: Probes) -> None:
    """The other role sees all of its tables, whoever's the rows are, and appends to the log."""
    for table, held in AUTH_GRANTS.items():
        if "SELECT" in held.table or held.reads:
            column = "id" if held.reads else "1"
            look = f"select count({column}) > 0 from {table}"
            p.reads(table, None, f"select ({look})::text", ["true"], role=AUTH)
    p.writes("security_event", None, EVENT.format(f"'{p.gallery.sister}'", "null", "null"), 1,
             role=AUTH)  # fmt: skip
