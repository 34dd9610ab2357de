"""Probes of what stands beside the clause: bases, suspects, requests, holds and emergencies."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from db.vault import _derived
from domain.words import hashed, stems
from tests.access.facts import Emergency, Handoff, Token
from tests.access.oracle import World
from tests.access.probes import DENIED, NEW, REFUSED, Probes


def beside(
    world: World, token: Token, found: Sequence[Handoff]
) -> Iterator[tuple[str, str, list[str]]]:
    """What these tables show: to the sides, as a rule; and that the verdict is what is shown."""
    me = token.organisation
    alive = world.opens_anything(token)
    sides = [h for h in found if world.is_side(me, h)]
    yield (
        "lawful_basis",
        "select id::text from lawful_basis",
        [str(b.id) for h in sides for b in h.bases],
    )
    writes = world.may(token, "handoff:write")
    case = alive and (writes or world.may(token, "handoff:read"))
    yield (
        "case_suspect",
        "select id::text from case_suspect",
        [str(s.id) for h in world.handoffs for s in h.suspects if case and s.named_by == me],
    )
    yield (
        "withdrawal_notice",
        "select handoff_id::text from withdrawal_notice",
        [str(h.id) for h in sides for _ in h.told],
    )
    yield (
        "data_request",
        "select id::text from data_request",
        [str(r.id) for h in sides for r in h.requests],
    )
    mine = {h.case for h in sides}
    yield (
        "legal_hold",
        "select id::text from legal_hold",
        [str(o.id) for h in world.handoffs if h.case in mine for o in h.holds],
    )
    yield "case_file", "select id::text from case_file", sorted({str(h.case) for h in found})
    reads = case or (alive and world.may(token, "handoff:emergency"))
    yield (
        "emergency_access",
        "select id::text from emergency_access",
        [
            str(e.id)
            for h in world.handoffs
            for e in h.emergencies
            if reads and (me in (e.organisation, *reviewers(world, h, e)) or h in sides)
        ],
    )
    some = world.sections[::7]
    listed = ", ".join(f"'{s.id}'" for _, s in some)
    open_ = {
        s.id: world.may(token, "handoff:read") and not world.obstacles(token, h, s)
        for h, s in some
        if alive and (world.is_side(me, h) or h in found)
    }
    yield (
        "verdict",
        f"select x || '/' || v.open from unnest(array[{listed}]::uuid[]) x"
        " cross join lateral access.verdict(x) v",
        [f"{id}/{'true' if is_open else 'false'}" for id, is_open in open_.items()],
    )  # fmt: skip


def reviewers(world: World, handoff: Handoff, e: Emergency) -> set[UUID]:
    """Whoever wrote what was opened; of the opener's own words, the other side."""
    wrote = {world.where[id][1].author for id in e.sections} - {e.organisation}
    return wrote or {handoff.sender, handoff.receiver} - {e.organisation}


def cases(probes: Probes) -> None:
    for part in (words, bases, suspects, requests, holds, keys):
        part(probes)


def words(p: Probes) -> None:
    """Who may look for a section finds it by its words; who may not read it finds nothing."""
    everything = p.world.sections
    for who in ("uptd", "polsek", "sister", "stranger", "mabes", "polda", "kpai"):
        me = p.tokens[who].organisation
        key = _derived(p.root, f"words {me}")
        mine = [
            str(s.id)
            for h, s in everything
            if me in (h.sender, h.receiver) and s.source is None and not s.destroyed
        ]
        wanted = f"array{hashed(key, stems('rahasia'))}::bigint[]"
        saying = "select x::text from access.sections_saying({}, {}) x"
        about = "sections_saying"
        p.reads(about, who, saying.format(wanted, "'{}'"), mine)
        p.reads(about, who, saying.format(wanted, wanted), [])
        p.reads(about, who, saying.format(wanted, "'{}'"), [], without="handoff:read")
        p.reads(about, who, saying.format("array[1]::bigint[]", "'{}'"), [])
    section = p.gallery.cases["in order"].handoff.sections[0].id
    forget = f"select access.forget_words('{section}')"
    key = _derived(p.root, f"words {p.gallery.polsek}")
    found = (
        "select x::text from access.sections_saying("
        f"array{hashed(key, stems('rahasia'))}::bigint[], '{{}}') x where x = '{section}'"
    )
    enter = "select set_config('app.organisation_id', '{}', true)"
    again = enter.format(p.gallery.polsek)
    p.reads("forget_words", "uptd", found, [], after=f"{forget}; {again}")
    p.reads("forget_words", "uptd", found, [section], after=f"{forget}; {again}",
            without="handoff:write")  # fmt: skip
    for who in ("polsek", "stranger", "mabes"):
        p.reads("forget_words", who, found, [section], after=f"{forget}; {again}")
    write = (
        "insert into section_word (section_id, organisation_id, words) values"
        f" ('{section}', '{{}}', '{{{{1}}}}')"
    )
    p.writes("section_word", "uptd", write.format(p.gallery.stranger), DENIED)
    for who in ("polsek", "stranger", "mabes"):
        p.writes("section_word", who, f"{forget}; {write.format(p.gallery.polsek)}", DENIED)
    for of in (p.gallery.uptd, p.gallery.polsek):
        p.writes("section_word", "uptd", f"{forget}; {write.format(of)}", 1)
        less = "select set_config('app.scopes', 'handoff:read', true)"
        p.writes("section_word", "uptd", f"{forget}; {less}; {write.format(of)}", DENIED)


