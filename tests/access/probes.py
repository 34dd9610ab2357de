"""What a caller may do and must not, tried in SQL as the API's role: beneath every rule in Python.

A probe enters as a client, does one thing, and is undone. It expects what came of it: text that was
read, the number of rows that changed, or the reason why nothing did.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from uuid import UUID

import asyncpg

from tests.access.facts import Token
from tests.access.gallery import Gallery
from tests.access.oracle import World
from tests.db.catalogue import APP

DENIED = "42501"
"""No grant, or no policy lets it."""
REFUSED = "23514"
"""A check, or a trigger that keeps what was signed."""

KEPT = "?"
"""What is expected of a question until the database was asked it, as it should be."""

DEAR = {
    "verdict",
    "judged",
    "by_what",
    "preview",
    "view_as",
    "handoff_section",
    "handoff_section_now",
}
"""What is dear to ask comes last."""

NEW = "019a0000-0000-0000-0000-00000000000{}"
"""Ids of rows that probes make."""

LAB = """
create schema lab;
create table lab.probe (n serial primary key, what text, about text, client uuid, scopes text,
                        person uuid, permit uuid, bound boolean, role text, statement text,
                        expected text, reads boolean);
create function lab.outcome(p lab.probe) returns text
language plpgsql as $$
declare
  outcome text;
  changed bigint;
begin
  perform set_config('role', p.role, true);
  if p.client is not null then
    perform access.enter(p.client, p.scopes, 0, p.person, p.permit, p.bound);
  end if;
  if p.reads then
    execute p.statement into outcome;
  else
    execute p.statement;
    get diagnostics changed = row_count;
    outcome := changed::text;
  end if;
  raise exception sqlstate 'UNDO0' using message = coalesce(outcome, 'null');
exception
  when sqlstate 'UNDO0' then return sqlerrm;
  when query_canceled then raise;
  when others then return sqlstate;
end $$;
create function lab.failing(near text[], most integer) returns setof text language plpgsql as $$
declare
  p lab.probe;
  outcome text;
begin
  for p in select * from lab.probe where near is null or probe.about = any (near) order by n loop
    outcome := lab.outcome(p);
    if outcome is distinct from p.expected then
      return next format('%s: %s instead of %s', p.what, left(outcome, 80), left(p.expected, 80));
      most := most - 1;
      exit when most = 0;
    end if;
  end loop;
end $$;
"""


@dataclass(frozen=True)
class Probe:
    what: str
    about: str
    """The table or function it is mainly about."""
    client: UUID | None
    scopes: str
    person: UUID | None
    permit: UUID | None
    bound: bool
    role: str
    statement: str
    expected: str
    reads: bool = False


async def install(connection: asyncpg.Connection, probes: Sequence[Probe]) -> None:
    await connection.execute(LAB)
    await connection.copy_records_to_table(
        "probe",
        schema_name="lab",
        columns=[column.name for column in fields(Probe)],
        records=[astuple(probe) for probe in sorted(probes, key=lambda one: one.about in DEAR)],
    )


async def failing(
    connection: asyncpg.Connection, near: Sequence[str] | None = None, most: int = 1
) -> list[str]:
    """Probes (about these tables or functions) that do not come out as expected, and how so."""
    rows = await connection.fetch("select * from lab.failing($1, $2)", near, most)
    return [row[0] for row in rows]


class Probes:
    """A list of probes that grows, in the world of the gallery."""

    def __init__(self, gallery: Gallery, world: World, root: bytes = bytes(32)) -> None:
        self.gallery, self.world, self.root = gallery, world, root
        self.all: list[Probe] = []
        self.tokens = {
            name: self.token_of(id)
            for name, id in vars(gallery).items()
            if isinstance(id, UUID)
        }  # fmt: skip
        self.tokens |= gallery.doors.tokens
        self.tokens["admin"] = self.token_of(gallery.kpai, "mou:admin")
        self.tokens["overreaching"] = self.token_of(gallery.stranger, "mou:admin")

    def token_of(self, organisation: UUID, scope: str = "") -> Token:
        """The organisation's first token, or the first with this scope."""
        return next(
            token
            for token in self.world.tokens
            if token.organisation == organisation and (not scope or self.world.may(token, scope))
        )

    def reads(self, about: str, who: str | Token | None, select: str, expected: Iterable[object],
              *, without: str = "", after: str = "", what: str = "",
              role: str = APP) -> None:  # fmt: skip
        """The things somebody sees, in any order (after a change, perhaps): one column of text."""
        wanted = " ".join(sorted(str(thing) for thing in expected))
        listed = (
            "select coalesce(string_agg(x, ' ' order by x collate \"C\"), '')"
            f" from ({select}) as y(x)"
        )
        self._add(about, who, f"{after};{listed}" if after else listed, wanted, without,
                  what or f"{after} {select}", role, reads=True)  # fmt: skip

    def keeps(self, about: str, who: str, statement: str, *, role: str, without: str = "") -> None:
        """An answer that is to stay what it is."""
        self._add(about, who, statement, KEPT, without, f"{about} as {role}", role, reads=True)

    def writes(self, about: str, who: str | Token | None, statement: str, expected: str | int,
               *, without: str = "", what: str = "", role: str = APP) -> None:  # fmt: skip
        """A change, and how many rows it changes or why none."""
        self._add(about, who, statement, str(expected), without, what or statement, role)

    def _add(self, about: str, who: str | Token | None, statement: str, expected: str,
             without: str, what: str, role: str, reads: bool = False) -> None:  # fmt: skip
        token = self.tokens[who] if isinstance(who, str) else who
        name = who if isinstance(who, str) else f"token {token.client.int & 0xFFF}" if token else ""
        scopes = token.asked - set(without.split()) if token else frozenset()
        lacking = f" without {without}" if without else ""
        self.all.append(
            Probe(
                f"[{about}] {' '.join(what.split())} ({name or 'nobody'}{lacking})",
                about,
                token.client if token else None,
                " ".join(sorted(scopes)),
                token.person if token else None,
                token.grant if token else None,
                bool(token and token.bound),
                role,
                statement,
                expected,
                reads,
            )
        )
