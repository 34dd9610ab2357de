"""How often a password or a code may be tried, so that guessing is slow and nobody is locked out.

There is no count of an account alone, which anybody could use up for its owner. What is counted is
who tries: the address, the account together with the address, or the browser in which the account's
owner has signed in before. Every attempt is drawn before anything is compared, so that many at the
same time do not slip through, and given back when it succeeds.
"""

from dataclasses import dataclass
from math import ceil
from uuid import UUID

from starlette.requests import Request

from auth import events, known_browser
from auth.authority import Authority
from auth.brake import EVENT_MINUTES, SlowDown, network_of
from auth.endpoint import address_of
from auth.events import EventKind


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom somebody says they are; without ids when there is no such person."""

    name: str
    """What was typed, so that the same is counted alike whether or not it exists."""
    user_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Allowance:
    what: str
    most: float
    per_minute: float


_ADDRESS = _Allowance("sign-in address", 60, 6)
_ACCOUNT_AT_ADDRESS = _Allowance("sign-in account at address", 8, 0.5)
_KNOWN_BROWSER = _Allowance("sign-in known browser", 8, 0.5)
_CODES_OF_TICKET = _Allowance("codes of a sign-in", 5, 0.1)
_CODES_OF_ACCOUNT = _Allowance("codes of an account", 20, 0.2)
_CODES_OF_KNOWN_BROWSER = _Allowance("codes of a known browser", 20, 0.2)
_OF_PERSON = _Allowance("confirmations by a person", 8, 0.5)
_CHALLENGES = _Allowance("challenges", 60, 30)

Drawn = list[tuple[_Allowance, str]]


async def password(authority: Authority, request: Request, whom: Whom) -> Drawn:
    """May a password be tried? Raises SlowDown when not now."""
    network, mark = network_of(address_of(request)), _mark(authority, request, whom)
    if mark:
        wanted = [(_KNOWN_BROWSER, f"{whom.user_id} {mark}")]
    else:
        wanted = [(_ADDRESS, network), (_ACCOUNT_AT_ADDRESS, f"{whom.name} {network}")]
    return await _draw(authority, request, whom, wanted)


async def code(authority: Authority, request: Request, whom: Whom, ticket: str) -> Drawn:
    """May a code be tried? Only who knows the password comes as far as this, so codes may be
    counted by account: six digits can be guessed by whoever may try for long enough."""
    mark = _mark(authority, request, whom)
    wanted = [(_CODES_OF_TICKET, ticket)]
    if mark:
        wanted.append((_CODES_OF_KNOWN_BROWSER, f"{whom.user_id} {mark}"))
    else:
        wanted.append((_CODES_OF_ACCOUNT, str(whom.user_id)))
    return await _draw(authority, request, whom, wanted)


async def confirmation(authority: Authority, request: Request, whom: Whom) -> Drawn:
    """May a person who is signed in confirm with a password or code that it is them?"""
    return await _draw(authority, request, whom, [(_OF_PERSON, str(whom.user_id))])


async def challenge(authority: Authority, request: Request) -> None:
    """May a browser be given something to sign? Each is a row of ours for a while."""
    wanted = [(_CHALLENGES, network_of(address_of(request)))]
    await _draw(authority, request, Whom(""), wanted)


async def give_back(authority: Authority, drawn: Drawn) -> None:
    """It was right: a whole office may sign in from one address in the morning."""
    for allowance, key in drawn:
        await authority.brake.draw(
            allowance.what, key, most=allowance.most, per_minute=allowance.per_minute, cost=-1
        )


async def _draw(authority: Authority, request: Request, whom: Whom, wanted: Drawn) -> Drawn:
    for allowance, key in wanted:
        seconds = await authority.brake.draw(
            allowance.what, key, most=allowance.most, per_minute=allowance.per_minute
        )
        if seconds is not None:
            await _tell(authority, request, whom, allowance)
            raise SlowDown(max(1, ceil(seconds)))
    return wanted


async def _tell(authority: Authority, request: Request, whom: Whom, allowance: _Allowance) -> None:
    """Write it down once in a while, for the organisation of the person if there is one."""
    whose = f"user {whom.user_id}" if whom.user_id else f"at {network_of(address_of(request))}"
    often = await authority.brake.draw(
        "slowed sign-in", whose, most=1, per_minute=1 / EVENT_MINUTES
    )
    if often is not None:
        return
    async with authority.database.authority() as tx:
        await events.record(
            tx, EventKind.SLOWED_DOWN, organisation_id=whom.organisation_id, user_id=whom.user_id,
            address=address_of(request), allowance=allowance.what,
        )  # fmt: skip


def _mark(authority: Authority, request: Request, whom: Whom) -> str | None:
    if whom.user_id is None:
        return None
    return known_browser.mark_of(authority.settings, request, whom.user_id)
