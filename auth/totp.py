"""Authenticator apps (aplikasi autentikator): six digits that change every 30 seconds (RFC 6238).

The secret must be read again at each code, so it is sealed under the key-encryption key.
"""

import hmac
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from uuid import UUID

import pyotp
import segno
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from auth.sealing import Sealed
from auth.settings import AuthSettings
from db.credential import Totp

STEP_SECONDS = 30
WINDOW = 1
"""Steps before and after that count as well: phones are not set to the second."""


def new_secret(settings: AuthSettings, user_id: UUID) -> str:
    """A new secret, sealed: so it may wait in a ticket until a first code shows it arrived."""
    return _sealed(settings).seal(pyotp.random_base32(), _row(user_id))


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret as an app takes it in."""

    picture: str = field(repr=False)
    text: str = field(repr=False)
    address: str = field(repr=False)
    """For an app on the very phone that shows the page."""


def shown(settings: AuthSettings, user_id: UUID, sealed: str, email: str) -> Shown | None:
    """The secret to be shown to its owner; None when it was not sealed here, for them."""
    secret = _sealed(settings).open(sealed, _row(user_id))
    if secret is None:
        return None
    host = urlsplit(settings.issuer).hostname or ""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=f"Rangkul ({host})")
    picture = segno.make(address, error="m", micro=False)
    grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    drawn = picture.svg_data_uri(border=1, scale=5, dark="#000", light="#fff")
    return Shown(drawn, grouped, address)


async def put(tx: AsyncSession, user_id: UUID, sealed: str, step: int) -> None:
    """The person's app from now on; the code that showed so is used."""
    new = {"secret_jwe": sealed, "last_step": step}
    statement = insert(Totp).values(user_id=user_id, **new)
    await tx.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=new))


def step_of(settings: AuthSettings, user_id: UUID, sealed: str, code: str) -> int | None:
    """The time step that a code belongs to, if it is one of now; all are compared, always."""
    secret = _sealed(settings).open(sealed, _row(user_id))
    given = "".join(code.split())
    if secret is None or not (given.isascii() and given.isdecimal() and len(given) == 6):
        return None
    now, found = int(time.time()) // STEP_SECONDS, None
    for step in range(now - WINDOW, now + WINDOW + 1):
        if hmac.compare_digest(pyotp.HOTP(secret).at(step), given):
            found = step
    return found


async def use(tx: AsyncSession, settings: AuthSettings, user_id: UUID, code: str) -> bool:
    """Whether it is a code of the person's app that was not used yet, nor a later one."""
    sealed = await tx.scalar(select(Totp.secret_jwe).where(Totp.user_id == user_id))
    step = step_of(settings, user_id, sealed, code) if sealed else None
    if step is None:
        return False
    later = (Totp.user_id == user_id, Totp.secret_jwe == sealed, Totp.last_step < step)
    used = await tx.execute(update(Totp).where(*later).values(last_step=step))
    return bool(used.rowcount)  # type: ignore[attr-defined]


def _sealed(settings: AuthSettings) -> Sealed:
    return Sealed(settings.key_encryption_key, "authenticator app")


def _row(user_id: UUID) -> str:
    return f"totp {user_id}"
