"""Probes that write handoffs: sending, advancing, adding what a clause covers; and inquiries."""

from uuid import UUID

from tests.access.facts import Agreement, Handoff
from tests.access.obstacles import OF_AGREEMENT, OF_CLAUSE
from tests.access.probes import DENIED, NEW, Probes
from tests.access.probes_reading import found_by


def handoffs(probes: Probes) -> None:
    for part in (headers, events, sections, bodies, inquiries):
        part(probes)


CASE = NEW.format(9)
HANDOFF = (
    f"insert into case_file (id, kek_id, wrapped) values ('{CASE}', 'k', 'x');"
    " insert into handoff (case_id, id, number, kind, status, sender_id, receiver_id, mou_id,"
    " purpose, urgency, child_role, case_categories, services)"
    f" values ('{CASE}', '{NEW.format(6)}', 'X', 'REFERRAL', '{{status}}', '{{sender}}',"
    " '{receiver}', '{mou}', 'SERVICE_DELIVERY', 'BIASA', 'VICTIM', '{{}}', '{{}}')"
)
SECTION = (
    "insert into handoff_section (id, handoff_id, author_id, category)"
    f" values ('{NEW.format(7)}', '{{handoff}}', '{{author}}', '{{category}}')"
)
BODY = (
    "insert into handoff_section_body values"
    " ('{section}', '{handoff}', '{author}', '{category}', decode(repeat('00', 40), 'hex'),"
    " decode(repeat('00', 60), 'hex'))"
)


def shared(p: Probes, agreement: Agreement, *organisations: UUID) -> bool:
    """Whether a live agreement is between these: each is a party or covered by one."""
    version = p.world.counting(agreement)
    return version is not None and not p.world.not_live(agreement.id) and all(
        not p.world.organisations[id].dissolved
        and any(p.world.stands_for(party, id) for party in version.parties)
        for id in organisations
    )  # fmt: skip


def headers(p: Probes) -> None:
    g = p.gallery

    def send(
        case: str, status: str = "REQUESTED", sender: UUID = g.uptd, receiver: UUID = g.polsek
    ) -> str:
        mou = g.cases[case].chain[-1].id
        return HANDOFF.format(status=status, sender=sender, receiver=receiver, mou=mou)

    for name, case in g.cases.items():
        may = shared(p, case.chain[-1], g.uptd, g.polsek)
        p.writes("shares_agreement", "uptd", send(name), 1 if may else DENIED, what=f"send: {name}")
    p.writes("handoff", "uptd", send("in order", "DRAFT"), 1)
    p.writes("handoff", "uptd", send("in order"), DENIED, without="handoff:write")
    for status in ("RECEIVED", "ACCEPTED", "IN_PROGRESS", "COMPLETED"):
        p.writes("handoff", "uptd", send("in order", status), DENIED)
    p.writes("handoff", "polsek", send("in order"), DENIED)
    for receiver in (g.stranger, g.kpai, g.closed):
        p.writes("shares_agreement", "uptd", send("in order", receiver=receiver), DENIED)
    p.writes("shares_agreement", "stranger", send("in order", sender=g.stranger), DENIED)
    p.reads("handoff", "uptd", f"select id::text from handoff where id = '{NEW.format(6)}'",
            [NEW.format(6)], after=send("in order", "DRAFT"))  # fmt: skip

    accept = "update handoff set updated_at = now()"
    for who in ("uptd", "polsek", "mabes", "polda", "dinas", "sister", "kpai", "admin", "stranger",
                "overreaching", "closed"):  # fmt: skip
        token = p.tokens[who]
        mine = [h for h in p.world.handoffs if p.world.is_side(token.organisation, h)
                and found_by(p.world, token, h)]  # fmt: skip
        p.writes("handoff", who, accept, len(mine))
        p.writes("handoff", who, accept, 0, without="handoff:write")


EVENT = (
    "insert into handoff_event (id, handoff_id, kind, actor_id, to_status)"
    f" values ('{NEW.format(8)}', '{{}}', 'X', '{{}}', 'ACCEPTED')"
)


def events(p: Probes) -> None:
    g = p.gallery
    handoff = g.cases["in order"].handoff
    for who in ("uptd", "polsek", "mabes", "dinas", "kpai", "admin", "stranger", "overreaching"):
        token = p.tokens[who]
        may = found_by(p.world, token, handoff)
        mine = EVENT.format(handoff.id, token.organisation)
        p.writes("handoff_event", who, mine, 1 if may else DENIED)
    mine = EVENT.format(handoff.id, g.uptd)
    p.writes("handoff_event", "uptd", EVENT.format(handoff.id, g.polsek), DENIED)
    p.writes("handoff_event", "uptd", mine, DENIED, without="handoff:write")
    drafted = g.cases["drafted only"].handoff
    p.writes("handoff_event", "polsek", EVENT.format(drafted.id, g.polsek), DENIED)


def section(handoff: Handoff, author: UUID, category: str = "INCIDENT") -> str:
    return SECTION.format(handoff=handoff.id, author=author, category=category)


