"""A person's own page: who they are here, where they are signed in, and what acts for them."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select, update
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth import account_view, events, grants, passkeys, sessions
from auth.authority import Authority
from auth.endpoint import address_of
from auth.events import EventKind
from auth.grants import EndReason
from auth.language import known
from auth.pages import checked_form, cookies, keep, language_of, page, page_route, text
from auth.pages.browsers import browser
from auth.sessions import HOME
from db.grant import Grant
from db.user import Session, User

DONE = frozenset(
    {"language", "session", "sessions", "access", "password", "app", "passkey", "passkey-removed"}
)
"""What the page may be told to confirm: texts ``done.<name>``."""


def done(what: str) -> Response:
    """Back to the account page, which says that it was done."""
    return RedirectResponse(f"{HOME}?{urlencode({'done': what})}", 303)


def routes(authority: Authority) -> list[Route]:
    account = _Account(authority)
    return [
        page_route(authority, HOME, account.show),
        page_route(authority, HOME + "/language", account.language, methods=["POST"]),
        page_route(authority, HOME + "/end-session", account.end_session, methods=["POST"]),
        page_route(authority, HOME + "/end-sessions", account.end_sessions, methods=["POST"]),
        page_route(authority, HOME + "/end-access", account.end_access, methods=["POST"]),
    ]


class _Account:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._settings = authority.settings
        self._database = authority.database

    async def show(self, request: Request) -> Response:
        person = await sessions.required(self._authority, request, HOME)
        async with self._database.authority() as tx:
            shown: dict[str, Any] = {
                "permitted": await account_view.permitted(tx, person),
                "credentials": await account_view.credentials(tx, person),
                "sessions": await account_view.sessions(tx, person, self._settings),
                "access": await account_view.access(tx, person),
            }
        confirmed = request.query_params.get("done")
        notice = text(language_of(request), f"done.{confirmed}") if confirmed in DONE else None
        return page(
            request, "account.html", notice=notice, browser=browser,
            passkeys=passkeys.possible(self._settings), second_factor=self._settings.second_factor,
            **shown,
        )  # fmt: skip

    async def language(self, request: Request) -> Response:
        form = await checked_form(self._authority, request)
        person = await sessions.required(self._authority, request, HOME)
        chosen = known(form.get("language"))
        if chosen is not None:
            async with self._database.authority() as tx:
                mine = update(User).where(User.id == person.user_id)
                await tx.execute(mine.values(language=chosen))
            # What this browser was switched to for now gives way to what was chosen for good.
            keep(request, cookies.gone(self._settings, cookies.LANGUAGE))
        return done("language")

    async def end_session(self, request: Request) -> Response:
        form = await checked_form(self._authority, request)
        person = await sessions.required(self._authority, request, HOME)
        id = _id(form.get("session"))
        await self._end(request, person, Session.id == id)
        return done("session")

    async def end_sessions(self, request: Request) -> Response:
        """All but this one."""
        await checked_form(self._authority, request)
        person = await sessions.required(self._authority, request, HOME)
        await self._end(request, person, Session.id != person.session_id)
        return done("sessions")

    async def end_access(self, request: Request) -> Response:
        form = await checked_form(self._authority, request)
        person = await sessions.required(self._authority, request, HOME)
        mine = (Grant.id == _id(form.get("access")), Grant.user_id == person.user_id)
        async with self._database.authority() as tx:
            client_id = await tx.scalar(select(Grant.client_id).where(*mine))
            if await grants.end(tx, EndReason.REVOKED, *mine):
                await events.record(
                    tx, EventKind.GRANT_ENDED, organisation_id=person.organisation_id,
                    client_id=client_id, user_id=person.user_id, by_user_id=person.user_id,
                    address=address_of(request), reason=EndReason.REVOKED.value,
                )  # fmt: skip
        return done("access")

    async def _end(self, request: Request, person: sessions.SignedIn, which: object) -> None:
        """Some of their own sessions, and everything that was let in from there."""
        async with self._database.authority() as tx:
            for id in await sessions.end(tx, Session.user_id == person.user_id, which):
                await grants.end(tx, EndReason.SIGNED_OUT, Grant.session_id == id)
                await events.record(
                    tx, EventKind.SESSION_ENDED, organisation_id=person.organisation_id,
                    user_id=person.user_id, by_user_id=person.user_id, address=address_of(request),
                )  # fmt: skip


def _id(given: str | None) -> UUID | None:
    try:
        return UUID(given or "")
    except ValueError:
        return None