BASIS = (
    "insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes, legal_source,"
    f" rests_on) values ('{NEW.format(1)}', '{{handoff}}', '{{author}}', 'PUBLIC_TASK',"
    " '{{INCIDENT}}', '{{SERVICE_DELIVERY}}', 'UU', {rests_on})"
)


def bases(p: Probes) -> None:
    g = p.gallery
    handoff = g.cases["in order"].handoff

    def name(author: UUID, of: Handoff = handoff, rests_on: UUID | None = None) -> str:
        on = f"'{rests_on}'" if rests_on else "null"
        return BASIS.format(handoff=of.id, author=author, rests_on=on)

    about = "lawful_basis"
    for who in ("uptd", "polsek"):
        p.writes(about, who, name(p.tokens[who].organisation), 1)
        p.writes(about, who, name(p.tokens[who].organisation), DENIED, without="handoff:write")
    p.writes(about, "uptd", name(g.polsek), DENIED)
    for who in ("mabes", "stranger", "kpai", "admin", "sister"):
        p.writes(about, who, name(p.tokens[who].organisation), DENIED)
    drafted = g.cases["drafted only"].handoff
    p.writes(about, "polsek", name(g.polsek, drafted), DENIED)
    p.writes(about, "uptd", name(g.uptd, drafted), 1)
    own, theirs = handoff.bases
    p.writes(about, "uptd", name(g.uptd, rests_on=own.id), 1)
    p.writes(about, "uptd", name(g.uptd, rests_on=theirs.id), 1)
    far = g.cases["among sisters"].handoff.bases[0].id
    p.writes(about, "polsek", name(g.polsek, rests_on=far), DENIED)
    # An emergency shows a handoff, and is no way to write down a basis for it.
    seen = g.cases["seen in an emergency"].handoff
    p.writes(about, "polda", name(g.polda, seen), DENIED)

    consent = g.cases["consent taken back in part"].handoff.bases[0].id
    whole = "update lawful_basis set withdrawn_categories = categories, withdrawn_at = now()"
    more = f"{whole} where id = '{consent}'"
    p.writes(about, "uptd", more, 1)
    p.writes(about, "uptd", more, 0, without="handoff:write")
    for who in ("polsek", "stranger", "mabes", "admin"):
        p.writes(about, who, more, 0)
    less = f"update lawful_basis set withdrawn_categories = '{{}}' where id = '{consent}'"
    p.writes("keep_withdrawn", "uptd", less, REFUSED)


def suspects(p: Probes) -> None:
    g = p.gallery
    case = g.cases["in order"].handoff.case
    name = (
        "insert into case_suspect (id, case_id, named_by, relation)"
        f" values ('{NEW.format(1)}', '{{}}', '{{}}', 'FATHER')"
    )
    about = "case_suspect"
    for who in ("uptd", "polsek"):
        me = p.tokens[who].organisation
        p.writes(about, who, name.format(case, me), 1)
        p.writes(about, who, name.format(case, me), DENIED, without="handoff:write")
    p.writes(about, "uptd", name.format(case, g.polsek), DENIED)
    for who in ("mabes", "stranger", "kpai", "admin", "sister"):
        p.writes(about, who, name.format(case, p.tokens[who].organisation), DENIED)
    p.writes(about, "polda", name.format(g.cases["seen in an emergency"].handoff.case, g.polda),
             DENIED)  # fmt: skip
    who_is = g.cases["consent of the father, who is the suspect"].handoff.suspects[0].id
    clear = f"update case_suspect set retracted_at = now() where id = '{who_is}'"
    p.writes(about, "uptd", clear, 1)
    p.writes(about, "uptd", clear, 0, without="handoff:write")
    p.writes(about, "polsek", clear, 0)
    p.writes(about, "stranger", clear, 0)
    cleared = g.cases["a suspect who was cleared"].handoff.suspects[0].id
    back = f"update case_suspect set retracted_at = null where id = '{cleared}'"
    p.writes(about, "uptd", back, 0)
    undo = f"update case_suspect set retracted_at = null where id = '{who_is}'"
    p.writes(about, "uptd", undo, DENIED)


