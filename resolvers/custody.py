"""Resolvers of the chain of custody."""

from domain import custody
from domain.checks import Ref
from domain.custody import Chain
from resolvers.context import Info


async def chain(info: Info, handoff_id: Ref) -> Chain:
    """The chain of custody (rantai penanganan) of a case around a handoff of yours."""
    async with info.context.transaction() as tx:
        return await custody.chain(tx, handoff_id)
