"""What a section says, opened, or why it is withheld. The database has decided already."""

import logging
from dataclasses import dataclass

from db.enums import DisclosureCode, WithheldCode
from db.handoff import SectionNow
from db.vault import Damaged, KeyUnknown
from domain.disclosure import SENTENCES
from resolvers.context import Info

log = logging.getLogger(__name__)


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
    try:
        text = await words(root, info)
    except (Damaged, KeyUnknown) as error:
        log.error("a section does not open: %s (%s)", root.id, type(error).__name__)
        return _hidden(root, info, WithheldCode.DAMAGED)
    return _hidden(root, info, root.reason) if text is None else Opened(root, text)


async def words(root: SectionNow, info: Info) -> str | None:
    """What the database gave of it, opened; None when it gave nothing. `Damaged`, `KeyUnknown`."""
    if root.sealed is None or root.sealed_key is None or root.origin_handoff_id is None:
        return None
    key = await info.context.case_key(root.case_id, root.kek_id, root.wrapped)
    return key.open_section(
        root.origin_id, root.origin_handoff_id, root.author_id, root.category.value,
        root.sealed, root.sealed_key,
    )  # fmt: skip


def body(root: Opened, info: Info) -> str:
    """Plain text, up to 20,000 characters."""
    info.context.reading.disclosed(root.section)
    return root.text


def message(root: Hidden, info: Info) -> str:
    """Why, for people, by Accept-Language."""
    indonesian, english = sentences_of(root.withheld)
    return indonesian if info.context.language == "id" else english


def sentences_of(code: WithheldCode) -> tuple[str, str]:
    """The words for it, to whoever it is withheld from."""
    if code is WithheldCode.SCOPE_MISSING:
        return (
            "Token Anda tidak memiliki izin (scope) handoff:identity.",
            "Your token does not carry the scope handoff:identity.",
        )
    return SENTENCES[DisclosureCode(code)]


def _hidden(section: SectionNow, info: Info, code: WithheldCode) -> Hidden:
    info.context.reading.withheld(section, code)
    return Hidden(section, code)
