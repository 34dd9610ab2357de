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
    OVERSIGHT_READ = "oversight:read"
    OVERSIGHT_WRITE = "oversight:write"
    RESULT_READ = "result:read"
    RESULT_WRITE = "result:write"
    STATISTICS_READ = "statistics:read"
    HANDOFF_READ = "handoff:read"
    HANDOFF_WRITE = "handoff:write"
    HANDOFF_IDENTITY = "handoff:identity"
    HANDOFF_EMERGENCY = "handoff:emergency"
    LEDGER_READ = "ledger:read"
    CLIENT_READ = "client:read"
    CLIENT_WRITE = "client:write"
    USER_READ = "user:read"
    USER_WRITE = "user:write"
    SECURITY_READ = "security:read"

    @property
    def english(self) -> str:
        return _DESCRIPTIONS[self][0]

    @property
    def indonesian(self) -> str:
        return _DESCRIPTIONS[self][1]


KPAI_ONLY = frozenset({Scope.ORGANISATION_WRITE, Scope.MOU_ADMIN})
"""What other organisations are not granted: they would get nothing by it."""

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
    Scope.OVERSIGHT_READ: (
        "Read visits, findings, clarifications and recommendations that concern your organisation.",
        "Membaca kunjungan, temuan, klarifikasi, dan rekomendasi yang menyangkut lembaga Anda.",
    ),
    Scope.OVERSIGHT_WRITE: (
        "Carry out oversight, and answer clarifications and recommendations.",
        "Melaksanakan pengawasan serta menjawab klarifikasi dan rekomendasi.",
    ),
    Scope.RESULT_READ: (
        "Read results frameworks, measurements and evaluations of your agreements.",
        "Membaca kerangka hasil, capaian indikator, dan evaluasi kerja sama Anda.",
    ),
    Scope.RESULT_WRITE: (
        "Keep results frameworks, report measurements and evaluate agreements.",
        "Mengelola kerangka hasil, melaporkan capaian, dan mengevaluasi kerja sama.",
    ),
    Scope.STATISTICS_READ: (
        "Read figures over all organisations that identify nobody.",
        "Membaca statistik lintas lembaga yang tidak mengungkap siapa pun.",
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
    Scope.HANDOFF_EMERGENCY: (
        "Open sections of a handoff when a life is in danger; each time is reviewed.",
        "Membuka bagian serah terima saat nyawa terancam (akses darurat); setiap kali ditinjau.",
    ),
    Scope.LEDGER_READ: (
        "Read who read what of your organisation, when, and by which clause.",
        "Membaca rekam jejak: siapa membaca data lembaga Anda, kapan, dan berdasarkan pasal apa.",
    ),
    Scope.CLIENT_READ: (
        "See the programs of your organisation and what they may ask for.",
        "Melihat aplikasi lembaga Anda dan izin yang dimilikinya.",
    ),
    Scope.CLIENT_WRITE: (
        "Register, change and disable programs of your organisation, and give them secrets.",
        "Mendaftarkan, mengubah, dan menonaktifkan aplikasi lembaga Anda serta memberi rahasianya.",
    ),
    Scope.USER_READ: (
        "See the people of your organisation, their roles and where they are signed in.",
        "Melihat pengguna lembaga Anda, perannya, dan di mana mereka masuk.",
    ),
    Scope.USER_WRITE: (
        "Invite people, give them roles, and shut them out.",
        "Mengundang pengguna, memberi peran, dan menutup aksesnya.",
    ),
    Scope.SECURITY_READ: (
        "Read the security log of your organisation.",
        "Membaca catatan keamanan lembaga Anda.",
    ),
}
