"""What a person can let a program do, and what comes of letting it in or not.

The same for a browser that was sent here (`auth/consent.py`) and for a device that waits elsewhere
(`auth/device.py`). Everything is asked of the rows as they are at that moment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from auth import events, grants
from auth.authentication import KnownClient, known_scopes
from auth.events import EventKind
from auth.grants import GrantKind
from auth.roles import ceiling
from auth.scopes import Scope
from auth.sessions import SignedIn
from auth.settings import AuthSettings
from db.organisation import Organisation

REFRESH = "refresh_token"
CODE_SECONDS = 60
FIELD = "scope."
"""Before the name of a scope, in the names of the boxes a person ticks."""

_WEIGHTY = frozenset({Scope.HANDOFF_IDENTITY, Scope.MOU_SIGN, Scope.MOU_ADMIN})


@dataclass(frozen=True, slots=True)
class Offer:
    """What a client asks of a person, and how much of it they could give."""

    client: KnownClient
    person: SignedIn
    possible: tuple[Scope, ...]
    beyond_role: tuple[Scope, ...]
    beyond_organisation: tuple[Scope, ...]
    elsewhere: bool
    """The client serves people of another organisation only; then nothing is possible."""
    seconds: int
    """How long the client could act on it."""

    def ticked(self, form: Mapping[str, str]) -> frozenset[Scope]:
        """What of it the person left ticked."""
        return frozenset(scope for scope in self.possible if FIELD + scope in form)


async def make(
    tx: AsyncSession,
    client: KnownClient,
    person: SignedIn,
    asked: frozenset[Scope],
    settings: AuthSettings,
) -> Offer:
    """Asked ∩ client ∩ what KPAI granted the person's organisation ∩ the person's roles."""
    query = select(Organisation.scopes).where(Organisation.id == person.organisation_id)
    granted = known_scopes((await tx.scalars(query)).one())
    elsewhere = client.organisation_id != person.organisation_id and not client.open_to_all
    asked = asked & client.scopes
    covered = ceiling(person.roles)
    return Offer(
        client=client,
        person=person,
        possible=() if elsewhere else _listed(asked & granted & covered),
        beyond_role=() if elsewhere else _listed((asked & granted) - covered),
        beyond_organisation=() if elsewhere else _listed(asked - granted),
        elsewhere=elsewhere,
        seconds=_seconds(client, settings),
    )


async def accept(
    tx: AsyncSession,
    offer: Offer,
    scopes: frozenset[Scope],
    kind: GrantKind,
    *,
    address: str | None,
    jkt: str | None,
) -> UUID:
    """Let the client in: the grant that its tokens will name.

    What was let in for a browser belongs to the session there; a device goes on without it.
    """
    grant_id = await grants.begin(
        tx,
        kind,
        client_id=offer.client.id,
        user_id=offer.person.user_id,
        session_id=None if kind is GrantKind.DEVICE_CODE else offer.person.session_id,
        scopes=scopes,
        seconds=offer.seconds,
        jkt=jkt,
    )
    await _record(tx, EventKind.CONSENT_GIVEN, offer, kind, scopes, address)
    return grant_id


async def refuse(tx: AsyncSession, offer: Offer, kind: GrantKind, *, address: str | None) -> None:
    """Not to let it in is worth writing down: somebody may be trying to get in this way."""
    scopes = frozenset(offer.possible)
    await _record(tx, EventKind.CONSENT_REFUSED, offer, kind, scopes, address)


def weighty(scope: Scope) -> bool:
    """Whether to think twice: it changes something, or tells who a child is."""
    return scope in _WEIGHTY or scope.endswith(":write")


async def _record(
    tx: AsyncSession,
    event: EventKind,
    offer: Offer,
    kind: GrantKind,
    scopes: frozenset[Scope],
    address: str | None,
) -> None:
    person = offer.person
    await events.record(
        tx, event, organisation_id=person.organisation_id, client_id=offer.client.id,
        user_id=person.user_id, by_user_id=person.user_id, address=address,
        scopes=sorted(scopes), grant=kind.value,
    )  # fmt: skip


def _seconds(client: KnownClient, settings: AuthSettings) -> int:
    """As long as it can be renewed, or only for the one token that the code is exchanged for."""
    if REFRESH in client.grant_types:
        return settings.refresh_seconds
    return settings.token_seconds + CODE_SECONDS


def _listed(scopes: frozenset[Scope]) -> tuple[Scope, ...]:
    """In the order of the catalogue, so that pages look alike."""
    return tuple(scope for scope in Scope if scope in scopes)
