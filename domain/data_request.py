"""Requests in a child's name (permintaan subjek data): rectification, restriction, erasure.

UU PDP articles 30, 41 and 43. Whoever asks stands before one of the two organisations; it writes
the request down, and the controller (pengendali) of those categories answers within 3x24 hours.
Who asks is a person of the world and no user: only their relation to the child stands in clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.data_request import DataRequest, DataRequestDetails
from db.enums import DataCategory, DataRequestKind, DataRequestStatus, HandoffStatus, Relation
from db.handoff import Handoff, HandoffSection
from db.ids import new_id
from db.vault import vault_of
from domain.checks import (
    PARAGRAPH,
    Ref,
    distinct,
    found,
    id_of,
    locked,
    optional_text,
    reason_of,
    text_of,
)
from domain.handoff import record
from domain.hold import refuse_while_held
from domain.paging import Order
from domain.refusal import RefusalCode, require

NEWEST_FIRST = Order(("created_at", "id"), descending=True)
OPEN, GRANTED = DataRequestStatus.OPEN, DataRequestStatus.GRANTED


class DataRequestSide(StrEnum):
    """Whose answer a request waits for."""

    ASKED_OF_US = "ASKED_OF_US"
    ASKED_OF_OTHERS = "ASKED_OF_OTHERS"


@dataclass(frozen=True)
class NewDataRequest:
    """What somebody asks about the data of a child."""

    handoff_id: Ref
    kind: DataRequestKind
    categories: list[DataCategory]
    requester_relation: Relation
    details: str
    controller_id: Ref | None = None


@dataclass(frozen=True)
class DataRequestFilter:
    """Which requests to list; every condition given must hold."""

    statuses: list[DataRequestStatus] | None = None
    kinds: list[DataRequestKind] | None = None
    side: DataRequestSide | None = None
    overdue: bool | None = None


def listed(filter: DataRequestFilter | None, caller: Caller) -> Select[DataRequest]:
    """The requests about handoffs of the caller's organisation."""
    chosen = filter or DataRequestFilter()
    statement = select(DataRequest)
    if chosen.statuses is not None:
        statement = statement.where(DataRequest.status.in_(chosen.statuses))
    if chosen.kinds is not None:
        statement = statement.where(DataRequest.kind.in_(chosen.kinds))
    if chosen.side is not None:
        ours = DataRequest.controller_id == caller.organisation_id
        statement = statement.where(ours if chosen.side is DataRequestSide.ASKED_OF_US else ~ours)
    if chosen.overdue is not None:
        late = DataRequest.overdue
        statement = statement.where(late if chosen.overdue else ~late)
    return statement


async def open_(tx: AsyncSession, caller: Caller, given: NewDataRequest) -> DataRequest:
    """Write down what somebody asks; from now on the clock of the law runs."""
    at = "input.handoffId"
    handoff = await found(tx, Handoff, id_of(given.handoff_id, "handoff", at), at)
    sides = (handoff.sender_id, handoff.receiver_id)
    require(caller.organisation_id in sides, RefusalCode.WRONG_SIDE, at)
    require(handoff.status is not HandoffStatus.DRAFT, RefusalCode.WRONG_STATE, at)
    categories = distinct(given.categories, "input.categories", most=len(DataCategory), least=1)
    request = DataRequest(
        id=new_id(),
        handoff_id=handoff.id,
        kind=given.kind,
        categories=categories,
        opened_by=caller.organisation_id,
        controller_id=await _controller(tx, handoff, categories, given.controller_id),
        requester_relation=given.requester_relation,
    )
    key = await vault_of(tx).case_key(tx, handoff.case_id)
    said = text_of(given.details, "input.details", PARAGRAPH)
    tx.add(request)
    await tx.flush()
    tx.add(DataRequestDetails(id=request.id, sealed=key.seal(place(request.id), said)))
    return await _told(tx, caller, request, handoff, "DATA_REQUESTED", None)


def place(id: UUID) -> str:
    """To which row the sealed details are bound."""
    return f"request {id}"


async def answer(
    tx: AsyncSession, caller: Caller, ref: Ref, grant: bool, text: str | None
) -> DataRequest:
    """Grant what was asked, which takes effect at once; or refuse it, and say why."""
    request, handoff = await _held(tx, caller, ref)
    require(request.status is OPEN, RefusalCode.WRONG_STATE, "id")
    said = optional_text(text, "answer", PARAGRAPH) if grant else reason_of(text, "answer")
    if grant and request.kind is DataRequestKind.ERASURE:
        await refuse_while_held(tx, handoff, "id")
    request.status = GRANTED if grant else DataRequestStatus.REFUSED
    request.answer, request.answered_at = said, func.now()
    await tx.flush()  # of an erasure, the database destroys the content with this very row
    return await _told(tx, caller, request, handoff, "DATA_REQUEST_ANSWERED", said)


async def lift(tx: AsyncSession, caller: Caller, ref: Ref, reason: str) -> DataRequest:
    """End a restriction that was granted: what it closed opens as far as all else allows."""
    request, handoff = await _held(tx, caller, ref)
    restricted = request.kind is DataRequestKind.RESTRICTION and request.status is GRANTED
    require(restricted, RefusalCode.WRONG_STATE, "id")
    request.lift_reason = reason_of(reason)
    request.status, request.lifted_at = DataRequestStatus.LIFTED, func.now()
    await tx.flush()
    return await _told(tx, caller, request, handoff, "RESTRICTION_LIFTED", request.lift_reason)


async def _controller(
    tx: AsyncSession, handoff: Handoff, categories: Sequence[DataCategory], ref: Ref | None
) -> UUID:
    """Who gave all these categories, and must answer: its author, or who passed them on."""
    giver: Any = case(
        (HandoffSection.source_id.is_(None), HandoffSection.author_id), else_=handoff.sender_id
    )
    given = (
        select(giver)
        .where(
            HandoffSection.handoff_id == handoff.id,
            HandoffSection.category.in_(categories),
            HandoffSection.destroyed_at.is_(None),
        )
        .group_by(giver)
        .having(func.count(HandoffSection.category.distinct()) == len(categories))
    )
    answerable: set[UUID] = set(await tx.scalars(given))
    require(answerable, RefusalCode.BAD_INPUT, "input.categories")
    if ref is None:
        require(len(answerable) == 1, RefusalCode.BAD_INPUT, "input.controllerId")
        return answerable.pop()
    at = "input.controllerId"
    id = id_of(ref, "organisation", at)
    require(id in (handoff.sender_id, handoff.receiver_id), RefusalCode.NOT_FOUND, at)
    require(id in answerable, RefusalCode.BAD_INPUT, at)
    return id


async def _held(tx: AsyncSession, caller: Caller, ref: Ref) -> tuple[DataRequest, Handoff]:
    """The request, locked, when it is for the caller to answer; and what it is about."""
    request = await locked(
        tx, DataRequest, id_of(ref, "request", "id"), barred=RefusalCode.WRONG_SIDE
    )
    return request, await found(tx, Handoff, request.handoff_id, "id")


async def _told(
    tx: AsyncSession,
    caller: Caller,
    request: DataRequest,
    handoff: Handoff,
    kind: str,
    note: str | None,
) -> DataRequest:
    """Write it into the timeline that both sides see."""
    handoff.updated_at = func.now()
    await record(tx, caller, handoff, kind, handoff.status, note)
    await tx.refresh(request)
    return request
