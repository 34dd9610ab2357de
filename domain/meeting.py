"""What is said, decided and filed in a joint activity: comments, decisions and documents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.activity import ActivityNow
from db.base import Base
from db.ids import new_id
from db.meeting import (
    ActivityComment,
    ActivityDecision,
    ActivityDocument,
    DocumentKind,
    DocumentVersion,
)
from db.reference import Reference
from domain.checks import (
    LINE,
    PARAGRAPH,
    Ref,
    found,
    id_of,
    locked,
    optional_text,
    text_of,
)
from domain.part import LEADS, WORKS, part_in
from domain.reference import references_of
from domain.refusal import RefusalCode, require

MOST_COMMENTS = 5_000
MOST_DECISIONS = 1_000
MOST_DOCUMENTS = 500
MOST_VERSIONS = 100
ANYBODY = WORKS | {"OBSERVER"}
Row = TypeVar("Row", bound=Base)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class DecisionDraft:
    """What was decided, and when; with an earlier decision whose place it takes."""

    text: str
    decided_on: date
    supersedes_id: Ref | None = None


@dataclass(frozen=True)
class DocumentDraft:
    """A document and its first version."""

    kind: DocumentKind
    title: str
    files: list[Reference]
    language: str = "id"
    note: str | None = None


async def comment(tx: AsyncSession, caller: Caller, ref: Ref, body: str) -> ActivityComment:
    """Say something, as anybody who takes part."""
    activity = await _joined(tx, ref)
    await _room(tx, ActivityComment.activity_id, activity.id, MOST_COMMENTS)
    row = ActivityComment(
        id=new_id(),
        activity_id=activity.id,
        organisation_id=caller.organisation_id,
        body=text_of(body, "body", PARAGRAPH),
    )
    return await _added(tx, row)


async def edit_comment(tx: AsyncSession, caller: Caller, ref: Ref, body: str) -> ActivityComment:
    """Say it otherwise; when it was last edited is shown."""
    row = await _own_comment(tx, caller, ref)
    row.body, row.edited_at = text_of(body, "body", PARAGRAPH), func.now()
    return await _changed(tx, row)


async def withdraw_comment(tx: AsyncSession, caller: Caller, ref: Ref) -> ActivityComment:
    """Take it back: its words go, that there was one stays."""
    row = await _own_comment(tx, caller, ref)
    row.body, row.withdrawn_at = None, func.now()
    return await _changed(tx, row)


async def _own_comment(tx: AsyncSession, caller: Caller, ref: Ref) -> ActivityComment:
    """One's own comment, held, while one takes part and it was not withdrawn."""
    id = id_of(ref, "activitycomment", "id")
    row = await locked(tx, ActivityComment, id, barred=RefusalCode.WRONG_SIDE)
    require(row.withdrawn_at is None, RefusalCode.WRONG_STATE, "id")
    return row


async def decide(
    tx: AsyncSession, caller: Caller, ref: Ref, given: DecisionDraft
) -> ActivityDecision:
    """Record a decision. One that was superseded is not superseded again: the last one is."""
    activity = await _joined(tx, ref, LEADS)
    text = text_of(given.text, "input.text", PARAGRAPH)
    today = (await tx.execute(select(func.access.today()))).scalar_one()
    require(given.decided_on <= today, RefusalCode.BAD_INPUT, "input.decidedOn")
    earlier = given.supersedes_id and await _standing(tx, activity.id, given.supersedes_id)
    await _room(tx, ActivityDecision.activity_id, activity.id, MOST_DECISIONS)
    row = ActivityDecision(
        id=new_id(),
        activity_id=activity.id,
        organisation_id=caller.organisation_id,
        text=text,
        decided_on=given.decided_on,
        supersedes_id=earlier.id if earlier else None,
    )
    return await _added(tx, row)


async def _standing(tx: AsyncSession, activity_id: UUID, ref: Ref) -> ActivityDecision:
    """A decision of this activity in whose place none was taken."""
    field = "input.supersedesId"
    earlier = await found(tx, ActivityDecision, id_of(ref, "decision", field), field)
    require(earlier.activity_id == activity_id, RefusalCode.BAD_INPUT, field)
    later = select(ActivityDecision.id).where(ActivityDecision.supersedes_id == earlier.id)
    require(await tx.scalar(later) is None, RefusalCode.WRONG_STATE, field)
    return earlier


async def add_document(
    tx: AsyncSession, caller: Caller, ref: Ref, given: DocumentDraft
) -> ActivityDocument:
    """Add a document with its first version."""
    activity = await _joined(tx, ref, WORKS)
    await _room(tx, ActivityDocument.activity_id, activity.id, MOST_DOCUMENTS)
    known = _LANGUAGE.fullmatch(given.language)
    require(known, RefusalCode.BAD_INPUT, "input.language")
    row = ActivityDocument(
        id=new_id(),
        activity_id=activity.id,
        organisation_id=caller.organisation_id,
        kind=given.kind,
        title=text_of(given.title, "input.title", LINE),
        language=given.language,
    )
    first = _version(caller, row, 1, given.files, given.note, "input.")
    await _added(tx, row)
    await _added(tx, first)
    return row


async def add_version(
    tx: AsyncSession,
    caller: Caller,
    ref: Ref,
    files: Sequence[Reference],
    note: str | None,
) -> ActivityDocument:
    """Add a version to a document; the earlier ones stay."""
    row = await found(tx, ActivityDocument, id_of(ref, "document", "id"), "id")
    require(await part_in(tx, row.activity_id) in WORKS, RefusalCode.WRONG_SIDE, "id")
    last = select(func.max(DocumentVersion.number)).where(DocumentVersion.document_id == row.id)
    number = (await tx.scalar(last) or 0) + 1
    require(number <= MOST_VERSIONS, RefusalCode.TOO_MANY, "id", most=MOST_VERSIONS)
    await _added(tx, _version(caller, row, number, files, note, ""))
    return row


def _version(
    caller: Caller,
    document: ActivityDocument,
    number: int,
    files: Sequence[Reference],
    note: str | None,
    at: str,
) -> DocumentVersion:
    """A version whose files can be known again: each has its hash."""
    listed = references_of(files, f"{at}files")
    require(listed, RefusalCode.BAD_INPUT, f"{at}files")
    for index, file in enumerate(listed):
        require(file.sha256, RefusalCode.EVIDENCE_REQUIRED, f"{at}files[{index}].sha256")
    return DocumentVersion(
        id=new_id(),
        activity_id=document.activity_id,
        document_id=document.id,
        organisation_id=caller.organisation_id,
        number=number,
        files=listed,
        note=optional_text(note, f"{at}note", LINE),
    )


async def _joined(tx: AsyncSession, ref: Ref, by: frozenset[str] = ANYBODY) -> ActivityNow:
    """The activity, when the caller takes part in it so; also after it is over."""
    activity = await found(tx, ActivityNow, id_of(ref, "activity", "id"), "id")
    require(await part_in(tx, activity.id) in by, RefusalCode.WRONG_SIDE, "id")
    return activity


async def _room(tx: AsyncSession, key: Any, activity_id: UUID, most: int) -> None:
    there = await tx.scalar(select(func.count()).where(key == activity_id)) or 0
    require(there < most, RefusalCode.TOO_MANY, "id", most=most)


async def _added(tx: AsyncSession, row: Row) -> Row:
    tx.add(row)
    return await _changed(tx, row)


async def _changed(tx: AsyncSession, row: Row) -> Row:
    await tx.flush()
    await tx.refresh(row)
    return row
