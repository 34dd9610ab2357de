"""Probes that write agreements: who may draft, change, approve, sign, suspend, and record it."""

from uuid import UUID

from tests.access.facts import Agreement, Version
from tests.access.probes import DENIED, NEW, REFUSED, Probes


def agreements(probes: Probes) -> None:
    for part in (papers, versions, contents, conclusions, parts, talk, signatures):
        part(probes)


def paper(p: Probes, case: str) -> tuple[Agreement, Version]:
    """The agreement at the end of a case of the gallery, and its newest version."""
    agreement = p.gallery.cases[case].chain[-1]
    return agreement, agreement.versions[-1]


def has_a_say(p: Probes, who: str, version: Version) -> bool:
    return p.world.talk_exists_for(p.tokens[who], version)


def papers(p: Probes) -> None:
    mine = MOU.format(p.gallery.polsek)
    p.writes("mou", "polsek", mine, 1)
    p.reads("mou", "polsek", f"select id::text from mou where id = '{NEW.format(1)}'",
            [NEW.format(1)], after=mine)  # fmt: skip
    p.writes("mou", "polsek", mine, DENIED, without="mou:write")
    p.writes("mou", "polsek", MOU.format(p.gallery.uptd), DENIED)
    suspend = "update mou set suspended_at = now(), suspension_reason = 'Alasan'"
    everything = p.world.agreements.values()
    for who in ("mabes", "ministry", "polsek", "uptd", "dinas", "kpai", "stranger", "admin",
                "overreaching", "closed"):  # fmt: skip
        may = [a for a in everything if any(has_a_say(p, who, v) for v in a.versions)]
        p.writes("mou", who, suspend, len(may))
        p.writes("mou", who, suspend, 0, without="mou:write")
    for name, number in (("in order", ["2"]), ("narrowed by amendment", ["3"]),
                         ("narrowing drafted", []), ("narrowing not signed", [])):  # fmt: skip
        mou = p.gallery.cases[name].chain[-1].id
        p.reads("mou_next_number", "mabes", f"select access.mou_next_number('{mou}')::text", number)


MOU = f"insert into mou (id, kind, proposer_id) values ('{NEW.format(1)}', 'MEMORANDUM', '{{}}')"
VERSION = (
    "insert into mou_version (id, mou_id, number, instrument, stage, drafted_by, title, purpose,"
    " scope, valid_from, valid_until, notice_days, content_hash, in_force_from)"
    f" values ('{NEW.format(2)}', '{{mou}}', 99, 'AMENDMENT', '{{stage}}', '{{by}}', 'a', 'b', 'c',"
    " '2026-01-01', '2027-01-01', 0, 'hash', {day})"
)


def versions(p: Probes) -> None:
    g = p.gallery
    signed, concluded = paper(p, "in order")

    def draft(mou: UUID, by: UUID, stage: str = "DRAFT") -> str:
        day = "'2026-01-01'" if stage == "SIGNED" else "null"
        return VERSION.format(mou=mou, stage=stage, by=by, day=day)

    p.writes("mou_version", "mabes", draft(signed.id, g.mabes), 1)
    p.writes("mou_version", "mabes", draft(signed.id, g.mabes), DENIED, without="mou:write")
    p.writes("mou_version", "mabes", draft(signed.id, g.ministry), DENIED)
    for stage in ("REVIEW", "SIGNED", "WITHDRAWN"):
        p.writes("mou_version", "mabes", draft(signed.id, g.mabes, stage), DENIED)
    for who in ("polsek", "stranger", "kpai", "overreaching"):
        p.writes("mou_version", who, draft(signed.id, getattr(g, who, g.stranger)), DENIED)
    p.writes("mou_version", "admin", draft(signed.id, g.kpai), 1)
    # Whoever leads one agreement has no part in another that it is merely covered by.
    p.writes("mou_version", "uptd", draft(signed.id, g.uptd), DENIED)
    new = MOU.format(g.polsek)
    p.writes("mou_version", "polsek", f"{new}; {draft(UUID(NEW.format(1)), g.polsek)}", 1)
    p.writes("mou_version", "mabes", f"{draft(signed.id, g.mabes)} returning id", 1)

    # What does not touch the content: whoever has a say, with either scope.
    touch = "update mou_version set submitted_at = submitted_at where stage <> 'SIGNED'"
    for who in ("mabes", "ministry", "polsek", "kpai", "stranger", "admin", "overreaching"):
        may = [v for v in p.world.versions if not v.signed and has_a_say(p, who, v)]
        p.writes("mou_version", who, touch, len(may), without="mou:sign")
        p.writes("mou_version", who, touch, len(may), without="mou:write")
        p.writes("mou_version", who, touch, 0, without="mou:write mou:sign")
    again = f"update mou_version set signed_at = now() where id = '{concluded.id}'"
    for who, expected in (("polsek", 0), ("uptd", 0), ("mabes", REFUSED), ("admin", REFUSED)):
        p.writes("mou_version", who, again, expected)


