"""Why a section is withheld, in words. The database has decided already."""

from db.enums import WithheldCode
from db.handoff import SectionNow
from resolvers.context import Info

SENTENCES: dict[WithheldCode, tuple[str, str]] = {
    WithheldCode.SCOPE_MISSING: (
        "Token Anda tidak memiliki izin (scope) handoff:identity.",
        "Your token does not carry the scope handoff:identity.",
    ),
    WithheldCode.CUSTODY_MOVED: (
        "Kasus ini sudah dilimpahkan; isinya kini dipegang penerima.",
        "The case was transferred; its content is now with the receiver.",
    ),
    WithheldCode.STATE_CLOSED: (
        "Serah terima ini sudah ditolak, dibatalkan, dicabut, atau tidak berhasil.",
        "The handoff was rejected, cancelled or revoked, or has failed.",
    ),
    WithheldCode.AGREEMENT_NOT_IN_FORCE: (
        "Kerja sama yang menjadi dasarnya tidak sedang berlaku.",
        "The agreement it rests on is not in force.",
    ),
    WithheldCode.NOT_COVERED: (
        "Tidak ada pasal berlaku yang mencakup kategori data ini.",
        "No clause in force covers this category of data.",
    ),
}


def message(root: SectionNow, info: Info) -> str:
    """Why, for people, by Accept-Language."""
    indonesian, english = SENTENCES[root.withheld or WithheldCode.NOT_COVERED]
    return indonesian if info.context.language == "id" else english
