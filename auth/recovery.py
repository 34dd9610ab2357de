"""Recovery codes (kode pemulihan), for the day the phone is lost: each works once.

80 random bits each, so they cannot be guessed; kept as a keyed hash and shown once.
"""

import base64
import re
import secrets
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from auth.sealing import derived, keyed_hash
from auth.settings import AuthSettings
from db.credential import RecoveryCode

CODES = 10


async def renew(tx: AsyncSession, settings: AuthSettings, user_id: UUID) -> list[str]:
    """Ten new codes; those of before end."""
    await tx.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [_grouped(base64.b32encode(secrets.token_bytes(10)).decode()) for _ in range(CODES)]
    rows = [{"hash": _hash(settings, user_id, code), "user_id": user_id} for code in codes]
    await tx.execute(insert(RecoveryCode), rows)
    return codes


async def use(tx: AsyncSession, settings: AuthSettings, user_id: UUID, code: str) -> bool:
    """Use a code up; False when it is not one of theirs, or was used."""
    wanted = (
        RecoveryCode.hash == _hash(settings, user_id, code),
        RecoveryCode.user_id == user_id,
        RecoveryCode.used_at.is_(None),
    )
    used = await tx.execute(update(RecoveryCode).where(*wanted).values(used_at=func.now()))
    return bool(used.rowcount)  # type: ignore[attr-defined]


async def left(tx: AsyncSession, user_id: UUID) -> int:
    """How many codes the person still has."""
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    count: int = await tx.scalar(select(func.count()).where(*unused)) or 0
    return count


def _hash(settings: AuthSettings, user_id: UUID, code: str) -> bytes:
    """Written by hand, with or without what groups it; 0, 1 and 8 are not in it, O, I and B are."""
    plain = re.sub(r"[\s-]", "", code).upper().translate(str.maketrans("018", "OIB"))
    return keyed_hash(derived(settings.key_encryption_key, "recovery code"), f"{user_id} {plain}")


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
