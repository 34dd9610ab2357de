"""Browsers in which somebody has signed in before.

Such a browser carries a mark for each of its people (the last few), which only we can make and
which tells nobody who they are. Attempts from it are counted by themselves, so that whoever guesses
a password elsewhere cannot use up the attempts of the person it belongs to.
"""

import hmac
import secrets
from uuid import UUID

from starlette.requests import Request

from auth.pages import cookies, keep
from auth.sealing import derived, keyed_hash
from auth.settings import AuthSettings

PEOPLE = 4
_SECONDS = 180 * 24 * 3600


def mark_of(settings: AuthSettings, request: Request, user_id: UUID) -> str | None:
    """The mark that this browser carries for that person."""
    for mark in _marks(settings, request):
        if hmac.compare_digest(
            mark.encode(), _mark(settings, mark.split(".")[0], user_id).encode()
        ):
            return mark
    return None


def remember(settings: AuthSettings, request: Request, user_id: UUID) -> None:
    """This person signed in here; the mark they have is renewed, so that it lasts."""
    mine = mark_of(settings, request, user_id) or _mark(settings, secrets.token_hex(8), user_id)
    marks = [mine, *(mark for mark in _marks(settings, request) if mark != mine)]
    keep(request, cookies.make(settings, cookies.KNOWN, "~".join(marks[:PEOPLE]), _SECONDS))


def _marks(settings: AuthSettings, request: Request) -> list[str]:
    return (cookies.read(settings, request, cookies.KNOWN) or "").split("~")[:PEOPLE]


def _mark(settings: AuthSettings, random: str, user_id: UUID) -> str:
    key = derived(settings.key_encryption_key, "known browser")
    return f"{random}.{keyed_hash(key, f'{random} {user_id}').hex()[:32]}"
