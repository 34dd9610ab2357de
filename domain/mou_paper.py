"""The paper an action on an agreement works on: finding it, locking it, and who may touch it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import Instrument, MouKind, MouStatus, Stage
from db.ids import new_id
from db.mou import Mou, MouApproval, MouClause, MouEvent, MouNow, MouParty, MouSignature, MouVersion
from domain.checks import Ref, found, id_of, locked
from domain.mou_content import (
    PARENT_KINDS,
    Checked,
    canonical,
    clauses_of,
    digest,
    parties_of,
    within,
)
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

BY_ORDINAL = Order(("ordinal", "id"))
BY_NUMBER = Order(("number", "id"))
LATEST_VERSION = Order(("number", "id"), descending=True)
IN_ORDER = Order(("created_at", "id"))
OPEN = (Stage.DRAFT, Stage.REVIEW)
"""Stages in which a version is still being worked on."""
ENDED = (MouStatus.EXPIRED, MouStatus.TERMINATED, MouStatus.WITHDRAWN)


async def open_version(
    tx: AsyncSession, ref: Ref, stages: tuple[Stage, ...]
) -> tuple[Mou, MouVersion]:
    """An agreement and its version in one of these stages, held until the transaction ends."""
    mou = await found(tx, Mou, id_of(ref, "mou", "id"), "id")
    latest = select(MouVersion.id).where(MouVersion.mou_id == mou.id, MouVersion.stage.in_(OPEN))
    id = await tx.scalar(latest)
    if id is None:
        raise Refusal(RefusalCode.WRONG_STATE, "id")
    version = await locked(tx, MouVersion, id, barred=RefusalCode.NOT_A_PARTY)
    require(version.stage in stages, RefusalCode.WRONG_STATE, "id")
    return mou, version


async def in_life(tx: AsyncSession, caller: Caller, ref: Ref) -> tuple[Mou, MouVersion]:
    """A signed agreement that has not ended, locked, and its newest signed version."""
    mou = await locked(tx, Mou, id_of(ref, "mou", "id"), barred=RefusalCode.NOT_A_PARTY)
    return mou, await newest_signed(tx, caller, mou.id)


async def newest_signed(tx: AsyncSession, caller: Caller, id: UUID) -> MouVersion:
    """The newest signed version of an agreement that has not ended.

    For those who are parties today, and for KPAI administrators. A party that a later version left
    out goes on seeing the versions it signed, but has no say any more.
    """
    state = await now(tx, id)
    require(
        state.status in (MouStatus.SIGNED, MouStatus.ACTIVE, MouStatus.SUSPENDED),
        RefusalCode.WRONG_STATE,
        "id",
    )
    signed = select(MouVersion).where(MouVersion.mou_id == id, MouVersion.stage == Stage.SIGNED)
    newest = (await tx.scalars(signed.order_by(MouVersion.number.desc()).limit(1))).one()
    counting = await tx.scalar(select(func.access.mou_version_in_force(id)))
    today = newest if counting is None else await tx.get(MouVersion, counting)
    named = today is not None and await is_party(tx, today, caller.organisation_id)
    require(named or await is_admin(tx), RefusalCode.NOT_A_PARTY)
    return newest


async def end_of(tx: AsyncSession, current: MouVersion, wanted: date | None) -> date:
    """The first day without an agreement that is ended now: not before its notice has passed."""
    earliest = await today_of(tx) + timedelta(days=current.notice_days)
    day: date = wanted or earliest
    require(day >= earliest, RefusalCode.NOTICE_TOO_SHORT, "effectiveOn")
    require(day <= current.valid_until, RefusalCode.DATES_INVERTED, "effectiveOn")
    return day


def required_parent(kind: MouKind, parent: Ref | None) -> None:
    """Refuse an agreement under another that must stand alone, or the other way round."""
    named = parent is not None
    require(named == bool(PARENT_KINDS[kind]), RefusalCode.PARENT_REQUIRED, "parentId")


async def next_version(
    tx: AsyncSession,
    caller: Caller,
    mou: Mou,
    instrument: Instrument,
    body: Checked,
    event: str,
    evaluation_id: UUID | None,
) -> MouNow:
    """Draft the version after the last one, when no other is being worked on."""
    await among_parties(tx, caller, body)
    if mou.parent_id is not None:
        await parent_of(tx, mou.parent_id, mou.kind, body)
    number = await tx.scalar(select(func.access.mou_next_number(mou.id)))
    require(number is not None, RefusalCode.OPEN_VERSION_EXISTS)
    version = await add_version(tx, caller, mou, number or 0, instrument, body, evaluation_id)
    await record(tx, caller, version, event)
    return await now(tx, mou.id)


async def add_version(
    tx: AsyncSession,
    caller: Caller,
    mou: Mou,
    number: int,
    instrument: Instrument,
    body: Checked,
    evaluation_id: UUID | None = None,
) -> MouVersion:
    version = MouVersion(
        id=new_id(),
        mou_id=mou.id,
        number=number,
        instrument=instrument,
        stage=Stage.DRAFT,
        drafted_by=caller.organisation_id,
        content_hash="",
        evaluation_id=evaluation_id,
        **body.values,
    )
    tx.add(version)
    await tx.flush()
    await write_parts(tx, mou, version, body)
    return version


async def write_parts(tx: AsyncSession, mou: Mou, version: MouVersion, body: Checked) -> None:
    """Write parties and clauses of a version, and the hash of the whole."""
    parts: list[MouParty | MouClause] = [*body.parties, *body.clauses]
    for part in parts:
        part.id, part.version_id = new_id(), version.id
        tx.add(part)
    whole = canonical(mou.kind, mou.parent_id, version, body.parties, body.clauses)
    version.content_hash = digest(whole)
    await tx.flush()


async def parent_of(tx: AsyncSession, id: UUID, kind: MouKind, body: Checked) -> Mou:
    """The agreement above, when it may stand above this content."""
    parent = await found(tx, Mou, id, "parentId")
    require(parent.kind in PARENT_KINDS[kind], RefusalCode.PARENT_REQUIRED, "parentId")
    state = await now(tx, id)
    require(state.status not in ENDED, RefusalCode.AGREEMENT_NOT_IN_FORCE, "parentId")
    await within(tx, body, await found(tx, MouVersion, state.version_id, "parentId"))
    return parent


async def among_parties(tx: AsyncSession, caller: Caller, body: Checked) -> None:
    """One drafts agreements of one's own; KPAI administrators may draft for others."""
    named = any(party.organisation_id == caller.organisation_id for party in body.parties)
    require(named or await is_admin(tx), RefusalCode.NOT_A_PARTY, "input.parties")


