"""How a refusal speaks the caller's language."""

from typing import Any

from resolvers.context import Info


def message(root: Any, info: Info) -> str:
    """The refusal in a sentence, in Indonesian or English by Accept-Language."""
    sentence: str = root.code.message(info.context.language, root.most)
    return sentence
