"""Instruments (instrumen pengawasan): drafted, published as versions, and retired."""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.ids import new_id
from db.instrument import Instrument, InstrumentVersion, Questionnaire, VersionStatus
from domain.checks import LINE, PARAGRAPH, Ref, found, id_of, locked, optional_text, text_of
from domain.paging import Order
from domain.questionnaire import checked
from domain.refusal import RefusalCode, require

BY_TITLE = Order(("title", "id"))
BY_NUMBER = Order(("number", "id"), descending=True)


@dataclass(frozen=True)
class NewInstrument:
    """An instrument and its first version, still a draft."""

    title: str
    content: Questionnaire
    description: str | None = None
    open: bool = False


@dataclass(frozen=True)
class InstrumentFilter:
    """Which instruments to list; every condition given must hold."""

    title: str | None = None
    organisation_id: Ref | None = None


def listed(filter: InstrumentFilter | None) -> Select[Instrument]:
    """The instruments the caller may read, filtered."""
    chosen = filter or InstrumentFilter()
    statement = select(Instrument)
    if chosen.title is not None:
        words = text_of(chosen.title, "filter.title", LINE)
        statement = statement.where(Instrument.title.icontains(words, autoescape=True))
    if chosen.organisation_id is not None:
        owner = id_of(chosen.organisation_id, "organisation", "filter.organisationId")
        statement = statement.where(Instrument.organisation_id == owner)
    return statement


async def draft(tx: AsyncSession, caller: Caller, given: NewInstrument) -> Instrument:
    """Begin an instrument; its name stays, its questions come in versions."""
    instrument = Instrument(
        id=new_id(),
        organisation_id=caller.organisation_id,
        title=text_of(given.title, "input.title", LINE),
        description=optional_text(given.description, "input.description", PARAGRAPH),
        open=given.open,
    )
    tx.add(instrument)
    await tx.flush()
    _add(tx, instrument, 1, checked(given.content, "input.content"))
    await tx.flush()
    return instrument


async def revise(
    tx: AsyncSession, caller: Caller, ref: Ref, given: Questionnaire
) -> InstrumentVersion:
    """Write the version in draft anew, or begin the next: what was published stays as it is."""
    instrument = await _own(tx, ref)
    content = checked(given, "input")
    versions = select(InstrumentVersion).where(InstrumentVersion.instrument_id == instrument.id)
    newest = (await tx.scalars(versions.order_by(InstrumentVersion.number.desc()).limit(1))).one()
    if newest.status is VersionStatus.DRAFT:
        newest.content = content
    else:
        newest = _add(tx, instrument, newest.number + 1, content)
    return await _fresh(tx, newest)


async def publish(tx: AsyncSession, caller: Caller, ref: Ref) -> InstrumentVersion:
    """From now on the version can be used, and never changes."""
    version = await _version(tx, ref, VersionStatus.DRAFT)
    version.status, version.published_at = VersionStatus.PUBLISHED, func.now()
    return await _fresh(tx, version)


async def retire(tx: AsyncSession, caller: Caller, ref: Ref) -> InstrumentVersion:
    """Nobody answers the version any more; what was answered stays readable."""
    version = await _version(tx, ref, VersionStatus.PUBLISHED)
    version.status, version.retired_at = VersionStatus.RETIRED, func.now()
    return await _fresh(tx, version)


async def share(tx: AsyncSession, caller: Caller, ref: Ref, open: bool) -> Instrument:
    """Let every organisation read what is published, or only those who use it."""
    instrument = await _own(tx, ref)
    instrument.open = open
    await tx.flush()
    return instrument


async def usable(tx: AsyncSession, ref: Ref, field: str) -> InstrumentVersion:
    """A version that can be answered now."""
    version = await found(tx, InstrumentVersion, id_of(ref, "questionnaire", field), field)
    published = version.status is VersionStatus.PUBLISHED
    require(published, RefusalCode.VERSION_NOT_PUBLISHED, field)
    return version


def _add(
    tx: AsyncSession, instrument: Instrument, number: int, content: Questionnaire
) -> InstrumentVersion:
    version = InstrumentVersion(
        id=new_id(),
        instrument_id=instrument.id,
        number=number,
        status=VersionStatus.DRAFT,
        content=content,
    )
    tx.add(version)
    return version


async def _own(tx: AsyncSession, ref: Ref) -> Instrument:
    id = id_of(ref, "instrument", "id")
    return await locked(tx, Instrument, id, barred=RefusalCode.WRONG_SIDE)


async def _version(tx: AsyncSession, ref: Ref, status: VersionStatus) -> InstrumentVersion:
    id = id_of(ref, "questionnaire", "id")
    version = await locked(tx, InstrumentVersion, id, barred=RefusalCode.WRONG_SIDE)
    require(version.status is status, RefusalCode.WRONG_STATE, "id")
    return version


async def _fresh(tx: AsyncSession, version: InstrumentVersion) -> InstrumentVersion:
    await tx.flush()
    await tx.refresh(version)
    return version
