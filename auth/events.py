"""The security log: what happened about access, for the organisation it concerns to read.

An event is written in the transaction of what it tells of. Its facts hold codes, scopes and names
of settings, never a secret, a token, or anything of a case.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from db.ids import new_id
from db.security import SecurityEvent


class EventKind(StrEnum):
    """What happened. Kinds keep their meaning; new ones may be added."""

    TOKEN_ISSUED = "TOKEN_ISSUED"  # noqa: S105
    TOKEN_REFUSED = "TOKEN_REFUSED"  # noqa: S105
    TOKEN_REUSED = "TOKEN_REUSED"  # noqa: S105
    GRANT_ENDED = "GRANT_ENDED"
    CALENDAR_OPENED = "CALENDAR_OPENED"
    CONSENT_GIVEN = "CONSENT_GIVEN"
    CONSENT_REFUSED = "CONSENT_REFUSED"
    SIGNED_IN = "SIGNED_IN"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    SIGNED_OUT = "SIGNED_OUT"
    SESSION_ENDED = "SESSION_ENDED"
    SLOWED_DOWN = "SLOWED_DOWN"
    CREDENTIAL_ADDED = "CREDENTIAL_ADDED"
    CREDENTIAL_REMOVED = "CREDENTIAL_REMOVED"
    RECOVERY_CODE_USED = "RECOVERY_CODE_USED"
    USER_INVITED = "USER_INVITED"
    USER_JOINED = "USER_JOINED"
    USER_CHANGED = "USER_CHANGED"
    USER_DISABLED = "USER_DISABLED"
    USER_ENABLED = "USER_ENABLED"
    CLIENT_REGISTERED = "CLIENT_REGISTERED"
    CLIENT_CHANGED = "CLIENT_CHANGED"
    CLIENT_SECRET_ADDED = "CLIENT_SECRET_ADDED"  # noqa: S105
    CLIENT_DISABLED = "CLIENT_DISABLED"
    ACCESS_GRANTED = "ACCESS_GRANTED"
    PROVIDER_SET = "PROVIDER_SET"
    PROVIDER_REMOVED = "PROVIDER_REMOVED"
    KEYS_ROTATED = "KEYS_ROTATED"

    @property
    def english(self) -> str:
        return _SENTENCES[self][0]

    @property
    def indonesian(self) -> str:
        return _SENTENCES[self][1]


_SENTENCES: dict[EventKind, tuple[str, str]] = {
    EventKind.TOKEN_ISSUED: ("A token was issued.", "Token diterbitkan."),
    EventKind.TOKEN_REFUSED: ("A token was refused.", "Token ditolak."),
    EventKind.TOKEN_REUSED: (
        "A code or refresh token came twice; everything made from it was ended.",
        "Kode atau token penyegar dipakai dua kali; semua yang berasal darinya diakhiri.",
    ),
    EventKind.GRANT_ENDED: ("A program's access was ended.", "Akses aplikasi diakhiri."),
    EventKind.CALENDAR_OPENED: ("A calendar feed was made.", "Langganan kalender dibuat."),
    EventKind.CONSENT_GIVEN: ("A person let a program in.", "Pengguna menyetujui akses aplikasi."),
    EventKind.CONSENT_REFUSED: (
        "A person did not let a program in.",
        "Pengguna menolak akses aplikasi.",
    ),
    EventKind.SIGNED_IN: ("A person signed in.", "Pengguna masuk."),
    EventKind.SIGN_IN_FAILED: ("Signing in failed.", "Upaya masuk gagal."),
    EventKind.SIGNED_OUT: ("A person signed out.", "Pengguna keluar."),
    EventKind.SESSION_ENDED: ("A session was ended.", "Sesi diakhiri."),
    EventKind.SLOWED_DOWN: (
        "Too many attempts; further ones had to wait.",
        "Terlalu banyak percobaan; percobaan berikutnya harus menunggu.",
    ),
    EventKind.CREDENTIAL_ADDED: ("A way to sign in was added.", "Cara masuk ditambahkan."),
    EventKind.CREDENTIAL_REMOVED: ("A way to sign in was removed.", "Cara masuk dihapus."),
    EventKind.RECOVERY_CODE_USED: ("A recovery code was used.", "Kode pemulihan dipakai."),
    EventKind.USER_INVITED: ("A person was invited.", "Pengguna diundang."),
    EventKind.USER_JOINED: ("A person took up an invitation.", "Pengguna menerima undangan."),
    EventKind.USER_CHANGED: ("A person's roles or name changed.", "Peran atau nama berubah."),
    EventKind.USER_DISABLED: ("A person was shut out.", "Akses pengguna ditutup."),
    EventKind.USER_ENABLED: ("A person was let in again.", "Akses pengguna dibuka kembali."),
    EventKind.CLIENT_REGISTERED: ("A program was registered.", "Aplikasi didaftarkan."),
    EventKind.CLIENT_CHANGED: ("A program was changed.", "Aplikasi diubah."),
    EventKind.CLIENT_SECRET_ADDED: (
        "A program was given another secret.",
        "Aplikasi diberi rahasia baru.",
    ),
    EventKind.CLIENT_DISABLED: ("A program was shut out.", "Aplikasi dinonaktifkan."),
    EventKind.ACCESS_GRANTED: (
        "KPAI changed what the organisation is granted.",
        "KPAI mengubah izin lembaga.",
    ),
    EventKind.PROVIDER_SET: (
        "The organisation's own accounts were set up.",
        "Penyedia identitas lembaga diatur.",
    ),
    EventKind.PROVIDER_REMOVED: (
        "The organisation's own accounts were shut off.",
        "Penyedia identitas lembaga dihentikan.",
    ),
    EventKind.KEYS_ROTATED: ("Signing keys were rotated.", "Kunci penanda tangan diganti."),
}


async def record(
    tx: AsyncSession,
    kind: EventKind,
    *,
    organisation_id: UUID | None,
    client_id: UUID | None = None,
    user_id: UUID | None = None,
    by_client_id: UUID | None = None,
    by_user_id: UUID | None = None,
    address: str | None = None,
    **facts: Any,
) -> None:
    """Append an event. ``client_id`` and ``user_id`` are whom it is about, ``by_`` who did it."""
    values = {
        "id": new_id(), "kind": kind.value, "organisation_id": organisation_id,
        "client_id": client_id, "user_id": user_id, "by_client_id": by_client_id,
        "by_user_id": by_user_id, "address": address, "facts": facts,
    }  # fmt: skip
    await tx.execute(insert(SecurityEvent).values(values))
