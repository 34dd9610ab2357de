"""How many rows PostgreSQL expects of an inbox under row-level security. Part of 0023."""

from importlib import import_module

_CLOCKS = import_module("migrations.versions.2026_11_25_0012_clocks")
_MADE = next(text for text in vars(_CLOCKS).values() if "create view clock_now" in str(text))
_VIEW = _MADE[_MADE.index("create view clock_now") :].partition(";\n")[0]
_VIEW = _VIEW.replace("create view", "create or replace view")

_SEEN = """((select access.has('handoff:read')) or (select access.has('handoff:write')))
  and (sender_id = (select access.me())
    or receiver_id = (select access.me()) and requested_at is not null
    or id = any ((select access.my_emergency_handoffs())::uuid[]))"""

_MINE = """(h.sender_id = (select access.me()) or h.receiver_id = (select access.me())
    or h.id = any ((select access.my_emergency_handoffs())::uuid[])) and """


def _by_sides() -> str:
    """The view of clocks, which names the sides where it reads handoffs from nowhere."""
    view = _VIEW
    for condition in (
        "h.due_at is not null and h.status in",
        "h.requested_at is not null and h.due_at is null",
        "h.victim_reported_at is not null and h.onward_of_id",
    ):
        assert view.count(f"where {condition}") == 1
        view = view.replace(f"where {condition}", f"where {_MINE}{condition}")
    return view


INBOXES = f"""
-- One boolean of which PostgreSQL knows nothing, so that it expects every other row to pass: an
-- inbox is then read along its index, and no further than the page goes. By the two sides, each of
-- which is one of many, it expected next to none, and sorted the whole inbox.
alter policy seen on handoff using (coalesce({_SEEN}, false));
-- Such a policy finds nothing by itself, so what asks for all handoffs of the caller says whose.
{_by_sides()};
"""

UNDO_INBOXES = f"""
alter policy seen on handoff using ({_SEEN});
{_VIEW};
"""