async def drafters_only(tx: AsyncSession, caller: Caller, version: MouVersion) -> None:
    drafted = version.drafted_by == caller.organisation_id
    require(drafted or await is_admin(tx), RefusalCode.WRONG_SIDE)


async def is_party(tx: AsyncSession, version: MouVersion, organisation_id: UUID) -> bool:
    named = exists().where(
        MouParty.version_id == version.id, MouParty.organisation_id == organisation_id
    )
    return bool(await tx.scalar(select(named)))


async def party_today(tx: AsyncSession, mou: MouNow, caller: Caller, field: str) -> MouVersion:
    """The version that counts today, when the caller is a party to that very one."""
    counts = await tx.scalar(select(func.access.mou_version_in_force(mou.id)))
    version = await found(tx, MouVersion, mou.version_id, field)
    named = version.id == counts and await is_party(tx, version, caller.organisation_id)
    require(named, RefusalCode.NOT_A_PARTY, field)
    return version


async def is_admin(tx: AsyncSession) -> bool:
    return bool(await tx.scalar(select(func.access.is_mou_admin())))


async def today_of(tx: AsyncSession) -> Any:
    """Today where KPAI sits; the database's clock, the same for every replica."""
    return (await tx.execute(select(func.access.today()))).scalar_one()


async def give_approval(tx: AsyncSession, caller: Caller, version: MouVersion) -> None:
    """Approve this content; to approve it again changes nothing."""
    added = await tx.execute(
        insert(MouApproval)
        .values(
            id=new_id(),
            version_id=version.id,
            organisation_id=caller.organisation_id,
            content_hash=version.content_hash,
        )
        .on_conflict_do_nothing()
        .returning(MouApproval.id)
    )
    if added.first() is not None:
        await record(tx, caller, version, "APPROVED")


def who_has(act: type[MouApproval] | type[MouSignature], version: MouVersion) -> Select[UUID]:
    """The organisations that have approved, or signed, the version's present content."""
    return select(act.organisation_id).where(
        act.version_id == version.id, act.content_hash == version.content_hash
    )


async def record(
    tx: AsyncSession, caller: Caller, version: MouVersion, kind: str, note: str | None = None
) -> None:
    tx.add(
        MouEvent(
            id=new_id(),
            mou_id=version.mou_id,
            version_id=version.id,
            kind=kind,
            actor_id=caller.organisation_id,
            note=note,
        )
    )
    await tx.flush()


async def now(tx: AsyncSession, id: UUID) -> MouNow:
    """The agreement as the caller sees it at this point of the transaction."""
    await tx.flush()
    statement = select(MouNow).where(MouNow.id == id).execution_options(populate_existing=True)
    return (await tx.scalars(statement)).one()


async def canonical_content(tx: AsyncSession, version: MouVersion) -> str:
    """What the hash of a version is taken of, so that a signatory can check it."""
    mou = await found(tx, Mou, version.mou_id, "id")
    parties = await parties_of(tx, version.id)
    return canonical(mou.kind, mou.parent_id, version, parties, await clauses_of(tx, version.id))
