"""What a section shows: its content, or why not. The database has decided already."""

from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Shown:
    """The content of a section the caller may read."""

    body: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """Why the caller may not read it."""

    code: WithheldCode


def content(root: SectionNow) -> Any:
    """What the section says (isi), or why it is withheld."""
    if root.body is not None:
        return Shown(root.body)
    return Hidden(root.withheld or WithheldCode.NOT_COVERED)


def message(root: Hidden, info: Info) -> str:
    """Why, for people, by Accept-Language."""
    indonesian, english = SENTENCES[root.code]
    return indonesian if info.context.language == "id" else english
