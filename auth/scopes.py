"""The scopes a token can carry: the one list from which SDL, metadata and docs are made.

A scope says what a *client* may ask for. What exists for an organisation is decided by the
agreements it is a party to, in the database; both must agree before anything is shown.
"""

from enum import StrEnum


class Scope(StrEnum):
    """One permission of an access token (RFC 6749 section 3.3)."""

    ORGANISATION_READ = "organisation:read"
    ORGANISATION_WRITE = "organisation:write"
    MOU_READ = "mou:read"
    MOU_WRITE = "mou:write"
    MOU_SIGN = "mou:sign"
    MOU_ADMIN = "mou:admin"
    ACTIVITY_READ = "activity:read"
    ACTIVITY_WRITE = "activity:write"
    HANDOFF_READ = "handoff:read"
    HANDOFF_WRITE = "handoff:write"
    HANDOFF_IDENTITY = "handoff:identity"

    @property
    def english(self) -> str:
        return _DESCRIPTIONS[self][0]

    @property
    def indonesian(self) -> str:
        return _DESCRIPTIONS[self][1]


_DESCRIPTIONS: dict[Scope, tuple[str, str]] = {
    Scope.ORGANISATION_READ: (
        "Look up organisations in the directory.",
        "Melihat direktori lembaga.",
    ),
    Scope.ORGANISATION_WRITE: (
        "Register, rename, move and dissolve organisations (KPAI only).",
        "Mendaftarkan, mengubah nama, memindahkan, dan membubarkan lembaga (hanya KPAI).",
    ),
    Scope.MOU_READ: (
        "Read the agreements your organisation is a party to.",
        "Membaca kerja sama yang diikuti lembaga Anda.",
    ),
    Scope.MOU_WRITE: (
        "Draft, comment on, approve, suspend, amend and terminate agreements.",
        "Menyusun, mengomentari, menyetujui, menangguhkan, mengubah, dan mengakhiri kerja sama.",
    ),
    Scope.MOU_SIGN: (
        "Sign agreements in the name of your organisation.",
        "Menandatangani kerja sama atas nama lembaga Anda.",
    ),
    Scope.MOU_ADMIN: (
        "See and manage every agreement (KPAI administrators only).",
        "Melihat dan mengelola semua kerja sama (hanya administrator KPAI).",
    ),
    Scope.ACTIVITY_READ: (
        "Read the joint activities your organisation leads or is invited to.",
        "Membaca kegiatan bersama yang dipimpin atau diikuti lembaga Anda.",
    ),
    Scope.ACTIVITY_WRITE: (
        "Plan joint activities, invite, answer invitations and keep tasks.",
        "Merencanakan kegiatan bersama, mengundang, menjawab undangan, dan mengelola tugas.",
    ),
    Scope.HANDOFF_READ: (
        "Read handoffs your organisation sends or receives, except who the child is.",
        "Membaca serah terima yang dikirim atau diterima lembaga Anda, kecuali identitas anak.",
    ),
    Scope.HANDOFF_WRITE: (
        "Send handoffs and move them through their life.",
        "Mengirim serah terima dan menjalankan tahapannya.",
    ),
    Scope.HANDOFF_IDENTITY: (
        "Read the sections IDENTITY, CONTACT and FAMILY of handoffs.",
        "Membaca bagian IDENTITAS, KONTAK, dan KELUARGA pada serah terima.",
    ),
}
