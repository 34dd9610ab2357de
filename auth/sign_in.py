"""Signing in: e-mail address and password, then a code. Passkeys do both (`auth/passkeys.py`).

Who is unknown, mistaken, not joined or shut out is told the same after the same work.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth import (
    attempts,
    events,
    passkeys,
    passwords,
    people,
    recovery,
    sessions,
    tickets,
    totp,
    upstream,
)
from auth.attempts import Whom
from auth.authority import Authority
from auth.endpoint import address_of
from auth.events import EventKind
from auth.pages import checked_form, cookies, keep, language_of, page, page_route, text
from auth.people import Person
from auth.sessions import SIGN_IN_PATH, safe_next
from auth.tickets import Redeemed, TicketKind

CODE_PATH = "/sign-in/code"
APP_PATH = "/sign-in/app"
CODE_SECONDS = 300
APP_SECONDS = 900
"""Longer, because somebody may have to find and install an app first."""


def routes(authority: Authority) -> list[Route]:
    door = _Door(authority)
    both = ("GET", "POST")
    return [
        page_route(authority, SIGN_IN_PATH, door.password, methods=both),
        page_route(authority, CODE_PATH, door.code, methods=both),
        page_route(authority, APP_PATH, door.app, methods=both),
    ]


class _Door:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._settings = authority.settings
        self._database = authority.database

    async def password(self, request: Request) -> Response:
        if request.method != "POST":
            return await self._ask_password(request, safe_next(request.query_params.get("next")))
        form = await checked_form(self._authority, request)
        next, email = safe_next(form.get("next")), people.normal_email(form.get("email", ""))
        async with self._database.authority() as tx:
            person = await people.by_email(tx, email)
        whom = person.whom if person else Whom(email)
        drawn = await attempts.password(self._authority, request, whom)
        given, hash = form.get("password", ""), person.hash if person else None
        right = await self._authority.passwords.matches(hash, given)
        if person is None or not right or not person.welcome:
            await self._failed(request, whom, _reason(person, right=right))
            return await self._ask_password(request, next, email=email, problem="sign-in.wrong")
        await attempts.give_back(self._authority, drawn)
        if hash is not None and passwords.outdated(hash):
            await self._rehash(person, given)
        return await self._after_password(request, person, next)

    async def code(self, request: Request) -> Response:
        """The second factor: a code of the app, or one of those written down."""
        form = await checked_form(self._authority, request) if request.method == "POST" else None
        next = safe_next((request.query_params if form is None else form).get("next"))
        ticket, person, _ = await self._half_signed_in(request, "code")
        if person is None:
            return _again(next)
        problem = None
        if form is not None:
            drawn = await attempts.code(self._authority, request, person.whom, ticket)
            if await self._code_is_right(request, form, ticket, person):
                await attempts.give_back(self._authority, drawn)
                return self._in(next)
            await self._failed(request, person.whom, "CODE")
            problem = text(language_of(request), "code.wrong")
        return page(
            request, "sign_in_code.html", status=403 if problem else 200, next=next,
            email=person.email, problem=problem, recovery=form is not None and "recovery" in form,
        )  # fmt: skip

    async def app(self, request: Request) -> Response:
        """The second factor is required and this person has none yet: now is the time."""
        form = await checked_form(self._authority, request) if request.method == "POST" else None
        next = safe_next((request.query_params if form is None else form).get("next"))
        ticket, person, found = await self._half_signed_in(request, "app")
        sealed = found.data.get("totp") if found else None
        if person is None or not isinstance(sealed, str):
            return _again(next)
        problem = None
        if form is not None:
            step = totp.step_of(self._settings, person.user_id, sealed, form.get("code", ""))
            if step is not None:
                async with self._database.authority() as tx:
                    if await tickets.redeem(tx, TicketKind.SIGN_IN, ticket) is None:
                        return _again(next)
                    codes = await take_app(self._authority, tx, request, person, sealed, step)
                    await self._start(tx, request, person.user_id, ("pwd", "otp"))
                return page(request, "recovery_codes.html", codes=codes, next=next, switch=False)
            problem = text(language_of(request), "code.wrong")
        return app_page(self._authority, request, person, sealed, problem=problem, next=next)

    async def _ask_password(
        self, request: Request, next: str, *, email: str = "", problem: str | None = None
    ) -> Response:
        signed_in = await sessions.signed_in(self._authority, request)
        async with self._database.authority() as tx:
            providers = await people.providers(tx)
        if signed_in is not None and problem is None:  # sent here to show that it is them
            email = signed_in.email
        notice = text(language_of(request), "sign-in.again") if signed_in else None
        return page(
            request, "sign_in.html", status=403 if problem else 200, next=next, email=email,
            providers=[(upstream.address_with(id, next), name) for id, name in providers],
            problem=text(language_of(request), problem) if problem else None,
            notice=None if problem else notice, scripts=True,
            passkeys=passkeys.possible(self._settings),
        )  # fmt: skip

    async def _after_password(self, request: Request, person: Person, next: str) -> Response:
        if not person.has_app and not self._settings.second_factor:
            async with self._database.authority() as tx:
                await self._start(tx, request, person.user_id, ("pwd",))
            return self._in(next)
        to, seconds = CODE_PATH, CODE_SECONDS
        data: dict[str, Any] = {"purpose": "code"}
        if not person.has_app:
            to, seconds = APP_PATH, APP_SECONDS
            data = {"purpose": "app", "totp": totp.new_secret(self._settings, person.user_id)}
        async with self._database.authority() as tx:
            ticket = await tickets.issue(
                tx, TicketKind.SIGN_IN, seconds=seconds, user_id=person.user_id, **data
            )
        keep(request, cookies.make(self._settings, cookies.SIGN_IN, ticket, seconds))
        return RedirectResponse(f"{to}?next={quote(next)}", 303)

    async def _half_signed_in(
        self, request: Request, what: str
    ) -> tuple[str, Person | None, Redeemed | None]:
        """Whose password this browser has shown us, minutes ago."""
        ticket = cookies.read(self._settings, request, cookies.SIGN_IN) or ""
        async with self._database.authority() as tx:
            found = await tickets.look(tx, TicketKind.SIGN_IN, ticket)
            if found is None or found.user_id is None or found.data.get("purpose") != what:
                return ticket, None, None
            person = await people.by_id(tx, found.user_id)
        return ticket, person if person and person.welcome else None, found

    async def _code_is_right(
        self, request: Request, form: dict[str, str], ticket: str, person: Person
    ) -> bool:
        async with self._database.authority() as tx:
            id, settings = person.user_id, self._settings
            if "recovery" in form:
                method, right = "kba", await recovery.use(tx, settings, id, form["recovery"])
            else:
                method, right = "otp", await totp.use(tx, settings, id, form.get("code", ""))
            # The ticket last: a wrong code leaves it for another try.
            if not right or await tickets.redeem(tx, TicketKind.SIGN_IN, ticket) is None:
                return False
            if method == "kba":
                await events.record(
                    tx, EventKind.RECOVERY_CODE_USED, organisation_id=person.organisation_id,
                    user_id=id, by_user_id=id, address=address_of(request),
                    left=await recovery.left(tx, id),
                )  # fmt: skip
            await self._start(tx, request, id, ("pwd", method))
        return True

    async def _start(
        self, tx: AsyncSession, request: Request, user_id: UUID, methods: Sequence[str]
    ) -> None:
        keep(request, await sessions.start(self._authority, tx, request, user_id, methods))
        keep(request, cookies.gone(self._settings, cookies.SIGN_IN))

    def _in(self, next: str) -> Response:
        return RedirectResponse(next, 303)

    async def _rehash(self, person: Person, password: str) -> None:
        """Only now do we have the password to make a hash with today's parameters."""
        hash = await self._authority.passwords.make_hash(password)
        async with self._database.authority() as tx:
            await passwords.rehash(tx, person.user_id, person.hash, hash)

    async def _failed(self, request: Request, whom: Whom, reason: str) -> None:
        async with self._database.authority() as tx:
            await events.record(
                tx, EventKind.SIGN_IN_FAILED, organisation_id=whom.organisation_id,
                user_id=whom.user_id, address=address_of(request), reason=reason,
            )  # fmt: skip


