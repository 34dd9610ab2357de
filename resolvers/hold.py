"""Resolvers of legal holds."""

from typing import Annotated

import strawberry

from db.case import LegalHold
from domain import hold
from domain.checks import LINE, Ref
from resolvers.context import Info
from resolvers.mou import Reason

DocumentNumber = Annotated[
    str,
    strawberry.argument(
        description=f"Nomor perkara or surat on which the hold rests: 1 to {LINE} characters."
    ),
]


async def place(
    info: Info, handoff_id: Ref, document_number: DocumentNumber, reason: Reason
) -> LegalHold:
    """Keep the content of a whole case from being destroyed (penundaan pemusnahan)."""
    async with info.context.change() as tx:
        return await hold.place(tx, info.context.me, handoff_id, document_number, reason)


async def lift(info: Info, id: Ref, reason: Reason) -> LegalHold:
    """Lift a hold that your organisation placed: the time of keeping counts again."""
    async with info.context.change() as tx:
        return await hold.lift(tx, info.context.me, id, reason)
