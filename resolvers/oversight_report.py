"""Resolvers of oversight reports."""

from typing import Annotated

import strawberry

from db.oversight_report import OversightReport
from domain import oversight_report
from domain.checks import Ref, id_of
from domain.oversight_report import MOST_READERS, OversightReportDraft
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def one(info: Info, id: Ref) -> OversightReport:
    """One report (laporan pengawasan) of yours, or shared with you."""
    return await info.context.found(OversightReport, id_of(id, "oversightreport", "id"), "id")


async def listed(
    info: Info,
    own: Annotated[
        bool | None, strawberry.argument(description="Your own, or those of others; else both.")
    ] = None,
    activity_id: Annotated[Ref | None, strawberry.argument(description="On this activity.")] = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[OversightReport]:
    """Reports of yours, and those shared with you, newest first."""
    statement = oversight_report.listed(info.context.me, own, activity_id)
    args = PageArgs(first, after, last, before)
    return await info.context.listed(
        statement, OversightReport, oversight_report.NEWEST_FIRST, args
    )


def text(root: OversightReport, info: Info) -> str | None:
    """The whole report as Markdown, by Accept-Language, as it stood when it was published."""
    return oversight_report.text(root, info.context.language)


async def draft(info: Info, input: OversightReportDraft) -> OversightReport:
    """Begin a report on activities you lead or help to organise; nobody else sees it yet."""
    async with info.context.change() as tx:
        return await oversight_report.draft(tx, info.context.me, input)


async def change(info: Info, id: Ref, input: OversightReportDraft) -> OversightReport:
    """Write a draft of yours anew."""
    async with info.context.change() as tx:
        return await oversight_report.change(tx, info.context.me, id, input)


async def publish(info: Info, id: Ref) -> OversightReport:
    """Freeze what it says as everything stands now, and let its readers see it."""
    async with info.context.change() as tx:
        return await oversight_report.publish(tx, info.context.me, id)


async def share(
    info: Info,
    id: Ref,
    organisation_ids: Annotated[
        list[Ref], strawberry.argument(description=f"Up to {MOST_READERS} in all.")
    ],
    for_participants: Annotated[
        bool | None, strawberry.argument(description="Also all who take part.")
    ] = None,
) -> OversightReport:
    """Let more organisations read a published report; what was shared stays shared."""
    async with info.context.change() as tx:
        return await oversight_report.share(
            tx, info.context.me, id, organisation_ids, for_participants
        )
