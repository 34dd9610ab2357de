"""Calendar feeds (langganan kalender): iCalendar (RFC 5545) by a secret link."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from auth.scopes import Scope
from db import calendar as rows
from domain import calendar as rules
from resolvers import calendar as resolve
from schema.refused import Refused
from schema.relay import Connection, Node
from schema.scopes import field, mutation, requires

READ, WRITE = Scope.ACTIVITY_READ, Scope.ACTIVITY_WRITE


@strawberry.type(
    directives=[requires(READ)],
    description="A link by which calendar programs read what your organisation does and owes.",
)
class CalendarFeed(Node):
    name: str = strawberry.field(description="What it was called.")
    created_at: datetime = strawberry.field(description="When it was made.")
    ends_at = field(resolve.ends_at, scope=READ, returns=datetime | None)

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rows.CalendarFeed)


@strawberry.type(
    directives=[requires(READ)], description="A calendar feed with its link, shown this once."
)
class CalendarFeedWithLink:
    feed: CalendarFeed = strawberry.field(description="The feed.")
    link: str = strawberry.field(
        description="Its address: whoever has it reads the calendar. Keep it like a password."
    )

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, rules.WithLink)


FeedResult = Annotated[CalendarFeed | Refused, strawberry.union("CalendarFeedResult")]
LinkResult = Annotated[CalendarFeedWithLink | Refused, strawberry.union("CalendarLinkResult")]


@strawberry.type
class CalendarQuery:
    calendar_feeds = field(resolve.listed, scope=READ, returns=Connection[CalendarFeed] | None)


@strawberry.type
class CalendarMutation:
    create_calendar_feed = mutation(resolve.create, scope=WRITE, returns=LinkResult | None)
    end_calendar_feed = mutation(resolve.end, scope=WRITE, returns=FeedResult | None)
