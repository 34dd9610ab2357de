"""Probes of receipts: made only with what they attest, seen by those sides, signed by each for
itself; and of the keys, which everybody reads and nobody registers for another."""

from dataclasses import replace
from uuid import UUID

from tests.access.facts import Handoff, Token, Version
from tests.access.probes import DENIED, NEW, Probes
from tests.access.probes_agreements import SIGNATURE, paper
from tests.access.store import key_of, kid_of, receipt_of, signature_of, signs

SEERS = ("uptd", "polsek", "mabes", "polda", "dinas", "sister", "ministry", "kpai", "admin",
         "stranger", "overreaching", "closed")  # fmt: skip
HASH = "'sha256:' || encode(sha256('{}'), 'hex')"


def receipts(probes: Probes) -> None:
    for part in (seen, seen_as_a_partner, handoffs, versions, functions, signatures, keys):
        part(probes)


def accept(handoff: Handoff, status: str = "ACCEPTED", at: str = "now()") -> str:
    return f"update handoff set status = '{status}', accepted_at = {at} where id = '{handoff.id}'"


def make(of: UUID, *signers: UUID, version: bool = False) -> str:
    kind, column = (
        ("AGREEMENT_SIGNED", "version_id") if version else ("HANDOFF_ACCEPTED", "handoff_id")
    )
    listed = ", ".join(f"'{id}'" for id in signers)
    return (
        f"insert into receipt (id, kind, number, {column}, signers, document, hash) values"
        f" ('{NEW.format(1)}', '{kind}', 'BA/1', '{of}', array[{listed}]::uuid[], '{{}}', {HASH})"
    )


def sign(receipt: object, organisation: UUID, kid: str) -> str:
    return (
        "insert into receipt_signature (id, receipt_id, organisation_id, kid, protected, signature)"
        f" values ('{NEW.format(2)}', '{receipt}', '{organisation}', '{kid}', 'e30', 'AA')"
    )


def add_key(of: UUID, organisation: UUID) -> str:
    return (
        f"select access.add_receipt_key('{of}', null, '{NEW.format(3)}', '{organisation}', 'new',"
        " '{}', 'jwe', 'hash')"
    )


def seen(p: Probes) -> None:
    for who in SEERS:
        for lacking in ("", "handoff:read", "mou:read", "handoff:read mou:read"):
            token = p.tokens[who]
            visible = _visible(p, replace(token, asked=token.asked - set(lacking.split())))
            p.reads("receipt", who, "select id::text from receipt", visible, without=lacking)
            theirs = [signature_of(id) for id in visible]
            p.reads("receipt_signature", who, "select id::text from receipt_signature", theirs,
                    without=lacking)  # fmt: skip


def seen_as_a_partner(p: Probes) -> None:
    """While one looks at a handoff as its receiver, there is nothing else to look at."""
    g = p.gallery
    looking = f"select access.view_as('{g.cases['in order'].handoff.id}', '{g.polsek}')"
    for table in ("receipt", "receipt_signature", "organisation_key"):
        p.reads(table, "uptd", f"select id::text from {table}", [], after=looking)


def _visible(p: Probes, token: Token) -> list[UUID]:
    world = p.world
    found = [
        receipt_of(h.id)
        for h in world.handoffs
        if h.accepted and world.may(token, "handoff:read") and world.exists_for(token, h)
    ]
    return found + [
        receipt_of(v.id)
        for v in world.versions
        if v.signed and world.may(token, "mou:read") and world.version_exists_for(token, v)
    ]


def _waiting(p: Probes) -> tuple[Handoff, Handoff]:
    """A handoff from uptd to polsek that was sent and never accepted; and one accepted long ago."""
    sides = (p.gallery.uptd, p.gallery.polsek)
    waiting = (h for h in p.world.handoffs if h.sent and not h.accepted)
    return (
        next(h for h in waiting if (h.sender, h.receiver) == sides),
        p.gallery.cases["in order"].handoff,
    )


def handoffs(p: Probes) -> None:
    g = p.gallery
    one, other = _waiting(p)
    both = (g.uptd, g.polsek)
    p.writes("receipt", "polsek", f"{accept(one)}; {make(one.id, *both)}", 1)
    p.writes("receipt", "polsek", make(one.id, *both), DENIED)
    p.writes("receipt", "polsek", make(g.cases["in order"].handoff.id, *both), DENIED)
    p.writes("receipt", "polsek", f"{accept(one)}; {make(other.id, *both)}", DENIED)
    p.writes("receipt", "polsek", f"{accept(one, 'RECEIVED')}; {make(one.id, *both)}", DENIED)
    before = accept(one, at="now() - interval '1 second'")
    p.writes("receipt", "polsek", f"{before}; {make(one.id, *both)}", DENIED)
    for signers in (both[::-1], (g.uptd, g.stranger), (*both, g.stranger)):
        p.writes("receipt", "polsek", f"{accept(one)}; {make(one.id, *signers)}", DENIED)
    p.writes("receipt", "uptd", f"{accept(one)}; {make(one.id, *both)}", DENIED)


