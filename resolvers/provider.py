"""Resolvers of organisations' own accounts."""

from auth import upstream
from db.user import IdentityProvider
from domain import provider
from resolvers.context import Info


def redirect_uri(root: IdentityProvider, info: Info) -> str:
    """What to register there as the redirect address of Rangkul."""
    return upstream.redirect_uri(info.context.auth, root.organisation_id)


async def set_up(info: Info, input: provider.ProviderSettings) -> IdentityProvider:
    """Let people of your organisation sign in with its own accounts (penyedia identitas)."""
    async with info.context.change() as tx:
        return await provider.set_up(tx, info.context.me, info.context.auth, input)


async def remove(info: Info) -> IdentityProvider:
    """Let nobody sign in there any more. Who has no password here needs a new link."""
    async with info.context.change() as tx:
        return await provider.remove(tx, info.context.me)
