"""Being signed in: a browser holds a random cookie, the database its hash.

Whether a session still counts is asked at every page: it ends by itself after a while, idle or not,
and at once with the person, their organisation, or an administrator's word.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth import events, grants, known_browser
from auth.authority import Authority
from auth.endpoint import address_of
from auth.events import EventKind
from auth.grants import EndReason
from auth.pages import GoTo, checked_form, cookies, keep, page_route
from auth.pages.cookies import Cookie
from auth.settings import AuthSettings
from db.client import Client
from db.grant import Grant
from db.ids import new_id
from db.organisation import Organisation
from db.user import Session, User

SIGN_IN_PATH = "/sign-in"
SIGN_OUT_PATH = "/sign-out"
HOME = "/account"
FRESH = timedelta(minutes=10)
"""How long after signing in somebody may change how they sign in."""

_SEEN_EVERY = timedelta(minutes=1)
_NEXT = re.compile(
    r"/(?:|oauth/consent|device|account(?:/[a-z-]+)*)"
    r"(?:\?[A-Za-z0-9._~%&=+:,;@!$'()*/?-]*)?"
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who is signed in here and now."""

    session_id: UUID
    user_id: UUID
    organisation_id: UUID
    organisation_name: str
    name: str
    email: str
    roles: tuple[str, ...]
    language: str
    methods: tuple[str, ...]
    """How they proved who they are, as in RFC 8176."""
    signed_in_at: datetime
    fresh: bool
    """Whether that was just now, so that it is them and not who found the browser open."""


async def signed_in(authority: Authority, request: Request) -> SignedIn | None:
    """Who is signed in in this browser; also kept for the page that is about to be shown."""
    secret = cookies.read(authority.settings, request, cookies.SESSION)
    if not secret:
        return None
    async with authority.database.authority() as tx:
        person = await _find(tx, authority.settings, secret)
    request.state.signed_in = person
    request.state.speaks = person.language if person else None
    return person


async def required(
    authority: Authority, request: Request, page: str, *, fresh: bool = False
) -> SignedIn:
    """Who is signed in, and just now if it must be ``fresh``; else they are sent to sign in, to
    come back to that page of ours."""
    person = await signed_in(authority, request)
    if person is None or (fresh and not person.fresh):
        raise GoTo(sign_in_address(page))
    return person


async def start(
    authority: Authority, tx: AsyncSession, request: Request, user_id: UUID, methods: Sequence[str]
) -> Cookie:
    """Sign a person in: always a new session, so that nobody can have placed its cookie before.

    The one before in this browser ends. What was let in during it goes on under the new one if it
    was the same person's, and ends like at signing out if it was not.
    """
    settings = authority.settings
    secret, id = secrets.token_urlsafe(32), new_id()
    values = {
        "id": id, "user_id": user_id, "hash": _hash(secret), "methods": list(methods),
        "address": address_of(request), "user_agent": _user_agent(request),
        "expires_at": func.now() + timedelta(seconds=settings.session_seconds),
    }  # fmt: skip
    await tx.execute(insert(Session).values(values))
    former = cookies.read(settings, request, cookies.SESSION)
    if former:
        await _replace(tx, former, id, user_id)
    organisation_id = await tx.scalar(select(User.organisation_id).where(User.id == user_id))
    await events.record(
        tx, EventKind.SIGNED_IN, organisation_id=organisation_id, user_id=user_id,
        by_user_id=user_id, address=address_of(request), methods=list(methods),
    )  # fmt: skip
    known_browser.remember(settings, request, user_id)
    return cookies.make(settings, cookies.SESSION, secret)


async def end(tx: AsyncSession, *which: object) -> list[UUID]:
    """End sessions, such as ``end(tx, Session.user_id == id)``; answers which they were."""
    statement = (
        update(Session)
        .where(*which, Session.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=func.now())
        .returning(Session.id)
    )
    return list(await tx.scalars(statement))


async def end_with_grants(tx: AsyncSession, session_id: UUID, reason: EndReason) -> None:
    """End a session, and what programs in a browser were let do in it. A program that keeps a key
    or a secret of its own was given access for longer than that, and is ended by itself."""
    await end(tx, Session.id == session_id)
    public = select(Client.id).where(Client.auth_method == "none").scalar_subquery()
    await grants.end(tx, reason, Grant.session_id == session_id, Grant.client_id.in_(public))


def safe_next(given: str | None) -> str:
    """Where to go after signing in: a page of ours, or the account page."""
    return given if given and len(given) <= 4_000 and _NEXT.fullmatch(given) else HOME


def sign_in_address(next: str) -> str:
    """Where to sign in first, so as to come to ``next`` then."""
    return f"{SIGN_IN_PATH}?next={quote(safe_next(next), safe='/')}"


def routes(authority: Authority) -> list[Route]:
    async def sign_out(request: Request) -> Response:
        await checked_form(authority, request)
        person = await signed_in(authority, request)
        if person is not None:
            async with authority.database.authority() as tx:
                await end_with_grants(tx, person.session_id, EndReason.SIGNED_OUT)
                await events.record(
                    tx, EventKind.SIGNED_OUT, organisation_id=person.organisation_id,
                    user_id=person.user_id, by_user_id=person.user_id, address=address_of(request),
                )  # fmt: skip
        keep(request, cookies.gone(authority.settings, cookies.SESSION))
        return RedirectResponse(SIGN_IN_PATH, 303)

    return [page_route(authority, SIGN_OUT_PATH, sign_out, methods=["POST"])]


async def _find(tx: AsyncSession, settings: AuthSettings, secret: str) -> SignedIn | None:
    query = (
        select(
            Session.id, User.id, Organisation.id, Organisation.name, User.name, User.email,
            User.roles, User.language, Session.methods, Session.created_at,
            Session.created_at > func.now() - FRESH, Session.seen_at < func.now() - _SEEN_EVERY,
        )
        .join(User, User.id == Session.user_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(
            Session.hash == _hash(secret),
            Session.ended_at.is_(None),
            Session.expires_at > func.now(),
            Session.seen_at > func.now() - timedelta(seconds=settings.session_idle_seconds),
            User.joined_at.is_not(None),
            User.disabled_at.is_(None),
            Organisation.dissolved_at.is_(None),
        )
    )  # fmt: skip
    row = (await tx.execute(query)).one_or_none()
    if row is None:
        return None
    id, user_id, organisation_id, organisation, name, email, roles, language, *rest = row
    methods, at, fresh, unseen = rest
    if unseen:
        await tx.execute(update(Session).where(Session.id == id).values(seen_at=func.now()))
    return SignedIn(
        session_id=id, user_id=user_id, organisation_id=organisation_id,
        organisation_name=organisation, name=name, email=email, roles=tuple(roles),
        language=language, methods=tuple(methods), signed_in_at=at, fresh=fresh,
    )  # fmt: skip


async def _replace(tx: AsyncSession, secret: str, id: UUID, user_id: UUID) -> None:
    query = select(Session.id, Session.user_id).where(
        Session.hash == _hash(secret), Session.ended_at.is_(None)
    )
    former = (await tx.execute(query)).one_or_none()
    if former is None:
        return
    if former.user_id == user_id:
        await end(tx, Session.id == former.id)
        theirs = (Grant.session_id == former.id, Grant.ended_at.is_(None))
        await tx.execute(update(Grant).where(*theirs).values(session_id=id))
    else:
        await end_with_grants(tx, former.id, EndReason.SIGNED_OUT)


def _user_agent(request: Request) -> str | None:
    given = "".join(c for c in request.headers.get("user-agent", "") if c.isprintable())
    return given[:300] or None


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