def requests(p: Probes) -> None:
    g = p.gallery
    handoff = g.cases["in order"].handoff
    ask = (
        "insert into data_request (id, handoff_id, kind, categories, opened_by, controller_id,"
        f" requester_relation, status) values ('{NEW.format(1)}', '{{}}', 'RESTRICTION',"
        " '{{INCIDENT}}', '{}', '{}', 'CHILD', '{}')"
    )
    about = "data_request"
    for who in ("uptd", "polsek"):
        me = p.tokens[who].organisation
        p.writes(about, who, ask.format(handoff.id, me, g.uptd, "OPEN"), 1)
        p.writes(about, who, ask.format(handoff.id, me, g.uptd, "OPEN"), DENIED,
                 without="handoff:write")  # fmt: skip
    p.writes(about, "uptd", ask.format(handoff.id, g.polsek, g.uptd, "OPEN"), DENIED)
    p.writes(about, "uptd", ask.format(handoff.id, g.uptd, g.stranger, "OPEN"), DENIED)
    for who in ("mabes", "stranger", "kpai", "admin"):
        me = p.tokens[who].organisation
        p.writes(about, who, ask.format(handoff.id, me, g.uptd, "OPEN"), DENIED)
    open_ = g.cases["a restriction that is asked for"].handoff.requests[0].id
    answer = (
        "update data_request set status = 'GRANTED', answered_at = now(), answer = 'ya'"
        f" where id = '{open_}'"
    )
    p.writes(about, "uptd", answer, 1)
    p.writes(about, "uptd", answer, 0, without="handoff:write")
    for who in ("polsek", "mabes", "stranger", "admin"):
        p.writes(about, who, answer, 0)


def holds(p: Probes) -> None:
    g = p.gallery
    case = g.cases["in order"].handoff.case
    place = (
        "insert into legal_hold (id, case_id, placed_by, document_number, reason)"
        f" values ('{NEW.format(1)}', '{{}}', '{{}}', '1', 'Perkara')"
    )
    about = "legal_hold"
    for who in ("uptd", "polsek"):
        me = p.tokens[who].organisation
        p.writes(about, who, place.format(case, me), 1)
        p.writes(about, who, place.format(case, me), DENIED, without="handoff:write")
    p.writes(about, "uptd", place.format(case, g.polsek), DENIED)
    for who in ("mabes", "stranger", "kpai", "admin"):
        p.writes(about, who, place.format(case, p.tokens[who].organisation), DENIED)
    held = g.cases["held"].handoff.holds[0].id
    lift = f"update legal_hold set lifted_at = now(), lift_reason = 'Selesai' where id = '{held}'"
    p.writes(about, "uptd", lift, 1)
    p.writes(about, "uptd", lift, 0, without="handoff:write")
    for who in ("polsek", "stranger", "mabes", "admin"):
        p.writes(about, who, lift, 0)


def keys(p: Probes) -> None:
    """A case begins with who may write; the installation's one key is there once."""
    begin = f"insert into case_file (id, kek_id, wrapped) values ('{NEW.format(1)}', 'k', 'x')"
    p.writes("case_file", "stranger", begin, 1)
    p.writes("case_file", "stranger", begin, DENIED, without="handoff:write")
    p.writes("case_file", None, begin, DENIED)
    p.reads("vault_key", "stranger", "select name from vault_key", ["root"])
    p.writes("vault_key", "stranger", "insert into vault_key values ('other', 'k', 'x')", DENIED)
    lost = replace(p.tokens["uptd"], asked=frozenset({"mou:read"}))
    for table in ("lawful_basis", "case_suspect", "legal_hold", "data_request", "case_file",
                  "withdrawal_notice", "emergency_access"):  # fmt: skip
        p.reads(table, lost, f"select id::text from {table}", [], what=f"{table} without a scope")