def app_page(
    authority: Authority, request: Request, person: Person, sealed: str, *,
    problem: str | None, next: str = "",
) -> Response:  # fmt: skip
    """How to set up an authenticator app, and the field for its first code."""
    shown = totp.shown(authority.settings, person.user_id, sealed, person.email)
    if shown is None:  # sealed under a key of before: there is nothing to show
        return _again(next)
    return page(
        request, "app.html", status=403 if problem else 200, shown=shown,
        next=next, problem=problem,
    )  # fmt: skip


async def take_app(
    authority: Authority, tx: AsyncSession, request: Request, person: Person, sealed: str, step: int
) -> list[str]:
    """The person's app from now on; answers with new recovery codes."""
    await totp.put(tx, person.user_id, sealed, step)
    await events.record(
        tx, EventKind.CREDENTIAL_ADDED, organisation_id=person.organisation_id,
        user_id=person.user_id, by_user_id=person.user_id, address=address_of(request),
        method="otp",
    )  # fmt: skip
    return await recovery.renew(tx, authority.settings, person.user_id)


def _reason(person: Person | None, *, right: bool) -> str:
    """For the security log alone, which only the person's own organisation reads."""
    if person is None or not right:
        return "PASSWORD"
    if person.elsewhere:
        return "ELSEWHERE"
    return "DISABLED" if person.out else "NOT_JOINED"


def _again(next: str) -> Response:
    return RedirectResponse(sessions.sign_in_address(next), 303)
