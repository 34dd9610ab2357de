"""Adding, naming and removing passkeys. To add one, a browser wants to be asked by a script."""

import unicodedata
from uuid import UUID

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from auth import account_view, attempts, events, passkeys, people, sessions
from auth.account import done
from auth.authority import Authority
from auth.endpoint import address_of
from auth.events import EventKind
from auth.pages import checked_form, language_of, page, page_route, text
from auth.people import Person
from auth.sessions import HOME, SignedIn
from db.credential import Passkey

PATH = HOME + "/passkeys"
LONGEST_NAME = 100


def routes(authority: Authority) -> list[Route]:
    if not passkeys.possible(authority.settings):
        return []
    own = _Passkeys(authority)
    return [
        page_route(authority, PATH, own.show),
        page_route(authority, PATH + "/options", own.options, methods=["POST"]),
        page_route(authority, PATH + "/add", own.add, methods=["POST"]),
        page_route(authority, PATH + "/rename", own.rename, methods=["POST"]),
        page_route(authority, PATH + "/remove", own.remove, methods=["POST"]),
    ]


class _Passkeys:
    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._settings = authority.settings
        self._database = authority.database

    async def show(self, request: Request) -> Response:
        signed_in = await sessions.required(self._authority, request, PATH, fresh=True)
        async with self._database.authority() as tx:
            person = await people.by_id(tx, signed_in.user_id)
            kept = await account_view.passkeys(tx, signed_in.user_id)
        if person is None or not person.welcome:
            return RedirectResponse(HOME, 303)
        return page(request, "passkeys.html", passkeys=kept, scripts=True)

    async def options(self, request: Request) -> Response:
        await passkeys.read_json(self._authority, request)
        await attempts.challenge(self._authority, request)
        signed_in = await sessions.signed_in(self._authority, request)
        async with self._database.authority() as tx:
            person = await self._fresh(tx, signed_in)
            if person is None:
                return self._problem(request, "passkey.again")
            made = await passkeys.registration(tx, self._settings, person)
        return Response(made, media_type="application/json")

    async def add(self, request: Request) -> Response:
        sent = await passkeys.read_json(self._authority, request)
        signed_in = await sessions.signed_in(self._authority, request)
        name = _name(sent.get("name")) or text(language_of(request), "passkey.unnamed")
        try:
            async with self._database.authority() as tx:
                person = await self._fresh(tx, signed_in)
            if person is None:
                return self._problem(request, "passkey.again")
            row = await passkeys.registered(self._authority, sent.get("credential"), person.user_id)
            async with self._database.authority() as tx:
                await passkeys.keep_new(tx, row, name)
                await self._record(tx, request, EventKind.CREDENTIAL_ADDED, person)
        except passkeys.Refused:
            return self._problem(request, "passkey.not-added")
        return JSONResponse({"next": f"{HOME}?done=passkey"})

    async def rename(self, request: Request) -> Response:
        form = await checked_form(self._authority, request)
        signed_in = await sessions.required(self._authority, request, PATH, fresh=True)
        name = _name(form.get("name"))
        if name:
            async with self._database.authority() as tx:
                await tx.execute(update(Passkey).where(*_own(form, signed_in)).values(name=name))
        return RedirectResponse(PATH, 303)

    async def remove(self, request: Request) -> Response:
        form = await checked_form(self._authority, request)
        signed_in = await sessions.required(self._authority, request, PATH, fresh=True)
        async with self._database.authority() as tx:
            gone = await tx.execute(delete(Passkey).where(*_own(form, signed_in)))
            person = await people.by_id(tx, signed_in.user_id)
            if gone.rowcount and person:  # type: ignore[attr-defined]
                await self._record(tx, request, EventKind.CREDENTIAL_REMOVED, person)
        return done("passkey-removed")

    async def _fresh(self, tx: AsyncSession, signed_in: SignedIn | None) -> Person | None:
        if signed_in is None or not signed_in.fresh:
            return None
        person = await people.by_id(tx, signed_in.user_id)
        return person if person and person.welcome else None

    async def _record(
        self, tx: AsyncSession, request: Request, kind: EventKind, person: Person
    ) -> None:
        await events.record(
            tx, kind, organisation_id=person.organisation_id, user_id=person.user_id,
            by_user_id=person.user_id, address=address_of(request), method="hwk",
        )  # fmt: skip

    def _problem(self, request: Request, key: str) -> Response:
        return JSONResponse({"problem": text(language_of(request), key)}, 403)


def _own(form: dict[str, str], signed_in: SignedIn) -> tuple[ColumnElement[bool], ...]:
    try:
        id = UUID(form.get("passkey", ""))
    except ValueError:
        id = UUID(int=0)
    return (Passkey.id == id, Passkey.user_id == signed_in.user_id)


def _name(given: object) -> str:
    """One line that can be read; what cannot be seen is left out."""
    shown = "".join(c for c in given if c.isprintable()) if isinstance(given, str) else ""
    return unicodedata.normalize("NFC", shown).strip()[:LONGEST_NAME]
