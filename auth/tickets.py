"""Secrets that may be presented once and soon: codes, invitations, pushed requests, challenges.

A ticket is 256 random bits; the database keeps its SHA-256, which is enough for what cannot be
guessed. Redeeming is one statement, so of two that come at the same time one finds it used.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from db.grant import Ticket


class TicketKind(StrEnum):
    """What a ticket is for; one of another kind is as good as none."""

    PUSHED_REQUEST = "PUSHED_REQUEST"
    AUTHORIZATION = "AUTHORIZATION"
    CODE = "CODE"
    INVITATION = "INVITATION"
    SIGN_IN = "SIGN_IN"
    CHALLENGE = "CHALLENGE"
    UPSTREAM = "UPSTREAM"


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a ticket stands for."""

    client_id: UUID | None
    user_id: UUID | None
    grant_id: UUID | None
    data: dict[str, Any]


_COLUMNS = (Ticket.client_id, Ticket.user_id, Ticket.grant_id, Ticket.data)


async def issue(
    tx: AsyncSession,
    kind: TicketKind,
    *,
    seconds: int,
    client_id: UUID | None = None,
    user_id: UUID | None = None,
    grant_id: UUID | None = None,
    **data: Any,
) -> str:
    """A new ticket, shown this once. ``data`` must hold nothing that would be a secret itself."""
    secret = secrets.token_urlsafe(32)
    ends = func.now() + timedelta(seconds=seconds)
    values = {
        "hash": _hash(secret), "kind": kind.value, "client_id": client_id, "user_id": user_id,
        "grant_id": grant_id, "data": data, "expires_at": ends,
    }  # fmt: skip
    await tx.execute(insert(Ticket).values(values))
    return secret


async def look(tx: AsyncSession, kind: TicketKind, secret: str) -> Redeemed | None:
    """What a live ticket stands for, leaving it as it is."""
    row = (await tx.execute(select(*_COLUMNS).where(*_live(kind, secret)))).one_or_none()
    return Redeemed(*row) if row else None


async def redeem(tx: AsyncSession, kind: TicketKind, secret: str) -> Redeemed | None:
    """Use a ticket up; None when it is unknown, expired, used, or of another kind."""
    statement = (
        update(Ticket).where(*_live(kind, secret)).values(used_at=func.now()).returning(*_COLUMNS)
    )
    row = (await tx.execute(statement)).one_or_none()
    return Redeemed(*row) if row else None


async def end(tx: AsyncSession, user_id: UUID, kind: TicketKind | None = None) -> None:
    """Use up what a person could still present, or only what is of one kind."""
    theirs = [Ticket.user_id == user_id, Ticket.used_at.is_(None)]
    if kind is not None:
        theirs.append(Ticket.kind == kind.value)
    await tx.execute(update(Ticket).where(*theirs).values(used_at=func.now()))


async def used(tx: AsyncSession, kind: TicketKind, secret: str) -> Redeemed | None:
    """What a ticket stood for that was used already: it was stolen, or somebody stole it before."""
    wanted = (Ticket.hash == _hash(secret), Ticket.kind == kind.value, Ticket.used_at.is_not(None))
    row = (await tx.execute(select(*_COLUMNS).where(*wanted))).one_or_none()
    return Redeemed(*row) if row else None


def _live(kind: TicketKind, secret: str) -> tuple[Any, ...]:
    return (
        Ticket.hash == _hash(secret),
        Ticket.kind == kind.value,
        Ticket.used_at.is_(None),
        Ticket.expires_at > func.now(),
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
