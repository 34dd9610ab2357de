"""How the command speaks: steps with their time, tables, and one red sentence when it cannot."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape

# What is read by a program or kept in a file is not folded at 80 characters.
out = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True, highlight=False)

Progress = Callable[[str], None]


class Failure(Exception):
    """What was asked for cannot be done; the text is one sentence or two, and says what to do."""


@contextmanager
def step(what: str) -> Iterator[Progress]:
    """A part of the work: a moving line while it lasts, then how long it took."""
    began = time.perf_counter()
    if out.is_terminal:
        with out.status(f"{escape(what)} ...") as status:
            yield lambda more: status.update(f"{escape(what)}: {escape(more)}")
    else:
        yield lambda more: None
    done = "✓" if out.encoding.lower().startswith("utf") else "-"
    out.print(f" [green]{done}[/] {escape(what)} [dim]{time.perf_counter() - began:.1f} s[/]")


def say(text: str) -> None:
    """A line of plain text, as it is."""
    out.print(text, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    err.print(text, style="red", markup=False, soft_wrap=True)


def sentence(error: Exception) -> str:
    """What to tell a person about an exception. Foreign ones may quote anything: not repeated."""
    from sqlalchemy.exc import DBAPIError

    from api.failure import kinds, sqlstate
    from api.seed import SeedRefused
    from api.trusted import DocumentsRefused
    from auth.clients import ClientRefused
    from auth.keys import WrongKeyEncryptionKey
    from db.embedded import EmbeddedError
    from db.session import DatabaseAway
    from db.vault import VaultShut
    from domain.refusal import Refusal

    ours = Failure | EmbeddedError | ClientRefused | SeedRefused | WrongKeyEncryptionKey | VaultShut
    if isinstance(error, ours | DocumentsRefused):
        return str(error)
    if isinstance(error, Refusal):
        return f"{error.code.message('en')} ({error.code.value}, {error.field or 'no field'})"
    if isinstance(error, DatabaseAway):
        return "The database cannot be reached."
    if isinstance(error, DBAPIError) and sqlstate(error) == "42501":
        return "The database says that the role it was asked as may not do that."
    said = ", caused by ".join(kinds(error))
    return f"Something unexpected went wrong: {said}. With `rangkul --debug ...` you see where."
