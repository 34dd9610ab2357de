"""Letting in a device that has no browser (RFC 8628): it shows a code, a person types it elsewhere.

The code is short, so that it can be typed; who may try how often is what keeps it from being
guessed. And because anybody can send somebody a code, the page says plainly not to type one that
came from others.
"""

import hashlib
import secrets
from datetime import timedelta
from math import ceil
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    UnauthorizedClientError,
)
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE  # type: ignore[import-untyped]
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from auth import endpoint, pages
from auth import offer as offers
from auth.authentication import find, known_scopes
from auth.authority import Authority
from auth.authorization import only_this_api, scopes_of, see_other
from auth.brake import SlowDown, network_of
from auth.grants import GrantKind
from auth.offer import Offer
from auth.par import possessed
from auth.program import program_route
from auth.sessions import SignedIn, sign_in_address, signed_in
from db.client import Client
from db.grant import DeviceRequest

DEVICE_AUTHORIZATION_PATH = "/oauth/device_authorization"
DEVICE_PATH = "/device"
SECONDS = 600
INTERVAL = 5
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no word comes about (RFC 8628 section 6.1): 20 to the 8th codes."""
LENGTH = 8


def routes(authority: Authority) -> list[Route]:
    """Where the device asks, and where the person answers."""
    settings = authority.settings

    async def begin(request: Request) -> JSONResponse:
        form = await endpoint.form(request)
        client = await authority.authenticator.client(request, form)
        if DEVICE_CODE_GRANT_TYPE not in client.grant_types:
            raise UnauthorizedClientError("This client may not ask for device codes.")
        only_this_api(form, settings.audience)
        scopes = scopes_of(form, client)
        jkt = await possessed(authority, request, form)
        device_code = secrets.token_urlsafe(32)
        values = {
            "hash": hashlib.sha256(device_code.encode()).digest(), "client_id": client.id,
            "scopes": sorted(scopes), "jkt": jkt.get("dpop_jkt"), "interval_seconds": INTERVAL,
            "expires_at": func.now() + timedelta(seconds=SECONDS),
        }  # fmt: skip
        async with authority.database.authority() as tx:
            code = shown(await _user_code(tx, values))
        address = settings.issuer + DEVICE_PATH
        body = {
            "device_code": device_code,
            "user_code": code,
            "verification_uri": address,
            "verification_uri_complete": f"{address}?{urlencode({'user_code': code})}",
            "expires_in": SECONDS,
            "interval": INTERVAL,
        }
        return JSONResponse(body)

    async def type_in(request: Request) -> Response:
        given = request.query_params.get("user_code", "")
        if await signed_in(authority, request) is None:
            return _sign_in(given)
        return _page(request, given)

    async def answer(request: Request) -> Response:
        form = await pages.checked_form(authority, request)
        given = form.get("code", "")
        person = await signed_in(authority, request)
        if person is None:
            return _sign_in(given)
        await _brake(authority, request, person)
        async with authority.database.authority() as tx:
            waiting = await _waiting(tx, typed(given))
            client = await find(tx, waiting.key) if waiting else None
            if waiting is None or client is None:
                return _page(request, given, unknown=True)
            asked = known_scopes(waiting.scopes)
            offer = await offers.make(tx, client, person, asked, settings)
            if "decision" not in form:
                return _consent(request, typed(given), offer)
            allowed = await _decided(tx, request, form, waiting, offer)
        key = "device-allowed" if allowed else "device-refused"
        return pages.refusal(request, key, status=200)

    return [
        program_route(authority, DEVICE_AUTHORIZATION_PATH, begin),
        pages.page_route(authority, DEVICE_PATH, type_in),
        pages.page_route(authority, DEVICE_PATH, answer, methods=["POST"]),
    ]


def shown(code: str) -> str:
    """In two groups, which are easier to read out and to compare."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str:
    """The code, however it was typed: small letters, dashes and spaces do not matter."""
    letters = [letter for letter in text.upper() if letter in LETTERS]
    return "".join(letters) if len(letters) == LENGTH else ""


async def _user_code(tx: AsyncSession, values: dict[str, Any]) -> str:
    """Keep the request under a code that no other has."""
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        statement = insert(DeviceRequest).values(values | {"user_code": code})
        kept = statement.on_conflict_do_nothing(index_elements=["user_code"])
        if await tx.scalar(kept.returning(DeviceRequest.user_code)):
            return code


async def _brake(authority: Authority, request: Request, person: SignedIn) -> None:
    """A few tries each, and no more from one place than an office would need."""
    network = network_of(endpoint.address_of(request))
    draw = authority.brake.draw
    waits = (
        await draw("device code", str(person.user_id), most=10, per_minute=2),
        await draw("device code from", network, most=60, per_minute=12),
    )
    if any(waits):
        raise SlowDown(ceil(max(wait or 0 for wait in waits)))


async def _waiting(tx: AsyncSession, code: str) -> Any | None:
    """The device that shows this code and still waits, held until the answer is kept."""
    query = (
        select(DeviceRequest.hash, DeviceRequest.scopes, DeviceRequest.jkt, Client.key)
        .join(Client, Client.id == DeviceRequest.client_id)
        .where(
            DeviceRequest.user_code == code,
            DeviceRequest.status == "PENDING",
            DeviceRequest.expires_at > func.now(),
        )
        .with_for_update(of=DeviceRequest)
    )
    return (await tx.execute(query)).one_or_none()


async def _decided(
    tx: AsyncSession, request: Request, form: dict[str, str], waiting: Any, offer: Offer
) -> bool:
    """Whether the device is let in; it learns so when it asks next."""
    kind, address = GrantKind.DEVICE_CODE, endpoint.address_of(request)
    scopes = offer.ticked(form) if form["decision"] == "allow" else frozenset()
    decided: dict[str, Any] = {"status": "DENIED"}
    if scopes:
        jkt = waiting.jkt
        grant_id = await offers.accept(tx, offer, scopes, kind, address=address, jkt=jkt)
        decided = {"status": "APPROVED", "grant_id": grant_id}
    else:
        await offers.refuse(tx, offer, kind, address=address)
    wanted = DeviceRequest.hash == waiting.hash
    await tx.execute(update(DeviceRequest).where(wanted).values(decided))
    return bool(scopes)


def _sign_in(code: str) -> Response:
    known = typed(code)
    query = f"?{urlencode({'user_code': shown(known)})}" if known else ""
    return see_other(sign_in_address(DEVICE_PATH + query))


def _page(request: Request, given: str, *, unknown: bool = False) -> Response:
    language = pages.language_of(request)
    return pages.page(
        request,
        "device.html",
        status=400 if unknown else 200,
        problem=pages.text(language, "device.unknown") if unknown else None,
        action=DEVICE_PATH,
        code=given[:40],
    )


def _consent(request: Request, code: str, offer: Offer) -> Response:
    return pages.page(
        request,
        "consent.html",
        offer=offer,
        weighty=offers.weighty,
        action=DEVICE_PATH,
        kept={"code": code},
        somebody_else=sign_in_address(f"{DEVICE_PATH}?{urlencode({'user_code': shown(code)})}"),
        host=None,
        code=shown(code),
        switch=False,  # in the other language this page could not be asked for
    )
