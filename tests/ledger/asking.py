"""Asking for what a handoff says, and what of it stands in the ledger then."""

from typing import Any

from tests.scenes import Pair

BODIES = """
query($id: ID!) { handoff(id: $id) { sections { nodes {
  id content { __typename ... on Disclosed { body } ... on Withheld { code } } } } } }
"""
ITEMS = """
select e.reader_id, e.client_id, e.user_id, e.request_id, p.owner_id, p.kinds, p.handoffs,
       p.items, p.reader_id = e.reader_id as fits, e.at > now() - interval '1 minute' as recent
from ledger_entry e join ledger_part p on p.entry_id = e.id order by e.at, p.owner_id
"""


async def recorded(both: Pair) -> list[Any]:
    return await both.world.sql(ITEMS)


async def forget(both: Pair) -> None:
    await both.world.sql("truncate ledger_entry, ledger_part, ledger_pending cascade")
