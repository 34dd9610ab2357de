"""An organisation's own accounts: the OpenID Connect issuer at which its people sign in."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.caller import Caller
from auth.events import EventKind
from auth.fetching import FetchRefused, check_address
from auth.settings import AuthSettings
from auth.upstream import sealed
from db.ids import new_id
from db.user import IdentityProvider
from domain.checks import LINE, optional_text, text_of
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

ORDER = Order(("id",))
SHOWN = ("name", "issuer", "client_id", "only_way", "disabled_at", "created_at")
LONGEST = 500


@dataclass(frozen=True)
class ProviderSettings:
    """An organisation's own OpenID Connect issuer, and us as a client there."""

    name: str
    issuer: str
    client_id: str
    secret: str | None = None
    only_way: bool = False


async def set_up(
    tx: AsyncSession, caller: Caller, settings: AuthSettings, given: ProviderSettings
) -> IdentityProvider:
    """Set up or change the organisation's own issuer.

    The secret belongs to a client of an issuer: it is kept only while neither changes, so that
    nobody has it sent to an address of theirs.
    """
    issuer = _issuer(given.issuer, private=settings.private_addresses)
    client_id = text_of(given.client_id, "input.clientId", LONGEST)
    secret = optional_text(given.secret, "input.secret", LONGEST)
    provider = await _own(tx, caller)
    if provider is None:
        provider = IdentityProvider(id=new_id(), organisation_id=caller.organisation_id)
        tx.add(provider)
    elsewhere = (provider.issuer, provider.client_id) != (issuer, client_id)
    if secret is not None or elsewhere:
        provider.secret_jwe = secret and sealed(settings).seal(secret, str(provider.id))
    provider.name = text_of(given.name, "input.name", LINE)
    provider.issuer, provider.client_id = issuer, client_id
    provider.only_way, provider.disabled_at = given.only_way, None
    await tx.flush()
    await tx.refresh(provider, SHOWN)
    await _record(tx, EventKind.PROVIDER_SET, caller, issuer=issuer, only_way=given.only_way)
    return provider


async def remove(tx: AsyncSession, caller: Caller) -> IdentityProvider:
    """Let nobody sign in there any more. Who has no password here needs a new link."""
    provider = await _own(tx, caller)
    if provider is None:
        raise Refusal(RefusalCode.NOT_FOUND)
    require(provider.disabled_at is None, RefusalCode.WRONG_STATE)
    provider.disabled_at = await tx.scalar(select(func.now()))
    await tx.flush()
    await _record(tx, EventKind.PROVIDER_REMOVED, caller, issuer=provider.issuer)
    return provider


async def _own(tx: AsyncSession, caller: Caller) -> IdentityProvider | None:
    mine = IdentityProvider.organisation_id == caller.organisation_id
    found: IdentityProvider | None = await tx.scalar(
        select(IdentityProvider).where(mine).with_for_update()
    )
    return found


async def _record(tx: AsyncSession, kind: EventKind, caller: Caller, **facts: Any) -> None:
    await events.record(
        tx, kind, organisation_id=caller.organisation_id, by_client_id=caller.client_id,
        by_user_id=caller.user_id, **facts,
    )  # fmt: skip


def _issuer(given: str, *, private: bool) -> str:
    issuer = text_of(given, "input.issuer", LONGEST)
    try:
        check_address(issuer, private=private)
    except FetchRefused:
        raise Refusal(RefusalCode.BAD_INPUT, "input.issuer") from None
    require("?" not in issuer, RefusalCode.BAD_INPUT, "input.issuer")
    return issuer
