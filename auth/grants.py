"""What was granted to a client, and the refresh tokens that renew it.

Every access token names its grant, and every transaction asks whether the grant still stands: to
end it is to end all its tokens at the next request.
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.scopes import Scope
from db.grant import Grant, RefreshToken
from db.ids import new_id


class GrantKind(StrEnum):
    """How a grant came about."""

    CLIENT_CREDENTIALS = "CLIENT_CREDENTIALS"
    AUTHORIZATION_CODE = "AUTHORIZATION_CODE"
    DEVICE_CODE = "DEVICE_CODE"
    CALENDAR = "CALENDAR"
    """Made by `access.open_calendar` alone."""
    DEMO = "DEMO"


class EndReason(StrEnum):
    """Why a grant ended."""

    REVOKED = "REVOKED"
    REUSED = "REUSED"
    """A code or refresh token came twice: one of the two who had it had stolen it."""
    SIGNED_OUT = "SIGNED_OUT"
    DISABLED = "DISABLED"
    CREDENTIALS_CHANGED = "CREDENTIALS_CHANGED"


async def begin(
    tx: AsyncSession,
    kind: GrantKind,
    *,
    client_id: UUID,
    scopes: Iterable[Scope],
    seconds: int,
    user_id: UUID | None = None,
    session_id: UUID | None = None,
    jkt: str | None = None,
) -> UUID:
    """A new grant, for at most so many seconds; its id goes into its tokens."""
    id = new_id()
    values = {
        "id": id, "kind": kind.value, "client_id": client_id, "user_id": user_id,
        "session_id": session_id, "scopes": sorted(scopes), "jkt": jkt, "expires_at": _in(seconds),
    }  # fmt: skip
    await tx.execute(insert(Grant).values(values))
    return id


async def standing(tx: AsyncSession, id: UUID) -> Grant | None:
    """The grant, if it has neither ended nor expired."""
    wanted = (Grant.id == id, Grant.ended_at.is_(None), Grant.expires_at > func.now())
    grant: Grant | None = await tx.scalar(select(Grant).where(*wanted))
    return grant


async def end(tx: AsyncSession, reason: EndReason, *which: object) -> int:
    """End grants, such as ``end(tx, reason, Grant.user_id == id)``; answers how many stood."""
    statement = (
        update(Grant)
        .where(*which, Grant.ended_at.is_(None))  # type: ignore[arg-type]
        .values(ended_at=func.now(), end_reason=reason.value)
    )
    return int((await tx.execute(statement)).rowcount)  # type: ignore[attr-defined]


async def new_refresh_token(tx: AsyncSession, grant_id: UUID, *, seconds: int) -> str:
    """A refresh token of a grant, shown this once."""
    secret = f"rkr_{secrets.token_urlsafe(32)}"
    values = {"hash": _hash(secret), "grant_id": grant_id, "expires_at": _in(seconds)}
    await tx.execute(insert(RefreshToken).values(values))
    return secret


async def find_refresh_token(tx: AsyncSession, secret: str) -> RefreshToken | None:
    """The row, be it live, used or expired; locked, so that two uses come one after the other."""
    query = select(RefreshToken).where(RefreshToken.hash == _hash(secret)).with_for_update()
    found: RefreshToken | None = await tx.scalar(query)
    return found


def _in(seconds: int) -> object:
    return func.now() + timedelta(seconds=seconds)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
