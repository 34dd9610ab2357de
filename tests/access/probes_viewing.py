"""Probes of looking on as a partner, of verdicts, and of previews.

While one looks on as a partner there is the handoff, as that partner has it, and nothing else. A
verdict is held against the oracle for every section there is.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from tests.access.facts import Handoff, Section, Token
from tests.access.obstacles import CODES, Obstacle
from tests.access.probes import Probes
from tests.db.catalogue import GRANTS

THERE = {"case_file", "handoff", "handoff_event", "handoff_section", "handoff_section_body",
         "handoff_section_now", "organisation", "emergency_access"}  # fmt: skip
SEERS = ("uptd", "polsek", "sister", "stranger", "polda", "kpai", "mabes")
PARTNERS = ("polsek", "sister", "stranger", "polda", "narrowed")


def viewing(probes: Probes) -> None:
    for part in (nothing_else, as_partners, verdicts, supposed, previews):
        part(probes)


def view_as(handoff: Handoff, organisation: UUID) -> str:
    return f"select access.view_as('{handoff.id}', '{organisation}')"


def nothing_else(p: Probes) -> None:
    handoff, partner = p.gallery.cases["in order"].handoff, p.gallery.polsek
    for table, held in GRANTS.items():
        column = next(iter(held.reads.split()), "1")
        if table not in THERE and ("SELECT" in held.table.split() or held.reads):
            p.reads(table, "uptd", f"select {column}::text from {table}", [],
                    after=view_as(handoff, partner))  # fmt: skip
    again = view_as(p.gallery.cases["suspended"].handoff, p.gallery.sister)
    first = view_as(handoff, partner)
    p.reads("view_as", "uptd", again[7:].join(("select ", "::text")), ["false"], after=first)
    p.reads("view_as", "uptd", "select access.me()::text", [partner], after=first)
    p.writes("view_as", "uptd", f"{first}; update handoff set updated_at = now()", "25006")


def as_partners(p: Probes) -> None:
    """Who may look on, and what there is then."""
    names = ("in order", "suspended", "transfer accepted", "state REJECTED", "passed on (2)",
             "seen in an emergency", "drafted only", "by themselves", "to the narrowed",
             "to the dissolved")  # fmt: skip
    for name in filter(p.gallery.cases.__contains__, names):  # a small gallery has not all
        handoff = p.gallery.cases[name].handoff
        owner = p.token_of(handoff.sender)
        for partner in {*(getattr(p.gallery, who) for who in PARTNERS), handoff.receiver}:
            if partner == handoff.sender:
                continue
            looking = view_as(handoff, partner)
            theirs = p.token_of(partner)
            seen = p.world.exists_for(theirs, handoff)
            sections = handoff.sections if seen else ()
            read = [str(s.id) for s in sections if not _barred(p, theirs, handoff, s)]
            for about, column, expected in (
                ("handoff", "id", [str(handoff.id)] if seen else []),
                ("handoff_section", "id", [str(s.id) for s in sections]),
                ("handoff_section_now where sealed is not null", "id", read),
            ):
                p.reads(about.split()[0], owner, f"select {column}::text from {about}", expected,
                        after=looking)  # fmt: skip
            bodies = [str(p.world.origin(s)[1].id) for s in sections if str(s.id) in read]
            p.reads("handoff_section_body", owner,
                    "select section_id::text from handoff_section_body", set(bodies),
                    after=looking)  # fmt: skip
    for who in ("sister", "stranger", "kpai", "admin", "mabes"):
        handoff = p.gallery.cases["in order"].handoff
        p.reads("view_as", who, view_as(handoff, p.gallery.polsek).replace(")", ")::text", 1),
                ["false"])  # fmt: skip
    for name, who, may in (
        ("in order", "uptd", True),
        ("in order", "polsek", True),
        ("drafted only", "polsek", False),
        ("drafted only", "uptd", True),
    ):
        handoff = p.gallery.cases[name].handoff
        select = view_as(handoff, p.gallery.sister).replace(")", ")::text", 1)
        p.reads("view_as", who, select, [str(may).lower()])
        p.reads("view_as", who, select, ["false"], without="handoff:read")


def _barred(p: Probes, theirs: Token, handoff: Handoff, section: Section) -> bool:
    """Whether this handoff, by itself, does not show it to them."""
    identifies = section.category in ("IDENTITY", "CONTACT", "FAMILY")
    if identifies and not p.world.may(theirs, "handoff:identity"):
        return True
    return bool(p.world.between(theirs, handoff, section))


# Verdicts -----------------------------------------------------------------------------------------


def verdicts(p: Probes) -> None:
    """Of every section that somebody sees, why; where one reason alone stands in the way."""
    tokens = [p.tokens[who] for who in ("polsek", "uptd")]
    tokens += [replace(t, asked=t.asked - {lost}) for t in tokens[:1]
               for lost in ("handoff:identity", "handoff:emergency")]  # fmt: skip
    for token in tokens:
        told, unclear = [], []
        for handoff, section in _shown(p, token):
            code = _code(p, token, handoff, section)
            if code is None:
                unclear.append(str(section.id))
            else:
                told.append(f"{section.id}{code}")
        several = "', '".join(unclear)
        p.reads(
            "judged", token,
            "select s.id || v.code || case when v.open = (v.code in ('OWN_WORDS', 'CLAUSE',"
            " 'PASSED_ON', 'EMERGENCY')) then '' else '!' end from handoff_section s"
            " cross join lateral access.verdict(s.id) v"
            f" where s.id::text not in ('{several}')",
            told, what="what is said of sections",
        )  # fmt: skip
    for who in SEERS:
        hidden = [s for h, s in p.world.sections if not p.world.exists_for(p.tokens[who], h)]
        listed = ", ".join(f"'{s.id}'" for s in hidden[:25])
        p.reads(
            "verdict",
            who,
            f"select v.code from unnest(array[{listed}]::uuid[]) i"
            " cross join lateral access.verdict(i) v",
            [],
            what="what is said of others'",
        )


def _shown(p: Probes, token: Token) -> Iterator[tuple[Handoff, Section]]:
    for handoff, section in p.world.sections:
        if p.world.exists_for(token, handoff):
            yield handoff, section


def _code(p: Probes, token: Token, handoff: Handoff, section: Section) -> str | None:
    obstacles = p.world.obstacles(token, handoff, section)
    if Obstacle.SCOPE in obstacles:
        return "SCOPE_MISSING"
    if not obstacles:
        way = _way(p, token, handoff, section)
        return None if way is None else way
    codes = {CODES[one] for one in obstacles}
    return str(codes.pop()) if len(codes) == 1 else None


def _way(p: Probes, token: Token, handoff: Handoff, section: Section) -> str | None:
    """By what it is open; None where that is another way than over this handoff."""
    me, plain = token.organisation, replace(handoff, emergencies=())
    if not p.world.between(token, plain, section):
        if section.source is not None and handoff.sender == me:
            return _way(p, token, *p.world.where[section.source])
        if section.source is None and section.author == me:
            return "OWN_WORDS"
        return "CLAUSE" if section.source is None else "PASSED_ON"
    return "EMERGENCY" if section.id in p.world.emergencies(token, handoff) else None


def supposed(p: Probes) -> None:
    """Of sections there are not: to the sides alone, and of what one of them would write."""
    case = p.gallery.cases["in order"].handoff
    judged = "select j.code from access.judged('{}', '{}', '{}') j"
    for who, author, category, codes in (
        ("polsek", case.sender, "INCIDENT", ["CLAUSE"]),
        ("uptd", case.sender, "INCIDENT", ["OWN_WORDS"]),
        ("polsek", case.sender, "LEGAL", None),
        ("polsek", p.gallery.sister, "INCIDENT", []),
        ("sister", case.sender, "INCIDENT", []),
        ("mabes", case.sender, "INCIDENT", []),
        ("admin", case.sender, "INCIDENT", []),
    ):
        if codes is not None:
            p.reads("judged", who, judged.format(case.id, author, category), codes)
    other = p.gallery.cases["suspended"].handoff.sections[0]
    of_another = f"select j.code from access.judged('{case.id}', '{case.sender}', 'INCIDENT',"
    p.reads("judged", "polsek", f"{of_another} '{other.id}') j", [])


# Previews -----------------------------------------------------------------------------------------


def previews(p: Probes) -> None:
    """Of two parties that hand over to each other; nothing of it to anybody else."""
    case = p.gallery.cases["by themselves"].handoff
    one, other = case.sender, case.receiver
    ask = (
        "select concat_ws('/', handoff_id, discloser_id, recipient_id, exact, handoffs, opens,"
        f" closes, stays) from access.preview('{case.agreement}',"
        ' \'{"suspended_at": "2026-01-01T00:00:00Z"}\', access.today())'
    )
    counts = [f"{one}/{other}/t/1/0/2/0", f"{other}/{one}/t/1/0/2/0"]
    for who in ("uptd", "polsek"):
        p.reads("preview", who, ask, [*counts, f"{case.id}/t/1/0/4/0"])
        p.reads("preview", who, ask, counts, without="handoff:read")
        p.reads("preview", who, ask, [], without="mou:read")
        after = "select access.today()::text || coalesce(access.mou_status('{}'), '')"
        still = after.format(case.agreement)
        p.reads("preview", who, f"select (({still}) = ({still}))::text", ["true"])
        p.reads("preview", who, "select concat(access.me(), current_setting('app.supposed', true),"
                " current_setting('app.supposed_day', true))", [p.tokens[who].organisation],
                after=ask)  # fmt: skip
    for who in ("sister", "stranger", "kpai", "admin", "overreaching", "mabes", "dinas"):
        p.reads("preview", who, ask, [])
