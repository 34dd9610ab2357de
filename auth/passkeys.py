"""Passkeys (kunci sandi): keys kept by a phone or computer, which asks its owner before using one.

A passkey signs in alone: having the device and opening it are two factors (WebAuthn with user
verification required). The challenge is a ticket, so any replica may check the answer, once.

The library comes with every way in which devices vouch for themselves, 6 MB of it: it is loaded
when somebody has a passkey.
"""

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from authlib.oauth2.rfc6749 import InvalidRequestError  # type: ignore[import-untyped]
from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import attempts, events, people, sessions, tickets
from auth.attempts import Whom
from auth.authority import Authority
from auth.endpoint import MAX_BODY, address_of
from auth.events import EventKind
from auth.pages import keep, language_of, page_route, text
from auth.pages.visit import check_origin, check_token
from auth.people import Person
from auth.settings import AuthSettings
from auth.tickets import TicketKind
from db.credential import Passkey
from db.ids import new_id

SECONDS = 300
MOST = 20
"""Passkeys of one person."""
_TRANSPORTS = frozenset({"ble", "hybrid", "internal", "nfc", "smart-card", "usb"})
Row = dict[str, Any]
_REGISTER, _SIGN_IN = "register", "sign-in"


class Refused(Exception):
    """The answer is not one to our challenge, or not of a key we know."""


def possible(settings: AuthSettings) -> bool:
    """Browsers keep passkeys for names; an address of a machine has none (WebAuthn 5.1.2)."""
    try:
        ipaddress.ip_address(urlsplit(settings.issuer).hostname or "")
    except ValueError:
        return True
    return False


