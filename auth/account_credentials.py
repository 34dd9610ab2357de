"""How a person changes what they sign in with: password, authenticator app, recovery codes.

Who found the browser open must not make it theirs: a new password needs the old one, everything
else that somebody signed in a moment ago.
"""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth import attempts, events, grants, passwords, people, recovery, sessions, tickets, totp
from auth.account import done
from auth.authority import Authority
from auth.endpoint import address_of
from auth.events import EventKind
from auth.grants import EndReason
from auth.pages import checked_form, cookies, keep, language_of, page, page_route, text
from auth.people import Person
from auth.sessions import HOME
from auth.sign_in import APP_SECONDS, app_page, take_app
from auth.tickets import TicketKind
from db.grant import Grant
from db.user import Session

PASSWORD_PATH = HOME + "/password"
APP_PATH = HOME + "/app"
CODES_PATH = HOME + "/recovery-codes"
_RENEWING = "account"


def routes(authority: Authority) -> list[Route]:
    own = _Credentials(authority)
    both = ("GET", "POST")
    return [
        page_route(authority, PASSWORD_PATH, own.password, methods=both),
        page_route(authority, APP_PATH, own.app, methods=both),
        page_route(authority, CODES_PATH, own.codes, methods=both),
    ]


class _Credentials:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._settings = authority.settings
        self._database = authority.database

    async def password(self, request: Request) -> Response:
        form = await checked_form(self._authority, request) if request.method == "POST" else None
        signed_in = await sessions.required(self._authority, request, PASSWORD_PATH)
        person = await self._person(signed_in)
        if person is None or person.hash is None:
            return RedirectResponse(HOME, 303)
        wrong = await self._wrong(request, person, form) if form is not None else None
        if form is None or wrong is not None:
            return page(
                request, "password.html", status=403 if wrong else 200, email=person.email,
                problem=text(language_of(request), wrong) if wrong else None,
                wrong_old=wrong == "old-password.wrong",
            )  # fmt: skip
        hash = await self._authority.passwords.make_hash(form["password"])
        async with self._database.authority() as tx:
            await passwords.put(tx, person.user_id, hash)
            others = await sessions.end(
                tx, Session.user_id == person.user_id, Session.id != signed_in.session_id
            )
            await grants.end(tx, EndReason.CREDENTIALS_CHANGED, Grant.session_id.in_(others))
            await tickets.end(tx, person.user_id, TicketKind.SIGN_IN)
            await self._record(tx, request, person, "pwd")
        return done("password")

    async def app(self, request: Request) -> Response:
        """Another authenticator app, or the first where none is required."""
        form = await checked_form(self._authority, request) if request.method == "POST" else None
        signed_in = await sessions.required(self._authority, request, APP_PATH, fresh=True)
        person = await self._person(signed_in)
        if person is None or person.hash is None:
            return RedirectResponse(HOME, 303)
        ticket = cookies.read(self._settings, request, cookies.SIGN_IN) or ""
        sealed = await self._begun(person, ticket)
        if sealed is None:
            sealed = totp.new_secret(self._settings, person.user_id)
            async with self._database.authority() as tx:
                ticket = await tickets.issue(
                    tx, TicketKind.SIGN_IN, seconds=APP_SECONDS, user_id=person.user_id,
                    purpose=_RENEWING, totp=sealed,
                )  # fmt: skip
            keep(request, cookies.make(self._settings, cookies.SIGN_IN, ticket, APP_SECONDS))
        problem = None
        if form is not None:
            step = totp.step_of(self._settings, person.user_id, sealed, form.get("code", ""))
            if step is not None:
                return await self._renew_app(request, person, ticket, sealed, step)
            problem = text(language_of(request), "code.wrong")
        return app_page(self._authority, request, person, sealed, problem=problem)

    async def codes(self, request: Request) -> Response:
        """New recovery codes, for who has an app to recover."""
        form = await checked_form(self._authority, request) if request.method == "POST" else None
        signed_in = await sessions.required(self._authority, request, CODES_PATH, fresh=True)
        person = await self._person(signed_in)
        if person is None or not person.has_app:
            return RedirectResponse(HOME, 303)
        if form is None:
            return page(request, "new_codes.html")
        async with self._database.authority() as tx:
            codes = await recovery.renew(tx, self._settings, person.user_id)
            await self._record(tx, request, person, "kba")
        return page(request, "recovery_codes.html", codes=codes, next=HOME, switch=False)

    async def _person(self, signed_in: sessions.SignedIn) -> Person | None:
        """None for whom everything is kept at their organisation."""
        async with self._database.authority() as tx:
            person = await people.by_id(tx, signed_in.user_id)
        return person if person and person.welcome else None

    async def _wrong(self, request: Request, person: Person, form: dict[str, str]) -> str | None:
        """What is wrong with a change of password: the key of a text."""
        drawn = await attempts.confirmation(self._authority, request, person.whom)
        if not await self._authority.passwords.matches(person.hash, form.get("old", "")):
            return "old-password.wrong"
        await attempts.give_back(self._authority, drawn)
        chosen = form.get("password", "")
        weak = await self._authority.passwords.weakness(chosen, person.about)
        if weak is not None:
            return f"weak.{weak}"
        return None if form.get("again") == chosen else "password.differ"

    async def _begun(self, person: Person, ticket: str) -> str | None:
        """The secret that is on the page already, so that reading it twice shows the same."""
        async with self._database.authority() as tx:
            found = await tickets.look(tx, TicketKind.SIGN_IN, ticket)
        if found is None or found.user_id != person.user_id:
            return None
        return found.data["totp"] if found.data.get("purpose") == _RENEWING else None

    async def _renew_app(
        self, request: Request, person: Person, ticket: str, sealed: str, step: int
    ) -> Response:
        async with self._database.authority() as tx:
            if await tickets.redeem(tx, TicketKind.SIGN_IN, ticket) is None:
                return RedirectResponse(APP_PATH, 303)
            codes = await take_app(self._authority, tx, request, person, sealed, step)
        keep(request, cookies.gone(self._settings, cookies.SIGN_IN))
        return page(
            request, "recovery_codes.html", codes=codes, next=f"{HOME}?done=app", switch=False
        )

    async def _record(
        self, tx: AsyncSession, request: Request, person: Person, method: str
    ) -> None:
        await events.record(
            tx, EventKind.CREDENTIAL_ADDED, organisation_id=person.organisation_id,
            user_id=person.user_id, by_user_id=person.user_id, address=address_of(request),
            method=method,
        )  # fmt: skip
