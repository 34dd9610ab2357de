"""Joining by a link that works once; nobody registers themselves.

Nothing is kept until the last step is done: password, then the first code of an authenticator app.
Then all of it is, at once. For somebody who has joined, the same link replaces what they signed in
with before, and ends what was begun with it.
"""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from auth import events, grants, passwords, people, sessions, tickets, totp, upstream
from auth.authority import Authority
from auth.endpoint import address_of
from auth.events import EventKind
from auth.grants import EndReason
from auth.pages import checked_form, cookies, keep, language_of, page, page_route, refusal, text
from auth.people import Person
from auth.roles import Role
from auth.sealing import Sealed
from auth.sign_in import app_page, take_app
from auth.tickets import TicketKind
from db.credential import Passkey, RecoveryCode, Totp
from db.grant import Grant
from db.user import Session, User

PATH = "/invitation"
JOINING = "joining"
JOINING_SECONDS = 1800
"""How long somebody may take to set up an app after choosing a password."""


async def invite(tx: AsyncSession, user_id: UUID, *, hours: int, by: str | None = None) -> str:
    """A ticket for a person, who is told that it came ``by`` that name. Former ones end."""
    data: dict[str, Any] = {"by": by} if by else {}
    return await tickets.issue(
        tx, TicketKind.INVITATION, seconds=hours * 3600, user_id=user_id, **data
    )


def link(issuer: str, ticket: str) -> str:
    """Where the person takes it up."""
    return f"{issuer}{PATH}/{quote(ticket)}"


def routes(authority: Authority) -> list[Route]:
    joining = _Joining(authority)
    return [page_route(authority, PATH + "/{ticket}", joining.answer, methods=("GET", "POST"))]