def contents(p: Probes) -> None:
    """The content is its drafter's until somebody has signed."""
    _, review = paper(p, "narrowing not signed")
    _, half = paper(p, "not signed by one")
    retitle = "update mou_version set title = 'Lain' where id = '{}'"
    p.writes("keep_signed", "ministry", retitle.format(review.id), 1)
    p.writes("keep_signed", "mabes", retitle.format(review.id), DENIED)
    p.writes("keep_signed", "admin", retitle.format(review.id), 1)
    p.writes("keep_signed", "ministry", retitle.format(half.id), REFUSED)
    rehash = f"update mou_version set content_hash = 'lain' where id = '{half.id}'"
    p.writes("keep_signed", "ministry", rehash, REFUSED)


def conclusions(p: Probes) -> None:
    """It is concluded by every party's signature under its content, and by nothing else."""
    g = p.gallery
    _, concluded = paper(p, "in order")
    _, review = paper(p, "narrowing not signed")
    _, half = paper(p, "not signed by one")
    conclude = (
        "update mou_version set stage = 'SIGNED', in_force_from = '2026-01-01' where id = '{}'"
    )
    p.writes("keep_concluded", "ministry", conclude.format(review.id), REFUSED)
    p.writes("keep_concluded", "mabes", conclude.format(half.id), REFUSED)
    last = SIGNATURE.format(version=half.id, by=g.mabes, hash=f"hash {half.id}")
    p.writes("keep_concluded", "mabes", f"{last}; {conclude.format(half.id)}", 1)
    forge = f"update mou_version set content_hash = 'hash {concluded.id}' where id = '{review.id}'"
    p.writes("keep_concluded", "ministry", f"{forge}; {conclude.format(review.id)}", REFUSED)
    for change in ("stage = 'WITHDRAWN', in_force_from = null", "in_force_from = '2020-01-01'"):
        undo = f"update mou_version set {change} where id = '{concluded.id}'"
        p.writes("keep_concluded", "mabes", undo, REFUSED)


def parts(p: Probes) -> None:
    """Parties and clauses: the drafter's, while the version is open and nobody has signed."""
    g = p.gallery
    new = {
        "mou_party": f"insert into mou_party values ('{NEW.format(3)}', '{{}}', '{g.polsek}', 9,"
        " true)",
        "mou_clause": f"insert into mou_clause values ('{NEW.format(3)}', '{{}}', 9, '{g.uptd}',"
        f" '{g.polsek}', '{{{{INCIDENT}}}}', '{{{{PROTECTION}}}}', '{{{{VICTIM}}}}', null, null,"
        " false, 1, 'UU')",
    }
    cases = {"review": "narrowing not signed", "draft": "never submitted",
             "withdrawn": "narrowing withdrawn", "signed": "in order"}  # fmt: skip
    expected = {
        ("ministry", "review"): (1, 2),
        ("ministry", "draft"): (1, 2),
        ("ministry", "withdrawn"): (DENIED, 0),
        ("ministry", "signed"): (REFUSED, 0),
        ("mabes", "review"): (DENIED, 0),
        ("mabes", "draft"): (DENIED, 0),
        ("admin", "review"): (1, 2),
        ("kpai", "review"): (DENIED, 0),
        ("stranger", "review"): (DENIED, 0),
        ("overreaching", "review"): (DENIED, 0),
        ("polsek", "signed"): (REFUSED, 0),
    }
    for table, insert in new.items():
        for (who, case), (added, removed) in expected.items():
            version = paper(p, cases[case])[1]
            p.writes(table, who, insert.format(version.id), added)
            p.writes(table, who, f"delete from {table} where version_id = '{version.id}'", removed)
        version = paper(p, cases["draft"])[1]
        p.writes(table, "ministry", insert.format(version.id), DENIED, without="mou:write")
        p.writes(table, "ministry", f"delete from {table}", 0, without="mou:write")
        open_ = [
            v for v in p.world.versions if not v.signed and not v.withdrawn and not v.signed_by
        ]
        for who, count in (("ministry", 2 * len(open_)), ("mabes", 0), ("stranger", 0),
                           ("overreaching", 0), ("kpai", 0)):  # fmt: skip
            mine = f"delete from {table} where version_id not in ({halves(p)})"
            p.writes(table, who, mine, count)