def routes(authority: Authority) -> list[Route]:
    """Signing in with a passkey. Adding one is the account page's (`auth/account_passkeys.py`)."""
    settings, database = authority.settings, authority.database

    async def options(request: Request) -> Response:
        await read_json(authority, request)
        await attempts.challenge(authority, request)
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers.structs import UserVerificationRequirement

        async with database.authority() as tx:
            challenge = await _challenge(tx, _SIGN_IN)
        made = generate_authentication_options(
            rp_id=_rp_id(settings),
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return Response(options_to_json(made), media_type="application/json")

    async def verify(request: Request) -> Response:
        sent = await read_json(authority, request)
        try:
            credential = sent.get("credential")
            challenge = await _redeemed(authority, credential, _SIGN_IN, None)
            async with database.authority() as tx:
                person = await _verified(tx, settings, credential, challenge)
                cookie = await sessions.start(authority, tx, request, person.user_id, ("hwk",))
        except Refused as refused:
            whom: Whom = refused.args[0] if refused.args else Whom("")
            async with database.authority() as tx:
                await events.record(
                    tx, EventKind.SIGN_IN_FAILED, organisation_id=whom.organisation_id,
                    user_id=whom.user_id, address=address_of(request), reason="PASSKEY",
                )  # fmt: skip
            problem = text(language_of(request), "passkey.refused")
            return JSONResponse({"problem": problem}, 403)
        keep(request, cookie)
        next = sent.get("next")
        return JSONResponse({"next": sessions.safe_next(next if isinstance(next, str) else None)})

    return [
        page_route(authority, "/sign-in/passkey/options", options, methods=["POST"]),
        page_route(authority, "/sign-in/passkey/verify", verify, methods=["POST"]),
    ]


async def registration(tx: AsyncSession, settings: AuthSettings, person: Person) -> str:
    """What the browser needs to make a new passkey, as JSON."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    query = select(Passkey.credential_id).where(Passkey.user_id == person.user_id)
    made = generate_registration_options(
        rp_id=_rp_id(settings),
        rp_name="Rangkul",
        user_id=person.user_id.bytes,
        user_name=person.email,
        user_display_name=person.name,
        challenge=await _challenge(tx, _REGISTER, person.user_id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id) for id in await tx.scalars(query)],
    )
    return options_to_json(made)


async def registered(authority: Authority, credential: Any, user_id: UUID) -> Row:
    """The row of a new passkey; Refused when it does not answer our challenge."""
    from webauthn import verify_registration_response

    challenge = await _redeemed(authority, credential, _REGISTER, user_id)
    try:
        found = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_rp_id(authority.settings),
            expected_origin=authority.settings.issuer,
            require_user_verification=True,
        )
    except _wrong():
        raise Refused from None
    return {
        "id": new_id(), "user_id": user_id, "credential_id": found.credential_id,
        "public_key": found.credential_public_key, "sign_count": found.sign_count,
        "transports": _transports(credential),
    }  # fmt: skip


async def keep_new(tx: AsyncSession, row: Row, name: str) -> None:
    """Refused when there are enough of them, or that very one is kept already."""
    theirs = select(func.count()).where(Passkey.user_id == row["user_id"])
    known = select(Passkey.id).where(Passkey.credential_id == row["credential_id"])
    if (await tx.scalar(theirs) or 0) >= MOST or await tx.scalar(known) is not None:
        raise Refused
    await tx.execute(insert(Passkey).values(row | {"name": name}))


async def read_json(authority: Authority, request: Request) -> dict[str, Any]:
    """What a script of ours sent, and of nobody else's: it carries the token of our page."""
    check_origin(authority, request)
    check_token(authority, request, request.headers.get("x-csrf-token", ""))
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise InvalidRequestError("The body is too large.", status_code=413)
        sent = json.loads(body)
    except (ClientDisconnect, ValueError, RecursionError):
        raise InvalidRequestError("The body is not JSON.") from None
    if not isinstance(sent, dict):
        raise InvalidRequestError("The body is not a JSON object.")
    return sent


async def _verified(
    tx: AsyncSession, settings: AuthSettings, credential: Any, challenge: bytes
) -> Person:
    """Whose passkey answered our challenge; its count of uses goes on from there."""
    from webauthn import verify_authentication_response
    from webauthn.helpers import base64url_to_bytes

    try:
        id = base64url_to_bytes(credential["rawId"])
    except _wrong():
        raise Refused from None
    query = select(Passkey).where(Passkey.credential_id == id).with_for_update()
    passkey: Passkey | None = await tx.scalar(query)
    person = await people.by_id(tx, passkey.user_id) if passkey else None
    if passkey is None or person is None:
        raise Refused
    try:
        found = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_rp_id(settings),
            expected_origin=settings.issuer,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _wrong():
        raise Refused(person.whom) from None
    if not person.welcome:
        raise Refused(person.whom)
    used = {"sign_count": found.new_sign_count, "used_at": func.now()}
    await tx.execute(update(Passkey).where(Passkey.id == passkey.id).values(used))
    return person


def _wrong() -> tuple[type[Exception], ...]:
    """What the library raises at what is not as the standard says it must be."""
    from webauthn.helpers.exceptions import WebAuthnException

    return WebAuthnException, ValueError, KeyError, TypeError, AttributeError, RecursionError


async def _challenge(tx: AsyncSession, purpose: str, user_id: UUID | None = None) -> bytes:
    from webauthn.helpers import base64url_to_bytes

    secret = await tickets.issue(
        tx, TicketKind.CHALLENGE, seconds=SECONDS, user_id=user_id, purpose=purpose
    )
    return base64url_to_bytes(secret)


async def _redeemed(
    authority: Authority, credential: Any, purpose: str, user_id: UUID | None
) -> bytes:
    """The challenge that is answered: one of ours, for this, and used up whatever comes of it."""
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    try:
        data = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(data["challenge"])
    except _wrong():
        raise Refused from None
    async with authority.database.authority() as tx:
        found = await tickets.redeem(tx, TicketKind.CHALLENGE, bytes_to_base64url(challenge))
    if found is None or found.data.get("purpose") != purpose or found.user_id != user_id:
        raise Refused
    return challenge


def _transports(credential: dict[str, Any]) -> list[str]:
    """How the browser says the device can be reached: a hint, kept where it is a known one."""
    given = credential["response"].get("transports")
    listed = given if isinstance(given, list) else []
    return sorted(_TRANSPORTS & {each for each in listed if isinstance(each, str)})


def _rp_id(settings: AuthSettings) -> str:
    return urlsplit(settings.issuer).hostname or ""
