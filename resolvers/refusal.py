"""How a refusal speaks the caller's language."""

from typing import Any

from db.enums import BasisKind
from domain.refusal import RefusalCode
from resolvers.context import Info


def message(root: Any, info: Info) -> str:
    """The refusal in a sentence, in Indonesian or English by Accept-Language."""
    sentence: str = root.code.message(info.context.language, root.most)
    return sentence


def alternatives(root: Any) -> list[BasisKind] | None:
    """The bases that a child's case rests on where no consent counts (UU PDP article 20)."""
    if root.code is not RefusalCode.GUARDIAN_CONFLICT:
        return None
    return [BasisKind.LEGAL_OBLIGATION, BasisKind.VITAL_INTEREST, BasisKind.PUBLIC_TASK]