def sections(p: Probes) -> None:
    g = p.gallery
    for name, case in g.cases.items():
        for author in {case.handoff.sender, case.handoff.receiver} & {g.uptd, g.polsek}:
            may = may_write(p, case.handoff, author)
            who = "uptd" if author == g.uptd else "polsek"
            p.writes("handoff_section", who, section(case.handoff, author),
                     1 if may else DENIED, what=f"add a section: {name}")  # fmt: skip
    handoff = g.cases["in order"].handoff
    for category in ("SERVICE", "CONTACT", "EVIDENCE"):
        p.writes("handoff_section", "uptd", section(handoff, g.uptd, category), DENIED)
    p.writes("handoff_section", "uptd", section(handoff, g.polsek), DENIED)
    p.writes("handoff_section", "uptd", section(handoff, g.uptd), DENIED, without="handoff:write")
    for who in ("mabes", "ministry", "stranger", "kpai", "admin", "overreaching", "sister"):
        p.writes("handoff_section", who, section(handoff, p.tokens[who].organisation), DENIED)
    drafts = [h for h in p.world.handoffs if h.status == "DRAFT"]
    for who in ("uptd", "polsek", "mabes", "stranger", "admin"):
        me = p.tokens[who].organisation
        mine = [
            s
            for h in drafts
            if found_by(p.world, p.tokens[who], h) and h.sender == me
            for s in h.sections
        ]
        p.writes("handoff_section", who, "delete from handoff_section", len(mine))
        p.writes("handoff_section", who, "delete from handoff_section", 0, without="handoff:write")


def may_write(p: Probes, handoff: Handoff, author: UUID) -> bool:
    """Whether the author finds the handoff, and a live clause covers what it adds."""
    other = handoff.receiver if author == handoff.sender else handoff.sender
    token = p.token_of(author)
    in_the_way = p.world.not_live(handoff.agreement) | p.world.not_covered(
        other, handoff, author, "INCIDENT"
    )
    return found_by(p.world, token, handoff) and not in_the_way & (OF_AGREEMENT | OF_CLAUSE)


def bodies(p: Probes) -> None:
    g = p.gallery
    handoff = g.cases["in order"].handoff
    add = section(handoff, g.uptd)

    def body(author: UUID = g.uptd, category: str = "INCIDENT", of: Handoff = handoff) -> str:
        return BODY.format(section=NEW.format(7), handoff=of.id, author=author, category=category)

    def narrowed(scopes: str) -> str:
        return f"select set_config('app.scopes', '{scopes}', true)"

    about = "handoff_section_body"
    p.writes(about, "uptd", f"{add}; {body()}", 1)
    p.writes(about, "uptd", f"{add}; {narrowed('handoff:read')}; {body()}", DENIED)
    p.writes(about, "uptd", f"{add}; {body(g.polsek)}", DENIED)
    # A body belongs to its section in every respect: nobody relabels an identity to have it read.
    p.writes(about, "uptd", f"{add}; {body(category='SERVICE')}", "23503")
    other = g.cases["clause ends today"].handoff
    p.writes(about, "uptd", f"{add}; {body(of=other)}", "23503")
    incident = handoff.sections[0].id
    for who in ("stranger", "mabes", "sister"):
        me = p.tokens[who].organisation
        words = BODY.format(section=incident, handoff=handoff.id, author=me, category="INCIDENT")
        p.writes(about, who, words, DENIED)


def inquiries(p: Probes) -> None:
    g = p.gallery
    ask = (
        "insert into inquiry (id, kind, status, asker_id, asked_id, mou_id, handoff_kind, purpose,"
        f" urgency, child_role, services, question) values ('{NEW.format(9)}', 'CAPACITY', 'OPEN',"
        " '{}', '{}', '{}', 'REFERRAL', 'PROTECTION', 'BIASA', 'VICTIM', '{{}}', '?')"
    )
    mou = g.cases["in order"].chain[-1].id
    p.writes("inquiry", "polsek", ask.format(g.polsek, g.uptd, mou), 1)
    p.writes(
        "inquiry", "polsek", ask.format(g.polsek, g.uptd, mou), DENIED, without="handoff:write"
    )
    p.writes("inquiry", "polsek", ask.format(g.uptd, g.polsek, mou), DENIED)
    p.writes("inquiry", "polsek", ask.format(g.polsek, g.stranger, mou), DENIED)
    p.writes("inquiry", "stranger", ask.format(g.stranger, g.uptd, mou), DENIED)
    suspended = g.cases["suspended"].chain[-1].id
    p.writes("inquiry", "polsek", ask.format(g.polsek, g.uptd, suspended), DENIED)
    answer = "update inquiry set answer = 'ya'"
    for who, count in (("polsek", 1), ("uptd", 1), ("mabes", 0), ("kpai", 0), ("admin", 0),
                       ("stranger", 0)):  # fmt: skip
        p.writes("inquiry", who, answer, count)
        p.writes("inquiry", who, answer, 0, without="handoff:write")
