"""What a section says: it comes sealed from the database, and the ledger is told with it.

The database gives sealed words or a reason, never both (`handoff_section_now`). Each of them is a
hole that begins with the section and its author; by these, the same statement tells the ledger what
it showed and what it did not.
"""

from api.plans.holes import CLOSED, PEEKED, SENTENCE, SHOWN, hole
from api.plans.text import EDGE, Said, joined

NOTED = f"""
  select coalesce(array_agg(h.id) filter (where h.kind = '{SHOWN}'), '{{}}') as shown,
         coalesce(array_agg(h.id) filter (where h.kind = '{CLOSED}'), '{{}}') as closed,
         coalesce(array_agg(h.code) filter (where h.kind = '{CLOSED}'), '{{}}') as codes
  from (select distinct left(p, 1) as kind, substr(p, 2, 36)::uuid as id, substr(p, 76) as code
        from unnest(string_to_array(answer.doc, chr(1))) with ordinality parts(p, n)
        where n % 2 = 0 and left(p, 1) in ('{SHOWN}', '{CLOSED}')
          and substr(p, 39, 36)::uuid <> answer.me) h
"""
"""Sections of others in `answer.doc`: whose words are in it, and which of them were closed."""


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
