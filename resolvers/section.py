"""What a section says, opened, or why it is withheld. The database has decided already."""

import logging
from dataclasses import dataclass

from db.enums import WithheldCode
from db.handoff import SectionNow
from db.vault import Damaged, KeyUnknown
from resolvers.context import Info

log = logging.getLogger(__name__)

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
    WithheldCode.RETENTION_ENDED: (
        "Masa simpan menurut pasal kerja sama sudah habis.",
        "The time for which the clause lets it be kept is over.",
    ),
    WithheldCode.RESTRICTED: (
        "Pemrosesan data ini dibatasi atas permintaan subjek data (UU PDP pasal 41).",
        "Processing of these data is restricted at the subject's request (UU PDP article 41).",
    ),
    WithheldCode.BASIS_MISSING: (
        "Tidak ada dasar pemrosesan untuk kategori data ini (UU PDP pasal 20).",
        "No lawful basis is named for this category of data (UU PDP article 20).",
    ),
    WithheldCode.BASIS_EXPIRED: (
        "Dasar pemrosesannya sudah lewat waktu.",
        "The lawful basis has run out.",
    ),
    WithheldCode.CONSENT_WITHDRAWN: (
        "Persetujuan yang menjadi dasarnya sudah ditarik (UU PDP pasal 40).",
        "The consent it rested on was withdrawn (UU PDP article 40).",
    ),
    WithheldCode.GUARDIAN_CONFLICT: (
        "Pemberi persetujuan menjadi terlapor, sehingga persetujuannya tidak berlaku.",
        "Whoever gave the consent is the reported person, so that it does not count.",
    ),
    WithheldCode.ONWARD_CLOSED: (
        "Bagian ini diteruskan, dan salah satu mata rantainya tidak lagi mengizinkannya.",
        "It was passed on, and one link of the chain does not allow that any more.",
    ),
    WithheldCode.DESTROYED: (
        "Isinya sudah dimusnahkan (UU PDP pasal 43 dan 44).",
        "Its content was destroyed (UU PDP articles 43 and 44).",
    ),
    WithheldCode.DAMAGED: (
        "Isinya tidak dapat dibuka: berubah di luar sistem atau kuncinya hilang. Hubungi"
        " pengelola.",
        "It does not open: it was changed from outside, or its key is missing. Tell the operator.",
    ),
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A section whose content the caller may read."""

    section: SectionNow
    text: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """A section whose content the caller may not read, or nobody can."""

    section: SectionNow
    withheld: WithheldCode


async def content(root: SectionNow, info: Info) -> Opened | Hidden:
    """What the section says (isi), or why it is withheld."""
    if root.sealed is None or root.sealed_key is None or root.origin_handoff_id is None:
        return _hidden(root, info, root.withheld or WithheldCode.NOT_COVERED)
    try:
        key = await info.context.case_key(root)
        text = key.open_section(
            root.origin_id, root.origin_handoff_id, root.author_id, root.category.value,
            root.sealed, root.sealed_key,
        )  # fmt: skip
    except (Damaged, KeyUnknown) as error:
        log.error("a section does not open: %s (%s)", root.id, type(error).__name__)
        return _hidden(root, info, WithheldCode.DAMAGED)
    return Opened(root, text)


def body(root: Opened, info: Info) -> str:
    """Plain text, up to 20,000 characters."""
    info.context.reading.disclosed(root.section)
    return root.text


def message(root: Hidden, info: Info) -> str:
    """Why, for people, by Accept-Language."""
    indonesian, english = SENTENCES[root.withheld]
    return indonesian if info.context.language == "id" else english


def _hidden(section: SectionNow, info: Info, code: WithheldCode) -> Hidden:
    info.context.reading.withheld(section, code)
    return Hidden(section, code)
