"""What a section says: it comes sealed from the database, and the ledger is told with it.

The database gives sealed words or a reason, never both (`handoff_section_now`). Each of them is a
hole that begins with the section and its author; by these, the same statement tells the ledger what
it showed and what it did not.
"""

from api.plans.holes import CLOSED, PEEKED, SENTENCE, SHOWN, hole
from api.plans.text import EDGE, Said, joined

NOTED = f"""
  select coalesce(array_agg(h.id) filter (where h.p ^@ '{SHOWN}'), '{{}}') as shown,
         coalesce(array_agg(h.id) filter (where h.p ^@ '{CLOSED}'), '{{}}') as closed,
         coalesce(array_agg(substr(h.p, 76)) filter (where h.p ^@ '{CLOSED}'), '{{}}') as codes
  from (select p, substr(p, 2, 36)::uuid as id
        from string_to_table(answer.doc, chr(1)) parts(p)
        where (p ^@ '{SHOWN}' or p ^@ '{CLOSED}') and substr(p, 39, 36) <> answer.me::text
        offset 0) h
"""
"""Sections of others in `answer.doc`: whose words are in it, and which of them were closed.

Split at the edges of holes, what stands between them begins with no letter.
"""


def content(alias: str, disclosed: list[str], withheld: list[str]) -> list[str]:
    """The field `content`, of the pieces below it in either case."""
    needed = ("sealed", "sealed_key", "origin_handoff_id")
    there = " and ".join(f"{alias}.{column} is not null" for column in needed)
    if EDGE + SHOWN not in disclosed:  # whether words open is asked of them all the same
        disclosed = [*hole(PEEKED, *_sealed(alias)), *disclosed]
    closed = hole(CLOSED, *_whose(alias), _code(alias))
    return [f"case when {there} then {joined(disclosed)} else {joined([*closed, *withheld])} end"]


def body(alias: str) -> list[str]:
    """Where the words go."""
    return hole(SHOWN, *_sealed(alias))


def code(alias: str) -> list[str]:
    """Why there are none, for programs."""
    return [Said('"'), _code(alias), Said('"')]


def message(alias: str) -> list[str]:
    """Why there are none, for people."""
    return hole(SENTENCE, _code(alias))


def _code(alias: str) -> str:
    return f"coalesce({alias}.withheld, 'NOT_COVERED')"


def _whose(alias: str) -> list[str]:
    return [f"{alias}.id", Said(" "), f"{alias}.author_id", Said(" ")]


def _sealed(alias: str) -> list[str]:
    pieces = _whose(alias)
    for name in ("case_id", "origin_id", "origin_handoff_id", "category"):
        pieces += [f"{alias}.{name}", Said(" ")]
    for name in ("sealed", "sealed_key", "wrapped"):
        pieces += [f"encode({alias}.{name}, 'base64')", Said(" ")]
    return [*pieces, f"{alias}.kek_id"]
