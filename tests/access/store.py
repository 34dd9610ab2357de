"""Putting a world into the database as it stands, past every rule and policy.

As the owner, in bulk: so worlds can hold states the API would never reach, such as a clause that
names no party, and a hundred of them take seconds.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from tests.access.doors import ADMIN
from tests.access.facts import Activity, Agreement, Organisation, Version
from tests.access.oracle import World
from tests.access.oracle_tokens import KPAI_ALONE
from tests.access.store_cases import NOW, Rows, cases, new_id
from tests.world import KPAI_ID

LATER = datetime(2099, 1, 1, tzinfo=UTC)
SOON = datetime.now(UTC) + timedelta(hours=6)
EARLY, MEANWHILE, LATE = (NOW - timedelta(days=days) for days in (3, 2, 1))
AT_FIRST, AT_LAST = "Kegiatan menurut rencana semula", "Kegiatan"
KEPT = ["alembic_version", "organisation", "signing_key", "staff_role", "term", "vault_key"]
TOLD = ("handoff", "handoff_section", "lawful_basis", "case_suspect", "data_request",
        "legal_hold", "withdrawal_notice")  # fmt: skip
SECRETS = {"lasting": None, "over": NOW, "kept": LATER, "soon": SOON}
KINDS = ("MEMORANDUM", "COOPERATION_AGREEMENT", "WORK_PLAN")


async def empty(connection: asyncpg.Connection) -> None:
    """Forget every world; KPAI and the vocabularies stay."""
    tables = await connection.fetchval(
        "select string_agg(quote_ident(relname), ', ') from pg_class"
        " where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> all ($1)",
        KEPT,
    )
    await connection.execute(f"truncate {tables}; delete from organisation where id <> '{KPAI_ID}'")


async def store(connection: asyncpg.Connection, world: World) -> None:
    async with connection.transaction():
        await _organisations(connection, list(world.organisations.values()))
        await connection.execute(_triggers("disable"))
        for table, columns, rows in [
            *_tables(world), *await cases(connection, world), *_receipts(world),
        ]:  # fmt: skip
            if rows:
                await connection.copy_records_to_table(table, columns=columns.split(), records=rows)
        await connection.execute(_triggers("enable"))


def _triggers(how: str) -> str:
    """Those that keep worlds from being put in as they stand, or tell of it."""
    named = {"client": "client_within_grant", "ticket": "ticket_invited",
             "emergency_access": "emergency_told"}  # fmt: skip
    named |= dict.fromkeys(TOLD, "user")
    named |= dict.fromkeys(("activity_participant", "activity_task"), "touch")
    return "; ".join(f"alter table {table} {how} trigger {name}" for table, name in named.items())


async def _organisations(
    connection: asyncpg.Connection, organisations: Sequence[Organisation]
) -> None:
    """Every second is first put elsewhere and then moved: with all that is under it, by then."""
    new = [o for o in organisations if o.id != KPAI_ID]
    moved = new[1::2]
    await connection.executemany(
        "insert into organisation (id, parent_id, type_code, name, dissolved_at)"
        " values ($1, $2, 'UPTD_PPA', 'Lembaga', $3)",
        [(o.id, None if o in moved else o.parent, NOW if o.dissolved else None) for o in new],
    )
    await connection.executemany(
        "update organisation set parent_id = $2 where id = $1", [(o.id, o.parent) for o in moved]
    )
    at_first = {True: ADMIN, False: ADMIN - KPAI_ALONE}
    await connection.executemany(
        "update organisation set dpop = $2, scopes = $3 where id = $1",
        [(o.id, o.dpop, sorted(at_first[o.is_kpai] if o.granted is None else o.granted))
         for o in organisations],
    )  # fmt: skip


def _tables(world: World) -> list[tuple[str, str, Rows]]:
    return [
        *_access(world),
        *_agreements(world),
        ("inquiry", "id kind status asker_id asked_id mou_id handoff_kind purpose urgency"
         " child_role services question", [
            (i.id, "HANDOFF", "OPEN", i.asker, i.asked, i.agreement, "REFERRAL",
             "SERVICE_DELIVERY", "BIASA", "VICTIM", [], "?") for i in world.inquiries]),
        *_activities(world),
    ]  # fmt: skip


def _activities(world: World) -> list[tuple[str, str, Rows]]:
    """Those who declined or left did so in between what changed early and what changed late."""
    state = "kind status title lead_id starts_at ends_at cancel_reason announced_at created_at"
    state += " changed_at"

    def of(a: Activity) -> tuple[object, ...]:
        return ("EDUCATION", a.status, AT_LAST, a.lead, NOW, NOW,
                "Batal" if a.status == "CANCELLED" else None, NOW if a.announced else None, NOW,
                EARLY if a.id not in a.late else LATE)  # fmt: skip

    def gone(answer: str) -> bool:
        return answer in ("DECLINED", "LEFT")

    return [
        ("joint_activity", f"id {state}", [(a.id, *of(a)) for a in world.activities]),
        ("activity_past", f"activity_id {state} until_at", [
            (a.id, *of(replace(a, late=frozenset()))[:2], AT_FIRST,
             *of(replace(a, late=frozenset()))[3:], LATE)
            for a in world.activities if a.announced and a.id in a.late]),
        ("activity_participant", "id activity_id organisation_id status starts_at responded_at"
         " changed_at", [
            (new_id(), a.id, id, answer, NOW if a.announced else None,
             None if answer == "INVITED" else MEANWHILE if gone(answer) else EARLY,
             LATE if id in a.late else MEANWHILE if gone(answer) else EARLY)
            for a in world.activities for id, answer in a.answers.items()]),
        ("activity_task", "id activity_id title assignee_id due_on status changed_at", [
            (id, a.id, "Tugas", assignee, world.today, "OPEN", LATE if id in a.late else EARLY)
            for a in world.activities for id, assignee in a.tasks.items()]),
    ]  # fmt: skip


def _receipts(world: World) -> list[tuple[str, str, Rows]]:
    """Of everything accepted or concluded, each with a signature of KPAI; and keys of most."""
    made = [
        *((h.id, None, [h.sender, h.receiver]) for h in world.handoffs if h.accepted),
        *((None, v.id, [p.organisation for p in v.parties]) for v in world.versions if v.signed),
    ]
    hash = f"sha256:{hashlib.sha256(b'{}').hexdigest()}"
    return [
        ("organisation_key", "id organisation_id kid jwk sealed custodial attested retired_at", [
            (key_of(id), id, kid_of(id), "{}", "jwe", True, "hash", NOW if retired(id) else None)
            for id in world.organisations if signs(id)]),
        ("receipt", "id kind number handoff_id version_id signers document hash", [
            (receipt_of(h or v), "HANDOFF_ACCEPTED" if h else "AGREEMENT_SIGNED", str(h or v), h, v,
             signers, "{}", hash) for h, v, signers in made if h or v]),
        ("receipt_signature", "id receipt_id organisation_id kid protected signature", [
            (signature_of(receipt_of(h or v)), receipt_of(h or v), KPAI_ID, kid_of(KPAI_ID), "", "")
            for h, v, _ in made if h or v]),
    ]  # fmt: skip


def signs(organisation: UUID) -> bool:
    """Whether it has a key; a third of them have none."""
    return organisation.int & 0xFFFF == 1 or (organisation.int & 0xFFFF) % 3 != 0


def retired(organisation: UUID) -> bool:
    return (organisation.int & 0xFFFF) % 7 == 0


def key_of(organisation: UUID) -> UUID:
    return UUID(int=organisation.int ^ (3 << 96))


def kid_of(organisation: UUID) -> str:
    return f"key of {organisation}"


def receipt_of(subject: UUID | None) -> UUID:
    assert subject is not None
    return UUID(int=subject.int ^ (4 << 96))


def signature_of(receipt: UUID) -> UUID:
    return UUID(int=receipt.int ^ (5 << 96))


def _access(world: World) -> list[tuple[str, str, Rows]]:
    """Programs, people with a session each, grants; and for each organisation an event and, where
    there are people, an issuer of its own."""
    clients = {t.client: t for t in world.tokens}.values()
    people = world.people.values()
    return [
        ("client", "id key organisation_id name scopes disabled_at open_to_all", [
            (t.client, f"key-{t.client}", t.owner or t.organisation, "test", sorted(t.granted),
             NOW if t.disabled else None, t.open_to_all) for t in clients]),
        ("user_account", "id organisation_id email name roles disabled_at", [
            (p.id, p.organisation, f"{p.id}@contoh.id", "Nama", sorted(p.roles),
             NOW if p.disabled else None) for p in people]),
        ("client_secret", "id client_id hash expires_at", [
            (new_id(), t.client, hash, ends) for t in clients for hash, ends in SECRETS.items()]),
        ("session", "id user_id hash methods expires_at ended_at", [
            (id, p.id, id.bytes, ["pwd"], LATER, NOW if state == "-before" else None)
            for p in people for id, state in sessions_of(p.id)]),
        ("ticket", "hash kind user_id expires_at used_at", [
            (f"{name}{state}".encode(), name.partition("/")[2], p.id, LATER,
             NOW if state == "-before" else None)
            for p in people for name, state in tickets_of(p.id)]),
        ("oauth_grant", "id client_id user_id kind scopes expires_at ended_at end_reason", [
            (g.id, g.client, g.person, "AUTHORIZATION_CODE", [], NOW if g.over else LATER,
             NOW if g.ended else None, "REVOKED" if g.ended else None)
            for g in world.grants.values()]),
        ("identity_provider", "id organisation_id name issuer client_id secret_jwe", [
            (provider_of(id), id, "Akun", "https://akun.contoh.id", "rangkul", "rahasia")
            for id in sorted({p.organisation for p in people})]),
        ("external_identity", "provider_id subject user_id", [
            (provider_of(p.organisation), str(p.id), p.id) for p in people]),
        ("password", "user_id hash", [(p.id, "hash") for p in people]),
        ("totp", "user_id secret_jwe", [(p.id, "jwe") for p in people]),
        ("recovery_code", "hash user_id", [(p.id.bytes, p.id) for p in people]),
        ("passkey", "id user_id credential_id public_key sign_count name", [
            (p.id, p.id, p.id.bytes, b"", 0, "Kunci") for p in people]),
        ("refresh_token", "hash grant_id expires_at", [
            (g.id.bytes, g.id, LATER) for g in world.grants.values()]),
        ("device_request", "hash user_code client_id scopes expires_at", [
            (t.client.bytes, str(t.client), t.client, [], LATER) for t in clients]),
        ("used_once", "key expires_at", [(new_id().bytes, LATER)]),
        ("allowance", "key points filled_at", [(new_id().bytes, 1.0, NOW)]),
        ("security_event", "id organisation_id kind", [
            (event_of(id), id, "SIGNED_IN") for id in world.organisations]),
    ]  # fmt: skip


def sessions_of(person: UUID) -> list[tuple[UUID, str]]:
    """Where a person is signed in, and was before."""
    states = enumerate(("-live", "-before"), 1)
    return [(UUID(int=person.int ^ (n << 96)), state) for n, state in states]


def tickets_of(person: UUID) -> list[tuple[str, str]]:
    """Links and other tickets of a person: one that was used before, and two that live."""
    kinds = (("INVITATION", "-live"), ("INVITATION", "-before"), ("SIGN_IN", "-live"))
    return [(f"{person}/{kind}", state) for kind, state in kinds]


def provider_of(organisation: UUID) -> UUID:
    return UUID(int=organisation.int ^ (1 << 96))


def event_of(organisation: UUID) -> UUID:
    return UUID(int=organisation.int ^ (2 << 96))


def _agreements(world: World) -> list[tuple[str, str, Rows]]:
    """Signatures come last: what is signed takes no further parties or clauses."""
    papers = [(a, v) for a in world.agreements.values() for v in a.versions]
    versions = [v for _, v in papers]
    return [
        ("mou", "id kind parent_id proposer_id suspended_at suspension_reason terminated_on"
         " termination_reason", [_agreement(world, a) for a in world.agreements.values()]),
        ("mou_version", "id mou_id number instrument stage drafted_by title purpose scope"
         " valid_from valid_until notice_days content_hash submitted_at signed_at in_force_from"
         " emergency_excluded", [_version(a, v) for a, v in papers]),
        ("mou_party", "id version_id organisation_id ordinal covers_branches", [
            (new_id(), v.id, p.organisation, n, p.covers_branches)
            for v in versions for n, p in enumerate(v.parties, 1)]),
        ("mou_clause", "id version_id number discloser_id recipient_id categories purposes"
         " case_roles valid_from valid_until onward_sharing retention_days legal_basis", [
            (new_id(), v.id, n, c.discloser, c.recipient, sorted(c.categories), sorted(c.purposes),
             sorted(c.roles), c.first_day, c.last_day, c.onward, c.days, "UU")
            for v in versions for n, c in enumerate(v.clauses, 1)]),
        ("mou_comment", "id version_id organisation_id body", [
            (new_id(), v.id, v.drafted_by, "Tanggapan") for v in versions]),
        ("mou_approval", "id version_id organisation_id content_hash", [
            (new_id(), v.id, v.drafted_by, f"hash {v.id}") for v in versions]),
        ("mou_signature", "id version_id organisation_id document_number signatory_name"
         " signatory_office content_hash", [
            (new_id(), v.id, by, "1", "Nama", "Kepala", f"hash {v.id}")
            for v in versions for by in v.signed_by]),
        ("mou_event", "id mou_id version_id kind actor_id", [
            (new_id(), a.id, v.id, "PROPOSED", v.drafted_by) for a, v in papers]),
    ]  # fmt: skip


def _agreement(world: World, a: Agreement) -> tuple[Any, ...]:
    level, above = 0, a.parent
    while above is not None:
        level, above = level + 1, world.agreements[above].parent
    suspended = (NOW, "Alasan") if a.suspended else (None, None)
    terminated = (a.terminated_on, "Alasan") if a.terminated_on else (None, None)
    return (a.id, KINDS[min(level, 2)], a.parent, a.proposer, *suspended, *terminated)


def _version(a: Agreement, v: Version) -> tuple[Any, ...]:
    instrument = "ORIGINAL" if v.number == 1 else "AMENDMENT"
    return (v.id, a.id, v.number, instrument, v.stage, v.drafted_by, "Kerja sama", "Tujuan",
            "Lingkup", v.first_day, v.last_day, 0, f"hash {v.id}", NOW if v.submitted else None,
            NOW if v.signed else None, v.counts_from if v.signed else None,
            sorted(v.excluded))  # fmt: skip
