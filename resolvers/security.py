"""Resolvers of the security log."""

from collections.abc import Sequence

from auth.events import EventKind
from db.security import SecurityEvent
from domain import security
from domain.paging import Page, PageArgs
from resolvers.context import Info
from resolvers.relations import After, Before, First, Last


async def listed(
    info: Info,
    filter: security.SecurityFilter | None = None,
    first: First = None,
    after: After = None,
    last: Last = None,
    before: Before = None,
) -> Page[SecurityEvent]:
    """What happened about access to your organisation (catatan keamanan), newest first."""
    args = PageArgs(first, after, last, before)
    statement = security.listed(filter)
    return await info.context.listed(statement, SecurityEvent, security.NEWEST_FIRST, args)


def message(root: SecurityEvent, info: Info) -> str:
    """What happened, for people, by Accept-Language."""
    kind = EventKind(root.kind)
    return {"id": kind.indonesian, "en": kind.english}[info.context.language]


def facts(root: SecurityEvent) -> Sequence[security.Fact]:
    """What else is known of it: codes, scopes and names of settings, never a secret."""
    return security.facts(root)
