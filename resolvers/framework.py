"""Resolvers of programmes and results frameworks."""

from sqlalchemy import select

from db.framework import FrameworkResult, Programme, ResultsFramework
from domain import framework
from domain import programme as rules
from domain.checks import Ref, id_of
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def programme(info: Info, id: Ref) -> Programme:
    """One programme (program) your organisation leads or is a member of."""
    return await info.context.found(Programme, id_of(id, "programme", "id"), "id")


async def programmes(
    info: Info,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[Programme]:
    """Programmes your organisation leads or is a member of, latest first."""
    args = PageArgs(first, after, last, before)
    return await info.context.listed(select(Programme), Programme, rules.LATEST_FIRST, args)


async def start_programme(info: Info, input: rules.NewProgramme) -> Programme:
    """Start a programme with your organisation as lead."""
    async with info.context.change() as tx:
        return await rules.start(tx, info.context.me, input)


async def change_programme(info: Info, id: Ref, input: rules.ProgrammeChange) -> Programme:
    """Change a programme you lead; what is left out stays."""
    async with info.context.change() as tx:
        return await rules.change(tx, info.context.me, id, input)


async def one(info: Info, id: Ref) -> ResultsFramework:
    """One results framework (kerangka hasil) open to your organisation today, or its own."""
    return await info.context.found(ResultsFramework, id_of(id, "framework", "id"), "id")


async def listed(
    info: Info,
    filter: framework.FrameworkFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[ResultsFramework]:
    """Results frameworks of your agreements in force and your programmes, latest period first."""
    statement = framework.listed(info.context.me, filter)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(statement, ResultsFramework, framework.LATEST_PERIOD, args)


async def create(info: Info, input: framework.NewFramework) -> ResultsFramework:
    """Set up a results framework, of which your organisation is the owner."""
    async with info.context.change() as tx:
        return await framework.create(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: framework.FrameworkChange) -> ResultsFramework:
    """Change a framework of your own; what is left out stays."""
    async with info.context.change() as tx:
        return await framework.change(tx, info.context.me, id, input)


async def add_result(info: Info, framework_id: Ref, input: framework.NewResult) -> FrameworkResult:
    """Add an impact, outcome or output to a framework of your own."""
    async with info.context.change() as tx:
        return await framework.add_result(tx, info.context.me, framework_id, input)
