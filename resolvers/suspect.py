"""Resolvers of suspects."""

from typing import Annotated

import strawberry

from db.case import CaseSuspect
from domain import suspect
from domain.checks import Ref
from domain.suspect import SuspectDraft, suspects
from resolvers.context import Info


async def name(info: Info, handoff_id: Ref, input: SuspectDraft) -> CaseSuspect:
    """Name a reported person (terlapor) of the case of a handoff.

    Consents that they gave count no longer, from the next read on, in every handoff of the case;
    everybody concerned is told that, and not who it is. Others of the case do not see the name.
    """
    async with info.context.change() as tx:
        return await suspect.name(tx, info.context.me, handoff_id, input)


async def retract(
    info: Info, id: Annotated[Ref, strawberry.argument(description="Somebody you named.")]
) -> CaseSuspect:
    """Take back that somebody is the reported person; their consents count again."""
    async with info.context.change() as tx:
        return await suspect.retract(tx, info.context.me, id)


async def person_name(root: CaseSuspect, info: Info) -> str | None:
    """Nama."""
    person = await info.context.batched(suspects, root.id)
    return person.name if person else None


async def person_national_id(root: CaseSuspect, info: Info) -> str | None:
    """Nomor Induk Kependudukan (NIK)."""
    person = await info.context.batched(suspects, root.id)
    return person.national_id if person else None
