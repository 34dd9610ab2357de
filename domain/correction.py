"""Correction (pembetulan, UU PDP article 30): other words in the place of one's own.

While a handoff goes on its author puts right what it wrote. Afterwards others have relied on it:
then only a request that was granted lets it be changed. Former words are gone, with their key; that
they changed, and when, both sides see.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.data_request import DataRequest
from db.enums import DataRequestKind, DataRequestStatus, HandoffStatus
from db.handoff import Handoff, HandoffSection, SectionNow
from db.vault import vault_of
from domain.checks import BODY, Ref, found, id_of, locked, text_of
from domain.handoff import record
from domain.handoff_life import custody_moved
from domain.refusal import RefusalCode, require
from domain.words import index_again


async def correct(
    tx: AsyncSession, caller: Caller, ref: Ref, body: str, request_ref: Ref | None
) -> SectionNow:
    """Write a section of one's own anew, under a key of its own."""
    id = id_of(ref, "section", "sectionId")
    section = await found(tx, HandoffSection, id, "sectionId")
    handoff = await locked(
        tx, Handoff, section.handoff_id, "sectionId", barred=RefusalCode.WRONG_SIDE
    )
    await tx.refresh(section)
    me = caller.organisation_id
    own = section.author_id == me and section.source_id is None
    require(own, RefusalCode.WRONG_SIDE, "sectionId")
    require(section.destroyed_at is None, RefusalCode.WRONG_STATE, "sectionId")
    said = text_of(body, "body", BODY)
    request_id = await _granted(tx, caller, request_ref, section)
    if request_id is None:
        require(handoff.ended_at is None, RefusalCode.WRONG_STATE, "sectionId")
        stub = me == handoff.sender_id and custody_moved(handoff)
        require(not stub, RefusalCode.CUSTODY_MOVED, "sectionId")
    key = await vault_of(tx).case_key(tx, handoff.case_id)
    sealed, sealed_key = key.seal_section(
        id, handoff.id, section.author_id, section.category.value, said
    )
    done = await tx.scalar(select(func.access.correct_section(id, sealed, sealed_key, request_id)))
    require(done, RefusalCode.CHANGED_MEANWHILE, "sectionId")
    await index_again(tx, handoff, id, said)
    handoff.updated_at = func.now()
    if handoff.status is not HandoffStatus.DRAFT:
        await record(tx, caller, handoff, "SECTION_CORRECTED", handoff.status, None)
    await tx.flush()
    return await found(tx, SectionNow, id, "sectionId")


async def _granted(
    tx: AsyncSession, caller: Caller, ref: Ref | None, section: HandoffSection
) -> UUID | None:
    """The request that lets this section be put right, when one is named."""
    if ref is None:
        return None
    at = "requestId"
    request = await found(tx, DataRequest, id_of(ref, "request", at), at)
    fits = (
        request.kind is DataRequestKind.RECTIFICATION
        and request.handoff_id == section.handoff_id
        and request.controller_id == caller.organisation_id
        and section.category in request.categories
    )
    require(fits, RefusalCode.BAD_INPUT, at)
    require(request.status is DataRequestStatus.GRANTED, RefusalCode.WRONG_STATE, at)
    return request.id
