"""Probes that register and change programs, and give them secrets; and who tries all that."""

from uuid import UUID

from tests.access.facts import Token
from tests.access.oracle import World
from tests.access.probes import DENIED, NEW, REFUSED, Probes
from tests.db.catalogue import AUTH

WRITERS = ("program", "administrator", "administrator elsewhere", "KPAI's administrator",
           "case worker", "auditor", "supervisor", "admin", "overreaching",
           "program of the narrowed", "program of the dissolved", "portal for itself")  # fmt: skip
AS_AUTHORITY = f"select set_config('role', '{AUTH}', true)"


def keeps(world: World, token: Token, scope: str) -> bool:
    return world.opens_anything(token) and world.may(token, scope)


CLIENT = (
    f"insert into client (id, key, organisation_id, name, scopes, open_to_all)"
    f" values ('{NEW.format(1)}', 'baru', '{{org}}', 'n', '{{{{{{scopes}}}}}}', {{open}})"
)


def programs(p: Probes) -> None:
    g, w = p.gallery, p.world

    def new(org: UUID, scopes: str = "mou:read", open_: bool = False) -> str:
        return (
            CLIENT.format(org=org, scopes=scopes, open=open_).replace("{{", "{").replace("}}", "}")
        )

    for who in WRITERS:
        token = p.tokens[who]
        writes = keeps(w, token, "client:write")
        for org in (token.organisation, g.sister):
            may = writes and (org == token.organisation or w.is_kpai(token))
            p.writes("client", who, new(org), 1 if may else DENIED)
            p.writes("client", who, new(org), DENIED, without="client:write")
        clients = {t.client: t for t in w.tokens}.values()
        kept = [
            t
            for t in clients
            if writes and (w.is_kpai(token) or (t.owner or t.organisation) == token.organisation)
        ]
        for change in ("name = 'x'", "disabled_at = null", "redirect_uris = '{}'"):
            p.writes("client", who, f"update client set {change}", len(kept))
            p.writes("client", who, f"update client set {change}", 0, without="client:write")
    about = "keep_client"
    p.writes(about, "program", new(g.polsek, "mou:read,mou:admin"), REFUSED)
    p.writes(about, "admin", new(g.polsek, "mou:admin"), REFUSED)
    p.writes(about, "admin", new(g.kpai, "mou:admin"), 1)
    p.writes(about, "program of the narrowed", new(g.narrowed, "handoff:identity"), REFUSED)
    fewer = "update client set scopes = array_remove(scopes, 'mou:read')"
    kept = {t.client for t in w.tokens if (t.owner or t.organisation) == g.narrowed}
    p.writes(about, "program of the narrowed", fewer, len(kept))
    more = "update client set scopes = scopes || '{{mou:admin}}' where id = '{}'"
    for name in ("program of the narrowed", "program"):
        p.writes(about, name, more.format(p.tokens[name].client), REFUSED)
    p.writes(about, "program", new(g.polsek, open_=True), REFUSED)
    p.writes(about, "admin", new(g.polsek, open_=True), REFUSED)
    p.writes(about, "admin", new(g.kpai, open_=True), 1)
    opened = f"update client set open_to_all = true where id = '{p.tokens['program'].client}'"
    for who in ("program", "admin"):
        p.writes(about, who, opened, REFUSED)


def secrets(p: Probes) -> None:
    about, w = "add_secret", p.world
    mine, other = p.tokens["program"], p.tokens["administrator elsewhere"]
    call = f"select access.add_secret('{NEW.format(1)}', '{{}}', 'baru', '1 day')::text"
    for who in WRITERS:
        token = p.tokens[who]
        for target in (mine, other):
            may = keeps(w, token, "client:write") and (
                w.is_kpai(token) or target.organisation == token.organisation
            )
            asked = call.format(target.client)
            p.reads(about, who, asked, ["true" if may else "false"])
            p.reads(about, who, asked, ["false"], without="client:write")
    state = (
        "select hash || case when expires_at is null then '-lasting' when expires_at < now()"
        " then '-over' when expires_at <= now() + interval '1 day' then '-ending' else '-kept' end"
        " from client_secret where client_id = '{}'"
    )
    after = f"{call.format(mine.client)}; {AS_AUTHORITY}"
    there = ["lasting-ending", "over-over", "kept-ending", "soon-ending", "baru-lasting"]
    p.reads(about, "program", state.format(mine.client), there, after=after)
    as_were = ["lasting-lasting", "over-over", "kept-kept", "soon-ending"]
    p.reads(about, "program", state.format(other.client), as_were, after=after)
    soon = "select '1' from client_secret where client_id = '{}' and hash = 'soon' and expires_at <"
    soon = f"{soon.format(mine.client)} now() + interval '12 hours'"
    p.reads(about, "program", soon, ["1"], after=after)
