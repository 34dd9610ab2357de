"""Putting cases into the database: handoffs, what they say, sealed, and what they rest on."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg

from db.vault import ROOT, CaseKey, Wrapped, _derived
from domain.words import hashed, stems
from tests.access.facts import Emergency, Handoff, Section
from tests.access.oracle import World
from tests.world import SETTINGS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_spare = count(1)
Rows = list[tuple[Any, ...]]
Tables = list[tuple[str, str, Rows]]


def new_id() -> UUID:
    """An id for a row the oracle does not speak of."""
    return UUID(int=(0x0199 << 112) | next(_spare))


def body_of(origin: UUID) -> str:
    """What a section says: a word that all have, and one of its own."""
    return f"Rahasia {word_of(origin)}."


def word_of(origin: UUID) -> str:
    return f"kata{origin.int & 0xFFFFFF}x"


async def cases(connection: asyncpg.Connection, world: World) -> Tables:
    """Every case with a key of its own, which the vault of the tests holds."""
    keys, files = {}, []
    for id in {handoff.case for handoff in world.handoffs}:
        key = secrets.token_bytes(32)
        wrapped = await SETTINGS.vault.provider.wrap(key, f"case {id}")
        keys[id] = CaseKey(id, key)
        files.append((id, wrapped.kek_id, wrapped.sealed))
    root = await root_key(connection)
    return [
        ("case_file", "id kek_id wrapped", files),
        ("handoff", "id number kind status sender_id receiver_id mou_id purpose urgency child_role"
         " case_categories services resume_status requested_at accepted_at case_id onward_of_id"
         " ended_at", [_handoff(h) for h in world.handoffs]),
        ("handoff_event", "id handoff_id kind actor_id to_status", [
            (new_id(), h.id, "DRAFTED", h.sender, h.status) for h in world.handoffs]),
        ("handoff_section", "id handoff_id author_id category source_id origin_id destroyed_at"
         " destruction", [_section(world, h, s) for h, s in world.sections]),
        *_said(world, keys, root),
        *_rests_on(world),
    ]  # fmt: skip


async def root_key(connection: asyncpg.Connection) -> bytes:
    """The key of the installation: as the vault knows it, or as it will find it here."""
    vault = SETTINGS.vault
    row = await connection.fetchrow("select kek_id, wrapped from vault_key where name = 'root'")
    if row is not None:
        return await vault.provider.unwrap(Wrapped(row["kek_id"], row["wrapped"]), ROOT)
    root = secrets.token_bytes(32)
    wrapped = await vault.provider.wrap(root, ROOT)
    await connection.execute(
        "insert into vault_key values ('root', $1, $2)", wrapped.kek_id, wrapped.sealed
    )
    return root


def _handoff(h: Handoff) -> tuple[Any, ...]:
    resume = "RECEIVED" if h.status == "INFO_REQUESTED" else None
    return (h.id, f"RJK-{h.id.int & 0xFFFFFF}", h.kind, h.status, h.sender, h.receiver,
            h.agreement, h.purpose, "BIASA", h.role, [], [], resume, NOW if h.sent else None,
            NOW if h.accepted else None, h.case, h.onward_of, _ago(h.ended))  # fmt: skip


def _ago(hours: int | None) -> datetime | None:
    return None if hours is None else datetime.now(UTC) - timedelta(hours=hours)


def _section(world: World, h: Handoff, s: Section) -> tuple[Any, ...]:
    origin = world.origin(s)[1]
    gone = origin.destroyed
    return (s.id, h.id, s.author, s.category, s.source, origin.id if s.source else None,
            NOW if gone else None, "RETENTION" if gone else None)  # fmt: skip


def _said(world: World, keys: dict[UUID, CaseKey], root: bytes) -> Tables:
    written = [(h, s) for h, s in world.sections if s.source is None and not s.destroyed]
    bodies: Rows = []
    words: Rows = []
    finding = {id: _derived(root, f"words {id}") for id in world.organisations}
    for h, s in written:
        sealed = keys[h.case].seal_section(s.id, h.id, s.author, s.category, body_of(s.id))
        bodies.append((s.id, h.id, s.author, s.category, *sealed))
        said = stems(body_of(s.id))
        words += [(s.id, side, hashed(finding[side], said)) for side in finders(world, h, s)]
    return [
        ("handoff_section_body", "section_id handoff_id author_id category sealed sealed_key",
         bodies),
        ("section_word", "section_id organisation_id words", words),
    ]  # fmt: skip


def finders(world: World, handoff: Handoff, section: Section) -> Iterable[UUID]:
    """Who may look for what a section says, if it may read it: the sides it was written between."""
    return (handoff.sender, handoff.receiver)


def _rests_on(world: World) -> Tables:
    """Bases and notices, suspects, requests, emergencies and holds."""
    every = [(h, one) for h in world.handoffs for one in h.bases]
    client = next(token.client for token in world.tokens)
    return [
        ("lawful_basis", "id handoff_id author_id kind categories purposes legal_source"
         " giver_relation giver_keys given_at valid_until rests_on withdrawn_categories"
         " withdrawn_at", [
            (b.id, h.id, b.author, b.kind, sorted(b.categories), sorted(b.purposes), "UU",
             b.giver, sorted(b.keys), NOW if b.giver else None, b.last_day, b.rests_on,
             sorted(b.withdrawn), NOW if b.withdrawn else None) for h, b in every]),
        ("case_suspect", "id case_id named_by relation keys retracted_at", [
            (s.id, h.case, s.named_by, s.relation, sorted(s.keys), NOW if s.retracted else None)
            for h in world.handoffs for s in h.suspects]),
        ("withdrawal_notice", "id basis_id handoff_id receiver_id cause categories", [
            (new_id(), h.bases[0].id, h.id, told, "WITHDRAWN", [])
            for h in world.handoffs for told in h.told]),
        ("data_request", "id handoff_id kind categories opened_by controller_id"
         " requester_relation status due_at answered_at answer lifted_at lift_reason", [
            (r.id, h.id, r.kind, sorted(r.categories), h.sender, r.controller, "CHILD", r.status,
             NOW,
             *((None, None) if r.status == "OPEN" else (NOW, "Jawaban")),
             *((NOW, "Selesai") if r.status == "LIFTED" else (None, None)))
            for h in world.handoffs for r in h.requests]),
        ("emergency_access", "id handoff_id organisation_id section_ids reason_sealed opened_at"
         " ends_at closed_at client_id", [
            (e.id, h.id, e.organisation, sorted(e.sections), b"?", *_window(e),
             NOW if e.closed else None, client) for h in world.handoffs for e in h.emergencies]),
        ("legal_hold", "id case_id placed_by document_number reason lifted_at lift_reason", [
            (o.id, h.case, o.placed_by, "1", "Perkara", NOW if o.lifted else None,
             "Selesai" if o.lifted else None) for h in world.handoffs for o in h.holds]),
    ]  # fmt: skip


def _window(e: Emergency) -> tuple[datetime, datetime]:
    began = datetime.now(UTC) - timedelta(hours=e.began, minutes=1)
    return began, began + timedelta(hours=e.hours)
