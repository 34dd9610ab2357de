"""Who of ours somebody is whom an organisation's issuer knows.

Nobody becomes a person of ours by having an account there: they were invited, and are recognised
once by the e-mail address that the issuer has verified, from then on by its name for them
(``sub``), for addresses are given anew. An issuer speaks for the people of its organisation only.
"""

from enum import StrEnum
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events
from auth.events import EventKind
from auth.openid import Person, Provider
from auth.tickets import TicketKind
from db.grant import Ticket
from db.user import ExternalIdentity, User


class Stranger(StrEnum):
    """Why somebody whom the issuer knows is not let in."""

    NOT_INVITED = "not_invited"
    NO_VERIFIED_EMAIL = "no_verified_email"
    SHUT_OUT = "shut_out"
    OTHER_ACCOUNT = "other_account"
    """That person of ours has another account at this issuer already."""


class Strange(Exception):
    """Nobody of ours, or nobody any more."""

    def __init__(self, reason: Stranger) -> None:
        super().__init__(reason.value)
        self.reason = reason


async def recognised(
    tx: AsyncSession, provider: Provider, person: Person, *, address: str | None
) -> UUID:
    """The person of ours, joined if they were invited; or Strange."""
    query = select(ExternalIdentity.user_id).where(
        ExternalIdentity.provider_id == provider.id, ExternalIdentity.subject == person.subject
    )
    known: UUID | None = await tx.scalar(query)
    if known is not None:
        user = await _locked(tx, provider, User.id == known)
        if user is None:
            raise Strange(Stranger.SHUT_OUT)
        return user.id
    if person.email is None:
        raise Strange(Stranger.NO_VERIFIED_EMAIL)
    user = await _locked(tx, provider, User.email == person.email.lower())
    if user is None:
        raise Strange(Stranger.NOT_INVITED)
    await _link(tx, provider, person, user, address)
    return user.id


async def _locked(tx: AsyncSession, provider: Provider, which: ColumnElement[bool]) -> User | None:
    """The live person of the issuer's own organisation; two sign-ins come one after the other."""
    own = (User.organisation_id == provider.organisation_id, User.disabled_at.is_(None))
    query = select(User).where(which, *own).with_for_update()
    found: User | None = await tx.scalar(query)
    return found


async def _link(
    tx: AsyncSession, provider: Provider, person: Person, user: User, address: str | None
) -> None:
    """From now on it is this account there. Who joins so needs no invitation any more."""
    account = (ExternalIdentity.provider_id == provider.id, ExternalIdentity.user_id == user.id)
    subject = await tx.scalar(select(ExternalIdentity.subject).where(*account))
    if subject is not None:
        if subject != person.subject:
            raise Strange(Stranger.OTHER_ACCOUNT)
        return  # the same person, in another window, a moment ago
    values = {"provider_id": provider.id, "subject": person.subject, "user_id": user.id}
    await tx.execute(insert(ExternalIdentity).values(values))
    record = partial(
        events.record, tx, organisation_id=user.organisation_id, user_id=user.id,
        by_user_id=user.id, address=address,
    )  # fmt: skip
    if user.joined_at is None:
        await tx.execute(update(User).where(User.id == user.id).values(joined_at=func.now()))
        links = (Ticket.user_id == user.id, Ticket.kind == TicketKind.INVITATION.value)
        await tx.execute(
            update(Ticket).where(*links, Ticket.used_at.is_(None)).values(used_at=func.now())
        )
        await record(EventKind.USER_JOINED)
    await record(EventKind.CREDENTIAL_ADDED, credential="fed")
