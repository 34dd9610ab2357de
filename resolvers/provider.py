"""Resolvers of organisations' own accounts."""

from auth import upstream
from db.organisation import Organisation
from db.user import IdentityProvider
from domain import provider
from domain.paging import PageArgs
from resolvers.context import Info


async def of(root: Organisation, info: Info) -> IdentityProvider | None:
    """Its own OpenID Connect issuer; null when it has none, or is not your organisation."""
    key = IdentityProvider.organisation_id
    page = await info.context.many(key, provider.ORDER, root.id, PageArgs(first=1))
    return next(iter(page.rows), None)


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
