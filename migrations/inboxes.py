"""How many rows PostgreSQL expects of an inbox under row-level security. Part of 0023."""

_SEEN = """((select access.has('handoff:read')) or (select access.has('handoff:write')))
  and (sender_id = (select access.me())
    or receiver_id = (select access.me()) and requested_at is not null
    or id = any ((select access.my_emergency_handoffs())::uuid[]))"""

INBOXES = f"""
-- One boolean of which PostgreSQL knows nothing, so that it expects every other row to pass: an
-- inbox is then read along its index, and no further than the page goes. By the two sides, each of
-- which is one of many, it expected next to none, and sorted the whole inbox. Such a policy finds
-- nothing by itself: what asks for all handoffs of the caller says whose (`domain.clock`).
alter policy seen on handoff using (coalesce({_SEEN}, false));
"""

UNDO_INBOXES = f"""
alter policy seen on handoff using ({_SEEN});
"""
