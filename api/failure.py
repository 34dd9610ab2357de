"""What may be written down of an exception: its kind and where it came from, never its words.

Any message may quote the row it choked on: a driver's, a parser's, one of our own.
"""

import traceback
from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent.parent


def chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and those that caused it."""
    link: BaseException | None = error
    for _ in range(10):
        if link is None:
            return
        yield link
        link = getattr(link, "orig", None) or link.__cause__


def sqlstate(error: BaseException) -> str:
    """PostgreSQL's five characters, wherever in the chain the driver's exception sits."""
    for link in chain(error):
        state = getattr(link, "sqlstate", None)
        if isinstance(state, str):
            return state
    return ""


def kinds(error: BaseException) -> list[str]:
    """The classes of the exception and its causes."""
    return [f"{type(link).__module__}.{type(link).__qualname__}" for link in chain(error)]


def stack(error: BaseException) -> list[str]:
    """Where it happened, innermost last; no source lines, which could hold literals."""
    frames = [
        (Path(frame.f_code.co_filename), line, frame.f_code.co_name)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return [f"{_short(file)}:{line} {name}" for file, line, name in frames[-20:]]


def _short(file: Path) -> str:
    return str(file.relative_to(_HERE)) if file.is_relative_to(_HERE) else "/".join(file.parts[-3:])
