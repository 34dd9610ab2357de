"""People: who may sign in for an organisation, with which roles, and where they are signed in.

An organisation's administrators keep its people. KPAI invites the first administrator, and can shut
an administrator out; what roles somebody has elsewhere is not for KPAI to say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events, grants, invitations
from auth.caller import Caller
from auth.events import EventKind
from auth.grants import EndReason
from auth.roles import Role
from db.grant import Grant
from db.ids import new_id
from db.user import Session, User
from domain.checks import LINE, Ref, distinct, found, id_of, locked, text_of
from domain.client import owner_of
from domain.paging import Order
from domain.refusal import Refusal, RefusalCode, require

BY_NAME = Order(("name", "id"))
NEWEST_FIRST = Order(("id",), descending=True)
_EMAIL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9-]+(?:[.][a-z0-9-]+)+")


class Tongue(StrEnum):
    """The language in which somebody is spoken to."""

    ID = "id"
    EN = "en"


@dataclass(frozen=True)
class NewUser:
    """A person to be invited."""

    email: str
    name: str
    roles: list[Role]
    language: Tongue = Tongue.ID
    organisation_id: Ref | None = None


@dataclass(frozen=True)
class UserChange:
    """What to change of a person; what is left out stays."""

    name: str | None = None
    roles: list[Role] | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """A person, and the ticket with which they set how they sign in."""

    user: User
    ticket: str


def listed(organisation_id: Ref | None, role: Role | None, include_disabled: bool) -> Select[User]:
    """The people the caller may see: of its own organisation, and administrators for KPAI."""
    statement = select(User)
    if organisation_id is not None:
        id = id_of(organisation_id, "organisation", "organisationId")
        statement = statement.where(User.organisation_id == id)
    if role is not None:
        statement = statement.where(User.roles.contains([role.value]))
    return statement if include_disabled else statement.where(User.disabled_at.is_(None))


async def invite(tx: AsyncSession, caller: Caller, given: NewUser, *, hours: int) -> Invited:
    """A new person, who can do nothing before they took up the link."""
    owner = await owner_of(tx, caller, given.organisation_id)
    roles = _roles(given.roles)
    elsewhere = owner.id != caller.organisation_id
    only_administrator = roles == [Role.ADMINISTRATOR]
    require(only_administrator or not elsewhere, RefusalCode.WRONG_SIDE, "input.roles")
    user = User(
        id=new_id(),
        organisation_id=owner.id,
        email=_email(given.email),
        name=text_of(given.name, "input.name", LINE),
        roles=roles,
        language=given.language.value,
    )
    tx.add(user)
    try:
        await tx.flush()
    except IntegrityError:  # an address is one person's, wherever they are
        raise Refusal(RefusalCode.DUPLICATE, "input.email") from None
    return await _link(tx, caller, user, hours)


async def change(tx: AsyncSession, caller: Caller, ref: Ref, given: UserChange) -> User:
    roles = _roles(given.roles) if given.roles is not None else None
    if roles is not None and Role.ADMINISTRATOR not in roles:
        await _not_the_last(tx, caller, ref, "input.roles")
    user = await _kept(tx, ref)
    before = {"name": user.name, "roles": user.roles}
    if roles is not None:
        own = user.organisation_id == caller.organisation_id
        require(own, RefusalCode.WRONG_SIDE, "input.roles")
        user.roles = roles
    if given.name is not None:
        user.name = text_of(given.name, "input.name", LINE)
    await tx.flush()
    changed = [name for name, value in before.items() if getattr(user, name) != value]
    if changed:
        facts = {"roles": user.roles} if "roles" in changed else {}
        await _record(tx, EventKind.USER_CHANGED, caller, user, changed=changed, **facts)
    return user


async def renew_link(tx: AsyncSession, caller: Caller, ref: Ref, *, hours: int) -> Invited:
    """Another link, for whoever lost the first, or what they signed in with."""
    user = await _kept(tx, ref)
    require(user.disabled_at is None, RefusalCode.WRONG_STATE, "id")
    own = user.organisation_id == caller.organisation_id
    require(own or user.roles == [Role.ADMINISTRATOR], RefusalCode.WRONG_SIDE, "id")
    return await _link(tx, caller, user, hours, renewed=True)


async def disable(tx: AsyncSession, caller: Caller, ref: Ref) -> User:
    """Shut a person out: sessions, grants and links end with it (trigger, for whoever does it)."""
    await _not_the_last(tx, caller, ref, "id")
    user = await _kept(tx, ref)
    require(user.disabled_at is None, RefusalCode.WRONG_STATE, "id")
    user.disabled_at = await tx.scalar(select(func.now()))
    await tx.flush()
    await _record(tx, EventKind.USER_DISABLED, caller, user)
    return user


async def enable(tx: AsyncSession, caller: Caller, ref: Ref) -> User:
    """Let a person in again, with what they signed in with before; they begin with signing in."""
    user = await _kept(tx, ref)
    require(user.disabled_at is not None, RefusalCode.WRONG_STATE, "id")
    user.disabled_at = None
    await tx.flush()
    await _record(tx, EventKind.USER_ENABLED, caller, user)
    return user


async def end_session(tx: AsyncSession, caller: Caller, ref: Ref) -> Session:
    """Sign a person out of one browser, and end what programs were granted from there."""
    id = id_of(ref, "session", "id")
    session = await locked(tx, Session, id, barred=RefusalCode.WRONG_STATE)
    session.ended_at = await tx.scalar(select(func.now()))
    await tx.flush()
    await grants.end(tx, EndReason.SIGNED_OUT, Grant.session_id == session.id)
    await events.record(
        tx, EventKind.SESSION_ENDED, organisation_id=caller.organisation_id,
        user_id=session.user_id, by_client_id=caller.client_id, by_user_id=caller.user_id,
    )  # fmt: skip
    return session


async def _kept(tx: AsyncSession, ref: Ref) -> User:
    return await locked(tx, User, id_of(ref, "user", "id"), barred=RefusalCode.WRONG_SIDE)


async def _not_the_last(tx: AsyncSession, caller: Caller, ref: Ref, field: str) -> None:
    """Refuse what would leave the caller's organisation without an administrator who can sign in.

    All administrators are held, in one order, before one goes: so the last two cannot let each
    other go. KPAI may shut out the last one of another organisation, and invite the next.
    """
    user = await found(tx, User, id_of(ref, "user", "id"), "id")
    if user.organisation_id != caller.organisation_id:
        return
    query = (
        select(User)
        .where(User.organisation_id == user.organisation_id)
        .where(User.roles.contains([Role.ADMINISTRATOR.value]))
        .where(User.joined_at.is_not(None), User.disabled_at.is_(None))
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    able = list(await tx.scalars(query))
    require(able != [user], RefusalCode.LAST_ADMINISTRATOR, field)


async def _link(tx: AsyncSession, caller: Caller, user: User, hours: int, **facts: Any) -> Invited:
    """A link, whose page says who invites."""
    inviter = await tx.get(User, caller.user_id) if caller.user_id else None
    by = inviter.name if inviter else None
    ticket = await invitations.invite(tx, user.id, hours=hours, by=by)
    await _record(tx, EventKind.USER_INVITED, caller, user, roles=user.roles, **facts)
    return Invited(user, ticket)


async def _record(
    tx: AsyncSession, kind: EventKind, caller: Caller, user: User, **facts: Any
) -> None:
    await events.record(
        tx, kind, organisation_id=user.organisation_id, user_id=user.id,
        by_client_id=caller.client_id, by_user_id=caller.user_id, **facts,
    )  # fmt: skip


def _roles(given: Sequence[Role]) -> list[str]:
    named = distinct(given, "input.roles", least=1, most=len(Role))
    return [role.value for role in Role if role in named]


def _email(given: str) -> str:
    email = text_of(given, "input.email", 254).lower()
    require(_EMAIL.fullmatch(email), RefusalCode.BAD_INPUT, "input.email")
    return email
