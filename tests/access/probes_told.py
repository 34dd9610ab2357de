"""Probes of what is told: that a basis holds no more, and what stands on a handoff's timeline."""

from tests.access.probes import DENIED, NEW, Probes


def told(p: Probes) -> None:
    for part in (notices, timeline, retracted):
        part(p)


def notices(p: Probes) -> None:
    """Who was told says once that it read so; nobody says so for them."""
    told = [h for h in p.world.handoffs if p.gallery.polsek in h.told]
    those = ", ".join(f"'{h.id}'" for h in told)
    read = "update withdrawal_notice set acknowledged_at = {} where handoff_id in ({})"
    about = "withdrawal_notice"
    p.writes(about, "polsek", read.format("now()", those), len(told))
    p.writes(about, "polsek", read.format("null", those), DENIED if told else 0)
    p.writes(about, "polsek", read.format("now()", those), 0, without="handoff:write")
    for who in ("uptd", "stranger", "mabes", "kpai", "admin", "sister"):
        p.writes(about, who, read.format("now()", those), 0)
    again = read.format("now() - interval '1 day'", those)
    p.writes(about, "polsek", f"{read.format('now()', those)}; {again}", 0, what="told once")


def timeline(p: Probes) -> None:
    """What the database itself tells is not told by a side, nor anything by who only looked."""
    g = p.gallery
    write = (
        "insert into handoff_event (id, handoff_id, kind, actor_id, to_status)"
        f" values ('{NEW.format(8)}', '{{}}', '{{}}', '{{}}', 'ACCEPTED')"
    )
    handoff = g.cases["in order"].handoff
    for kind in ("EMERGENCY_OPENED", "EMERGENCY_CLOSED", "CONSENT_WITHDRAWN",
                 "GUARDIAN_CONFLICT"):  # fmt: skip
        p.writes("handoff_event", "uptd", write.format(handoff.id, kind, g.uptd), DENIED)
    for other in [h for h in p.world.handoffs if h.emergencies][:3]:
        for e in other.emergencies:
            if e.organisation not in (other.sender, other.receiver):
                token = p.token_of(e.organisation)
                p.writes("handoff_event", token, write.format(other.id, "X", e.organisation),
                         DENIED)  # fmt: skip


def retracted(p: Probes) -> None:
    """Who named a suspect sees it with either scope, and with neither not."""
    mine = [str(s.id) for h in p.world.handoffs for s in h.suspects if s.named_by == p.gallery.uptd]
    for lost in ("handoff:write", "handoff:read"):
        p.reads("case_suspect", "uptd", "select id::text from case_suspect", mine, without=lost)
    p.reads("case_suspect", "uptd", "select id::text from case_suspect", [],
            without="handoff:read handoff:write")  # fmt: skip
