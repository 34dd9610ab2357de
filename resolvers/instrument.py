"""Resolvers of instruments."""

from db.instrument import Instrument, InstrumentVersion, Questionnaire
from domain import instrument
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> Instrument:
    """One instrument (instrumen pengawasan): your own, an open one, or one in use with you."""
    return await info.context.found(Instrument, id_of(id, "instrument", "id"), "id")


async def listed(
    info: Info,
    filter: instrument.InstrumentFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Instrument]:
    """The instruments you may read, by title."""
    args = PageArgs(first, after, last, before)
    statement = instrument.listed(filter)
    return await info.context.listed(statement, Instrument, instrument.BY_TITLE, args)


async def draft(info: Info, input: instrument.NewInstrument) -> Instrument:
    """Begin an instrument, with its first version as a draft."""
    async with info.context.change() as tx:
        return await instrument.draft(tx, info.context.me, input)


async def revise(info: Info, id: Ref, input: Questionnaire) -> InstrumentVersion:
    """Write the version in draft anew, or begin the next one; what was published stays."""
    async with info.context.change() as tx:
        return await instrument.revise(tx, info.context.me, id, input)


async def publish(info: Info, id: Ref) -> InstrumentVersion:
    """Publish a version: visits can use it from now on, and it never changes."""
    async with info.context.change() as tx:
        return await instrument.publish(tx, info.context.me, id)


async def retire(info: Info, id: Ref) -> InstrumentVersion:
    """Retire a version: nobody answers it any more; what was answered stays readable."""
    async with info.context.change() as tx:
        return await instrument.retire(tx, info.context.me, id)


async def share(info: Info, id: Ref, open: bool) -> Instrument:
    """Let every organisation read and use what is published of it; or no longer."""
    async with info.context.change() as tx:
        return await instrument.share(tx, info.context.me, id, open)
