"""Resolvers of emergencies (akses darurat)."""

import asyncio
import logging
from typing import Annotated
from uuid import UUID

import strawberry

from db.emergency import EmergencyAccess
from db.enums import Finding
from db.handoff import SectionNow
from db.vault import Damaged, KeyUnknown
from domain import emergency
from domain.checks import PARAGRAPH, Ref, id_of
from domain.emergency import EmergencyCounts, EmergencyFilter, EmergencySide, NewEmergency
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last

log = logging.getLogger(__name__)

Note = Annotated[
    str | None,
    strawberry.argument(
        description=f"Up to {PARAGRAPH:,} characters, seen by both sides and the opener; needed to"
        " find it not justified. Write no names here."
    ),
]


async def one(info: Info, id: Ref) -> EmergencyAccess:
    """One emergency (akses darurat) that your organisation opened, or that concerns it."""
    return await info.context.found(EmergencyAccess, id_of(id, "emergency", "id"), "id")


async def listed(
    info: Info,
    filter: EmergencyFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[EmergencyAccess]:
    """Emergencies (akses darurat) your organisation opened or that concern it, newest first."""
    statement = emergency.listed(filter, info.context.me)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, EmergencyAccess, emergency.NEWEST_FIRST, args)


async def counts(info: Info, side: EmergencySide | None = None) -> EmergencyCounts:
    """How many emergencies wait for their review, and how many of them too long."""
    async with info.context.transaction() as tx:
        return await emergency.counts(tx, info.context.me, side)


async def open_(info: Info, input: NewEmergency) -> EmergencyAccess:
    """Open sections of a handoff because a life is in danger (akses darurat).

    Both sides are told at once and see the reason; whoever wrote what was opened reviews it.
    """
    async with info.context.change() as tx:
        return await emergency.open_(tx, info.context.me, input)


async def close(info: Info, id: Ref) -> EmergencyAccess:
    """End an emergency that your organisation opened before its time runs out."""
    async with info.context.change() as tx:
        return await emergency.close(tx, info.context.me, id)


async def review(info: Info, id: Ref, finding: Finding, note: Note = None) -> EmergencyAccess:
    """Say whether an emergency was justified (meninjau), as the owner of what was opened."""
    async with info.context.change() as tx:
        return await emergency.review(tx, info.context.me, id, finding, note)


async def reason(root: EmergencyAccess, info: Info) -> str | None:
    """Why it was opened (alasan); null when it does not open here any more."""
    try:
        return await info.context.note(emergency.place_of(root.id), root.reason_sealed)
    except (Damaged, KeyUnknown) as error:
        log.error("a reason does not open: %s (%s)", root.id, type(error).__name__)
        return None


async def sections(root: EmergencyAccess, info: Info) -> list[SectionNow]:
    """What was opened, as far as you see it: its author where it wrote it."""

    async def seen(id: UUID, origin_id: UUID) -> SectionNow | None:
        return await info.context.one(SectionNow, id) or await info.context.one(
            SectionNow, origin_id
        )

    opened = zip(root.section_ids, root.origin_ids, strict=True)
    shown = await asyncio.gather(*(seen(*both) for both in opened))
    return [section for section in shown if section]