class _Joining:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._settings = authority.settings
        self._database = authority.database
        self._sealed = Sealed(authority.settings.key_encryption_key, "password to be")

    async def answer(self, request: Request) -> Response:
        form = await checked_form(self._authority, request) if request.method == "POST" else None
        ticket = request.path_params["ticket"]
        begun = cookies.read(self._settings, request, cookies.SIGN_IN) or ""
        async with self._database.authority() as tx:
            invited = await tickets.look(tx, TicketKind.INVITATION, ticket)
            id = invited.user_id if invited else None
            person = await people.by_id(tx, id) if id else None
            chosen = await tickets.look(tx, TicketKind.SIGN_IN, begun)
        if invited is None or person is None or person.out:
            return _ended(request)
        request.state.speaks = person.language
        so_far = None
        if chosen and chosen.user_id == person.user_id and chosen.data.get("purpose") == JOINING:
            so_far = chosen.data
        if form is None or person.elsewhere:
            if so_far and not person.elsewhere:
                return self._ask_code(request, person, so_far, None)
            return self._ask_password(request, person, invited.data, None)
        if "code" in form and so_far:
            return await self._code(request, person, so_far, form["code"], (ticket, begun))
        return await self._password(request, person, invited.data, form, ticket)

    async def _password(
        self, request: Request, person: Person, data: dict[str, Any], form: dict[str, str],
        ticket: str,
    ) -> Response:  # fmt: skip
        chosen = form.get("password", "")
        weak = await self._authority.passwords.weakness(chosen, person.about)
        if weak is not None:
            return self._ask_password(request, person, data, f"weak.{weak}")
        if form.get("again") != chosen:
            return self._ask_password(request, person, data, "password.differ")
        hash = await self._authority.passwords.make_hash(chosen)
        if not self._settings.second_factor:
            async with self._database.authority() as tx:
                if await tickets.redeem(tx, TicketKind.INVITATION, ticket) is None:
                    return _ended(request)
                await self._take_up(tx, request, person, hash)
                await self._start(tx, request, person, ("pwd",))
            return RedirectResponse(sessions.HOME, 303)
        async with self._database.authority() as tx:
            begun = await tickets.issue(
                tx, TicketKind.SIGN_IN, seconds=JOINING_SECONDS, user_id=person.user_id,
                password=self._sealed.seal(hash, str(person.user_id)),
                totp=totp.new_secret(self._settings, person.user_id), purpose=JOINING,
            )  # fmt: skip
        keep(request, cookies.make(self._settings, cookies.SIGN_IN, begun, JOINING_SECONDS))
        return RedirectResponse(f"{PATH}/{quote(ticket)}", 303)

    async def _code(
        self, request: Request, person: Person, so_far: dict[str, Any], code: str,
        used: tuple[str, str],
    ) -> Response:  # fmt: skip
        hash = self._sealed.open(so_far["password"], str(person.user_id))
        step = totp.step_of(self._settings, person.user_id, so_far["totp"], code)
        if step is None or hash is None:
            return self._ask_code(request, person, so_far, "code.wrong")
        async with self._database.authority() as tx:
            # One statement each: of two that come at the same time, one finds the link used.
            invited = await tickets.redeem(tx, TicketKind.INVITATION, used[0])
            if invited is None or await tickets.redeem(tx, TicketKind.SIGN_IN, used[1]) is None:
                return _ended(request)
            await self._take_up(tx, request, person, hash)
            codes = await take_app(self._authority, tx, request, person, so_far["totp"], step)
            await self._start(tx, request, person, ("pwd", "otp"))
        keep(request, cookies.gone(self._settings, cookies.SIGN_IN))
        return page(request, "recovery_codes.html", codes=codes, next=sessions.HOME, switch=False)

    async def _take_up(self, tx: AsyncSession, request: Request, person: Person, hash: str) -> None:
        """The person from now on; what let them in before, and what it let in, is over."""
        id = person.user_id
        # Locked, so that it is not somebody who was shut out in this moment.
        await tx.execute(select(User.id).where(User.id == id).with_for_update())
        if person.joined:
            for kept in (Totp, RecoveryCode, Passkey):
                await tx.execute(delete(kept).where(kept.user_id == id))
            await sessions.end(tx, Session.user_id == id)
            await grants.end(tx, EndReason.CREDENTIALS_CHANGED, Grant.user_id == id)
        await passwords.put(tx, id, hash)
        joined = {"joined_at": func.coalesce(User.joined_at, func.now())}
        language = {} if person.joined else {"language": language_of(request)}
        await tx.execute(update(User).where(User.id == id).values(joined | language))
        await tickets.end(tx, id)
        await events.record(
            tx, EventKind.USER_JOINED, organisation_id=person.organisation_id, user_id=id,
            by_user_id=id, address=address_of(request), again=person.joined,
        )  # fmt: skip

    async def _start(
        self, tx: AsyncSession, request: Request, person: Person, methods: tuple[str, ...]
    ) -> None:
        keep(request, await sessions.start(self._authority, tx, request, person.user_id, methods))

    def _ask_password(
        self, request: Request, person: Person, data: dict[str, Any], problem: str | None
    ) -> Response:
        language = language_of(request)
        roles = [Role(role) for role in person.roles]
        named = ", ".join(role.english if language == "en" else role.indonesian for role in roles)
        provider = person.provider_id
        return page(
            request, "invitation.html", status=403 if problem else 200, name=person.name,
            email=person.email, organisation=person.organisation_name, roles=named,
            joined=person.joined, elsewhere=person.elsewhere, by=data.get("by"),
            provider=upstream.address_with(provider, sessions.HOME) if provider else None,
            problem=text(language, problem) if problem else None,
        )  # fmt: skip

    def _ask_code(
        self, request: Request, person: Person, so_far: dict[str, Any], problem: str | None
    ) -> Response:
        said = text(language_of(request), problem) if problem else None
        return app_page(self._authority, request, person, so_far["totp"], problem=said)


def _ended(request: Request) -> Response:
    return refusal(request, "invitation-ended", status=404, back=sessions.SIGN_IN_PATH)