def halves(p: Probes) -> str:
    """Versions that some have signed and some have not: a trigger keeps them."""
    return ", ".join(f"'{v.id}'" for v in p.world.versions if v.signed_by and not v.signed)


def talk(p: Probes) -> None:
    """Comments, approvals and events: of whoever has a say, in its own name."""
    g = p.gallery
    agreement, concluded = paper(p, "in order")
    _, review = paper(p, "narrowing not signed")
    _, draft = paper(p, "never submitted")
    other, _ = paper(p, "suspended")
    comment, approval, event = (
        f"insert into {columns} values ('{NEW.format(4)}', '{{}}', '{{}}', {last})"
        for columns, last in (
            ("mou_comment (id, version_id, organisation_id, body)", "'x'"),
            ("mou_approval (id, version_id, organisation_id, content_hash)", "'x'"),
            ("mou_event (id, mou_id, version_id, actor_id, kind)", "'{}', 'X'"),
        )
    )
    who_may = {"mabes": True, "ministry": True, "polsek": False, "uptd": False, "stranger": False,
               "kpai": False, "overreaching": False, "admin": True}  # fmt: skip
    for who, may in who_may.items():
        me = p.tokens[who].organisation
        for version in (concluded, review):
            p.writes("mou_comment", who, comment.format(version.id, me), 1 if may else DENIED)
            party = may and who != "admin"
            p.writes("mou_approval", who, approval.format(version.id, me), 1 if party else DENIED)
        step = event.format(agreement.id, concluded.id, me)
        p.writes("mou_event", who, step, 1 if may else DENIED)
    for table, statement in (("mou_comment", comment), ("mou_approval", approval)):
        p.writes(table, "mabes", statement.format(review.id, g.mabes), DENIED, without="mou:write")
        p.writes(table, "mabes", statement.format(review.id, g.ministry), DENIED)
        p.writes(table, "admin", statement.format(review.id, g.mabes), DENIED)
        p.writes(table, "mabes", statement.format(draft.id, g.mabes), DENIED)
    mine = event.format(agreement.id, concluded.id, g.mabes)
    p.writes("mou_event", "mabes", mine, 1, without="mou:sign")
    p.writes("mou_event", "mabes", mine, 1, without="mou:write")
    p.writes("mou_event", "mabes", mine, DENIED, without="mou:write mou:sign")
    p.writes("mou_event", "mabes", event.format(agreement.id, concluded.id, g.ministry), DENIED)
    p.writes("mou_event", "mabes", event.format(other.id, concluded.id, g.mabes), DENIED)


SIGNATURE = (
    "insert into mou_signature (id, version_id, organisation_id, document_number, signatory_name,"
    f" signatory_office, content_hash) values ('{NEW.format(5)}', '{{version}}', '{{by}}', '1',"
    " 'N', 'K', '{hash}')"
)


def signatures(p: Probes) -> None:
    g = p.gallery

    def sign(case: str, by: UUID, hash: str | None = None) -> str:
        version = paper(p, case)[1]
        return SIGNATURE.format(version=version.id, by=by, hash=hash or f"hash {version.id}")

    review = "narrowing not signed"
    p.writes("mou_signature", "mabes", sign(review, g.mabes), 1)
    p.writes("mou_signature", "mabes", sign(review, g.mabes), DENIED, without="mou:sign")
    p.writes("mou_signature", "mabes", sign(review, g.ministry), DENIED)
    p.writes("mou_signature", "mabes", sign(review, g.mabes, "other content"), DENIED)
    p.writes("mou_signature", "mabes", sign(review, g.polsek), DENIED)
    p.writes("mou_signature", "admin", sign(review, g.kpai), DENIED)
    p.writes("mou_signature", "admin", sign(review, g.mabes), DENIED)
    p.writes("mou_signature", "polsek", sign(review, g.polsek), DENIED)
    p.writes("mou_signature", "polsek", sign("in order", g.polsek), DENIED)
    p.writes("mou_signature", "ministry", sign("never submitted", g.ministry), DENIED)
    p.writes("mou_signature", "mabes", sign("narrowing withdrawn", g.mabes), DENIED)
    p.writes("mou_signature", "mabes", sign("in order", g.mabes), DENIED)
    # The hash under review in one agreement is none in another.
    hash = f"hash {paper(p, review)[1].id}"
    p.writes("mou_signature", "mabes", sign("narrowing withdrawn", g.mabes, hash), DENIED)
