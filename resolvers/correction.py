"""The resolver of corrections."""

from typing import Annotated

import strawberry

from db.handoff import SectionNow
from domain import correction
from domain.checks import Ref
from resolvers.context import Info

Request = Annotated[
    Ref | None,
    strawberry.argument(
        description="A rectification that you granted: required once the handoff has ended."
    ),
]
Body = Annotated[str, strawberry.argument(description="Plain text, 1 to 20,000 characters.")]


async def correct(
    info: Info, section_id: Ref, body: Body, request_id: Request = None
) -> SectionNow:
    """Write a section of your own anew (pembetulan, UU PDP 30); the former words are gone."""
    async with info.context.change() as tx:
        return await correction.correct(tx, info.context.me, section_id, body, request_id)
