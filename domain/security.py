"""The security log of an organisation: reading it. It is written where things happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select

from auth.events import EventKind
from db.security import SecurityEvent
from domain.checks import Ref, distinct, id_of, moment_of
from domain.paging import Order

NEWEST_FIRST = Order(("id",), descending=True)


@dataclass(frozen=True)
class SecurityFilter:
    """Which events to list; every condition given must hold."""

    kinds: list[EventKind] | None = None
    user_id: Ref | None = None
    client_id: Ref | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something more about an event."""

    name: str
    value: str


def listed(filter: SecurityFilter | None) -> Select[SecurityEvent]:
    """The events of the caller's organisation: those about somebody, and those by them."""
    chosen = filter or SecurityFilter()
    statement = select(SecurityEvent)
    if chosen.kinds is not None:
        kinds = distinct(chosen.kinds, "filter.kinds", most=len(EventKind))
        statement = statement.where(SecurityEvent.kind.in_([kind.value for kind in kinds]))
    if chosen.user_id is not None:
        user = id_of(chosen.user_id, "user", "filter.userId")
        statement = statement.where(
            or_(SecurityEvent.user_id == user, SecurityEvent.by_user_id == user)
        )
    if chosen.client_id is not None:
        client = id_of(chosen.client_id, "client", "filter.clientId")
        statement = statement.where(
            or_(SecurityEvent.client_id == client, SecurityEvent.by_client_id == client)
        )
    if chosen.since is not None:
        since = moment_of(chosen.since, "filter.since")
        statement = statement.where(SecurityEvent.created_at >= since)
    if chosen.until is not None:
        until = moment_of(chosen.until, "filter.until")
        statement = statement.where(SecurityEvent.created_at <= until)
    return statement


def facts(event: SecurityEvent) -> Sequence[Fact]:
    """What else is known of an event, in words that stay the same."""
    return [Fact(name, _words(value)) for name, value in sorted(event.facts.items())]


def _words(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