def versions(p: Probes) -> None:
    g = p.gallery
    _, half = paper(p, "not signed by one")
    parties = [party.organisation for party in half.parties]

    def conclude(at: str = "now()") -> str:
        last = SIGNATURE.format(version=half.id, by=g.mabes, hash=f"hash {half.id}")
        return (
            f"{last}; update mou_version set stage = 'SIGNED', in_force_from = '2026-01-01',"
            f" signed_at = {at} where id = '{half.id}'"
        )

    def of(version: Version) -> str:
        return make(version.id, *parties, version=True)

    p.writes("receipt", "mabes", f"{conclude()}; {of(half)}", 1)
    p.writes("receipt", "mabes", f"{conclude(at=chr(39) + '2026-01-01' + chr(39))}; {of(half)}",
             DENIED)  # fmt: skip
    dated = f"update mou_version set signed_at = now() where id = '{half.id}'"
    p.writes("receipt", "mabes", f"{dated}; {of(half)}", DENIED)
    p.writes("receipt", "mabes", of(half), DENIED)
    other = paper(p, "in order")[1]
    p.writes("receipt", "mabes", f"{conclude()}; {of(other)}", DENIED)
    # Not even in that transaction by somebody who is no party.
    elsewhere = f"select set_config('app.organisation_id', '{g.kpai}', true)"
    p.writes("receipt", "mabes", f"{conclude()}; {elsewhere}; {of(half)}", DENIED)


def functions(p: Probes) -> None:
    """What is answered to whoever accepts just now, and to nobody else."""
    g = p.gallery
    one, other = _waiting(p)
    kids = f"select kid from access.receipt_keys('{one.id}', null)"
    p.reads("receipt_keys", "polsek", kids, [kid_of(g.polsek)], after=accept(one))
    p.reads("receipt_keys", "polsek", kids, [])
    sections = f"select section_id::text from access.receipt_sections('{one.id}')"
    p.reads("receipt_sections", "polsek", sections, [s.id for s in one.sections],
            after=accept(one))  # fmt: skip
    p.reads("receipt_sections", "polsek", sections, [])
    p.reads("receipt_sections", "polsek", sections, [], after=accept(other))
    new = f"select kid from organisation_key where id = '{NEW.format(3)}'"
    for organisation, expected in ((g.uptd, ["new"]), (g.polsek, []), (g.stranger, [])):
        added = f"{accept(one)}; {add_key(one.id, organisation)}"
        p.reads("add_receipt_key", "polsek", new, expected, after=added)
    p.reads("add_receipt_key", "polsek", new, [], after=add_key(one.id, g.uptd))


def signatures(p: Probes) -> None:
    g = p.gallery
    one, _ = _waiting(p)
    made = f"{accept(one)}; {make(one.id, g.uptd, g.polsek)}; {add_key(one.id, g.uptd)}"
    mine, theirs = kid_of(g.polsek), sign(NEW.format(1), g.uptd, "new")
    p.writes("receipt_signature", "polsek", f"{made}; {theirs}", 1, without="mou:sign")
    of_stranger = sign(NEW.format(1), g.stranger, mine)
    p.writes("receipt_signature", "polsek", f"{made}; {of_stranger}", DENIED)
    # Later, each for itself.
    old = receipt_of(g.cases["in order"].handoff.id)
    own = sign(old, g.polsek, mine)
    p.writes("receipt_signature", "polsek", own, 1)
    p.writes("receipt_signature", "polsek", own, DENIED, without="mou:sign")
    p.writes("receipt_signature", "polsek", own, DENIED, without="handoff:read")
    p.writes("receipt_signature", "polsek", sign(old, g.uptd, mine), DENIED)
    p.writes("receipt_signature", "polsek", sign(NEW.format(9), g.polsek, mine), DENIED)
    concluded = receipt_of(paper(p, "in order")[1].id)
    p.writes("receipt_signature", "polsek", sign(concluded, g.polsek, mine), DENIED)


KEY = (
    "insert into organisation_key (id, organisation_id, kid, jwk, attested)"
    f" values ('{NEW.format(4)}', '{{}}', 'kid', '{{{{}}}}', 'hash')"
)


def keys(p: Probes) -> None:
    g = p.gallery
    everyones = [key_of(id) for id in p.world.organisations if signs(id)]
    for who in ("stranger", "polsek", None):
        p.reads("organisation_key", who, "select id::text from organisation_key", everyones)
    p.writes("organisation_key", "dinas", KEY.format(g.dinas), 1)
    p.writes("organisation_key", "dinas", KEY.format(g.dinas), DENIED, without="mou:sign")
    p.writes("organisation_key", "dinas", KEY.format(g.sister), DENIED)
    p.writes("organisation_key", "admin", KEY.format(g.dinas), DENIED)
    retire = "update organisation_key set retired_at = now()"
    p.writes("organisation_key", "polsek", retire, 1)
    p.writes("organisation_key", "polsek", retire, 0, without="mou:sign")
    p.writes("organisation_key", "dinas", retire, 0)
    p.writes("organisation_key", "polsek", "update organisation_key set retired_at = null", DENIED)
