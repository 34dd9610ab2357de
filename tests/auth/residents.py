"""People who can sign in: with a password, an authenticator app, a link to join by."""

import re
import time
from dataclasses import dataclass
from html import unescape
from typing import Any

import pyotp
from httpx import Response
from sqlalchemy import text

from auth import invitations, passwords, totp
from db.user import User
from tests.auth.visitor import Browser, Place, fields_of

PASSWORD = "kucing-terbang-42-payung"
OTHER = "payung-hijau-71-menari"


@dataclass
class Resident:
    """Somebody, and what they know and have."""

    user: User
    secret: str | None = None

    def code(self, steps: int = 0) -> str:
        """What the app shows now, or showed so many steps ago."""
        assert self.secret is not None
        return pyotp.TOTP(self.secret).at(int(time.time()) + 30 * steps)


async def resident(place: Place, *, app: bool = True, **given: Any) -> Resident:
    """Somebody who has joined."""
    user = await place.person(**given)
    settings = place.authority.settings
    sealed = totp.new_secret(settings, user.id)
    shown = totp.shown(settings, user.id, sealed, user.email)
    assert shown
    hash = await place.authority.passwords.make_hash(PASSWORD)
    async with place.authority.database.authority() as tx:
        await passwords.put(tx, user.id, hash)
        if app:
            await totp.put(tx, user.id, sealed, 0)
    return Resident(user, shown.text.replace(" ", "") if app else None)


async def link(place: Place, user: User) -> str:
    """The path of a new invitation."""
    async with place.operator() as tx:
        ticket = await invitations.invite(tx, user.id, hours=1)
    return invitations.link("", ticket)


async def send(browser: Browser, page: Response, number: int = 0, **fields: str) -> Response:
    """Send one of the forms of a page, with fields filled in."""
    forms = re.findall(
        r'<form method="post"(?: action="([^"]*)")?[^>]*>(.*?)</form>', page.text, re.S
    )
    action, inner = forms[number]
    sent = {
        name: value for name, value in fields_of(_named(inner)).items() if value
    } | fields  # fmt: skip
    return await browser.post(unescape(action) or page.url.raw_path.decode(), data=sent)


async def password(
    browser: Browser, who: Resident, *, password: str = PASSWORD, next: str = "/account"
) -> Response:
    """The first step of signing in."""
    page = await browser.get("/sign-in", params={"next": next})
    return await send(browser, page, email=who.user.email, password=password)


async def enter(browser: Browser, who: Resident, *, next: str = "/account") -> Response:
    """Sign in, wholly."""
    first = await password(browser, who, next=next)
    if who.secret is None:
        return first
    page = await browser.get(first.headers["location"])
    return await send(browser, page, code=who.code())


async def events(place: Place, user: User) -> list[tuple[str, dict[str, Any]]]:
    """What the security log holds about somebody, oldest first."""
    rows = await place.rows(
        "select kind, facts from security_event where user_id = :id order by id", id=user.id
    )
    return [(kind, facts) for kind, facts in rows]


async def change(place: Place, statement: str, **given: Any) -> None:
    async with place.operator() as tx:
        await tx.execute(text(statement), given)


def inside(response: Response, next: str = "/account") -> bool:
    """Whether somebody was let in and sent on."""
    return response.status_code == 303 and response.headers["location"] == next


def _named(form: str) -> str:
    """Without what has no name: a browser does not send it."""
    return "".join(tag for tag in re.findall(r"<input [^>]*>", form) if ' name="' in tag)
