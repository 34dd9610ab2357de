"""Resolvers of why: on a section, for a category of a handoff, and as a partner sees it."""

from dataclasses import replace
from typing import Annotated

import strawberry

from db.enums import DataCategory, DisclosureCode
from db.handoff import SectionNow
from db.vault import Damaged, KeyUnknown
from domain import disclosure
from domain.checks import Ref
from domain.disclosure import NOT_SHARED, Explanation, HandoffView, Verdict, ViewedSection
from resolvers import section
from resolvers.context import Info
from resolvers.section import Hidden, Opened

Organisation = Annotated[
    Ref,
    strawberry.argument(
        description="About whom you ask: anybody, if you send the handoff; else the two sides."
    ),
]


async def of_section(root: SectionNow, info: Info) -> Verdict:
    """Why you see what it says, or do not (dasar keterbukaan)."""
    verdict = await info.context.each(disclosure.verdicts, root.id) or NOT_SHARED
    try:
        await section.words(root, info)
    except (Damaged, KeyUnknown):
        return replace(verdict, open=False, code=DisclosureCode.DAMAGED)
    return verdict


async def explain(
    info: Info, handoff_id: Ref, category: DataCategory, organisation_id: Organisation
) -> list[Explanation]:
    """Why an organisation sees a category of data in a handoff, or why not (penjelasan akses).

    Author by author: what the other side writes is answered for even if there is no such section.
    """
    async with info.context.transaction() as tx:
        return await disclosure.explain(tx, info.context.me, handoff_id, category, organisation_id)


async def view_as(info: Info, handoff_id: Ref, organisation_id: Organisation) -> HandoffView:
    """A handoff of yours exactly as another organisation sees it (pratinjau sebagai mitra)."""
    async with info.context.transaction() as tx:
        return await disclosure.view_as(tx, info.context.me, handoff_id, organisation_id)


async def viewed(root: ViewedSection, info: Info) -> Opened | Hidden | None:
    """What that organisation gets. Null where it reads what you yourself may not."""
    if root.theirs.sealed is None:
        return Hidden(root.theirs, root.theirs.reason)
    if root.mine is None or root.mine.sealed is None:
        return None
    return await section.content(root.mine, info)


def sentence(root: Verdict, info: Info) -> str:
    """The same for people, by Accept-Language."""
    return root.sentence(info.context.language)
