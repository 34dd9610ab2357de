"""A large world for measuring: organisations, agreements and handoffs, made inside PostgreSQL.

Shaped like the real thing: forty partners, if not said otherwise, under as many agreements, every
handoff with a lawful basis, five sections and four events, spread over two years. Rows are made by
the owner, past row-level security; they are read through it. Content of the newest is sealed here,
as the API does it, and copied into the database; what is older, and is asked for by nobody, is as
many bytes that cannot be opened, so that a million handoffs are made in minutes.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from benchmarks.activities import ACTIVITY, REST
from db.session import async_url
from db.vault import Vault
from domain.words import hashed, stems

SECTIONS = ("IDENTITY", "INCIDENT", "HEALTH", "PSYCHOLOGICAL", "SERVICE")

SESSION = """
set session_replication_role = replica;
set synchronous_commit = off;
create function pg_temp.uuid_of(kind int, n bigint) returns uuid language sql immutable as $$
  select (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;
create temp table common_words (organisation_id uuid primary key, words bigint[]);
"""
WORLD = """
insert into organisation (id, type_code, name, region_code, path)
select pg_temp.uuid_of(1, n), case when n % 2 = 0 then 'POLICE_PPA' else 'UPTD_PPA' end,
       'Lembaga Contoh ' || n, '31.71', array[pg_temp.uuid_of(1, n)]
from generate_series(1, :orgs) n;

insert into client (id, key, organisation_id, name, scopes)
select pg_temp.uuid_of(2, n), 'bench-' || n, pg_temp.uuid_of(1, n), 'bench',
       '{organisation:read,mou:read,activity:read,handoff:read,handoff:write,handoff:identity}'
from generate_series(1, :orgs) n;

insert into oauth_grant (id, client_id, kind, scopes, expires_at)
select pg_temp.uuid_of(10, n), pg_temp.uuid_of(2, n), 'DEMO', '{}', now() + interval '1 day'
from generate_series(1, :orgs) n;

-- Agreement n is between organisations n and n + 1 (the last with the first), in both directions.
insert into mou (id, kind, proposer_id)
select pg_temp.uuid_of(3, n), 'MEMORANDUM', pg_temp.uuid_of(1, n)
from generate_series(1, :orgs) n;
insert into mou_version (id, mou_id, number, instrument, stage, drafted_by, title, purpose, scope,
  valid_from, valid_until, notice_days, content_hash, submitted_at, signed_at, in_force_from)
select pg_temp.uuid_of(4, n), pg_temp.uuid_of(3, n), 1, 'ORIGINAL', 'SIGNED',
       pg_temp.uuid_of(1, n), 'Nota Kesepahaman ' || n, 'Layanan', 'Rujukan',
       current_date - 700, current_date + 700, 0, 'sha256:' || n, now(), now(), current_date - 700
from generate_series(1, :orgs) n;
insert into mou_party (id, version_id, organisation_id, ordinal, covers_branches)
select pg_temp.uuid_of(5, n * 2 + side), pg_temp.uuid_of(4, n),
       pg_temp.uuid_of(1, (n + side - 1) % :orgs + 1), side + 1, true
from generate_series(1, :orgs) n, generate_series(0, 1) side;
insert into mou_clause (id, version_id, number, discloser_id, recipient_id, categories, purposes,
  case_roles, onward_sharing, retention_days, legal_basis)
select pg_temp.uuid_of(6, n * 2 + side), pg_temp.uuid_of(4, n), side + 1,
       pg_temp.uuid_of(1, (n + side - 1) % :orgs + 1),
       pg_temp.uuid_of(1, (n - side) % :orgs + 1),
       '{IDENTITY,INCIDENT,HEALTH,PSYCHOLOGICAL,SERVICE}', '{SERVICE_DELIVERY,PROTECTION}',
       '{VICTIM,WITNESS}', false, 365, 'UU 12/2022'
from generate_series(1, :orgs) n, generate_series(0, 1) side;
"""

HANDOFFS = """
insert into handoff (id, case_id, number, kind, status, sender_id, receiver_id, mou_id, purpose,
  urgency, child_role, case_categories, services, created_at, updated_at, listed_at, requested_at,
  due_at)
select pg_temp.uuid_of(7, n), pg_temp.uuid_of(11, n), 'RJK-' || n, 'REFERRAL',
       (array['REQUESTED', 'RECEIVED', 'ACCEPTED', 'IN_PROGRESS', 'COMPLETED'])[n % 5 + 1],
       pg_temp.uuid_of(1, a), pg_temp.uuid_of(1, a % :orgs + 1), pg_temp.uuid_of(3, a),
       'SERVICE_DELIVERY', 'SEGERA', 'VICTIM', '{CHILD_OBSCENE_ACTS}', '{PSYCHOLOGICAL,HEALTH}',
       at, at, at, at, at + interval '72 hours'
from (select n, n % :orgs + 1 as a,
             date_trunc('second', now()) - make_interval(secs => (($2 - n) * 600)) as at
      from generate_series($1::bigint, $2::bigint) n) x
"""
PARTS = (
    """
insert into handoff_section (id, handoff_id, author_id, category, created_at)
select pg_temp.uuid_of(8, n * 5 + s), pg_temp.uuid_of(7, n),
       pg_temp.uuid_of(1, n % :orgs + 1),
       (array[:sections])[s + 1], now()
from generate_series($1::bigint, $2::bigint) n, generate_series(0, 4) s
""",
    """
insert into lawful_basis (id, handoff_id, author_id, kind, categories, purposes, legal_source)
select pg_temp.uuid_of(12, n), pg_temp.uuid_of(7, n), pg_temp.uuid_of(1, n % :orgs + 1),
       'PUBLIC_TASK', array[:sections], '{SERVICE_DELIVERY}', 'UU 35/2014 pasal 76'
from generate_series($1::bigint, $2::bigint) n
""",
    """
insert into handoff_event (id, handoff_id, kind, actor_id, from_status, to_status, created_at)
select pg_temp.uuid_of(9, n * 4 + e), pg_temp.uuid_of(7, n),
       (array['SENT', 'RECEIVED', 'ACCEPTED', 'STARTED'])[e + 1],
       pg_temp.uuid_of(1, (n + least(e, 1)) % :orgs + 1), null, 'REQUESTED',
       now() - make_interval(hours => 4 - e)
from generate_series($1::bigint, $2::bigint) n, generate_series(0, 3) e
""",
)
CHUNK = 10_000
SEALED = 20_000
"""Of so many of the newest handoffs what sections say can be opened; the key of every case can."""

TABLES = {
    "case_file": ("id", "kek_id", "wrapped"),
    "handoff_section_body": (
        "section_id", "handoff_id", "author_id", "category", "sealed", "sealed_key",
    ),
    "section_word": ("section_id", "organisation_id", "words"),
}  # fmt: skip
OLDER = {
    "handoff_section_body": """
insert into handoff_section_body (section_id, handoff_id, author_id, category, sealed, sealed_key)
select pg_temp.uuid_of(8, n * 5 + s), pg_temp.uuid_of(7, n), pg_temp.uuid_of(1, n % :orgs + 1),
       (array[:sections])[s + 1], $3, $4
from generate_series($1::bigint, $2::bigint) n, generate_series(0, 4) s
""",
    "section_word": """
insert into section_word (section_id, organisation_id, words)
select pg_temp.uuid_of(8, n * 5 + s), w.organisation_id, w.words || hashtextextended(n::text, 0)
from generate_series($1::bigint, $2::bigint) n, generate_series(0, 4) s, common_words w
where w.organisation_id
  in (pg_temp.uuid_of(1, n % :orgs + 1), pg_temp.uuid_of(1, (n + 1) % :orgs + 1))
""",
}
GIN = "create index section_word_words_idx on section_word using gin (words)"


def uuid_of(kind: int, n: int) -> UUID:
    """As `pg_temp.uuid_of` makes it."""
    return UUID(f"{kind:08x}-0000-7000-8000-{n:012x}")


def body(n: int) -> str:
    """What the sections of a handoff say."""
    return f"Ananda Contoh {n} didampingi petugas. " + "Catatan layanan. " * 6


async def fill(
    owner_url: str,
    handoffs: int,
    vault: Vault,
    progress: Callable[[int], object] | None = None,
    *,
    organisations: int = 40,
    activities: int = 0,
    words: bool = True,
) -> None:
    """Make the world with so many handoffs, and let PostgreSQL gather its statistics.

    `progress` is told of so many more handoffs. Without `words` nothing is found by searching.
    """

    def said(statement: str) -> str:
        sections = ", ".join(f"'{section}'" for section in SECTIONS)
        return statement.replace(":orgs", str(organisations)).replace(":sections", sections)

    index = await _index(owner_url, vault, organisations)
    common = [(uuid_of(1, n), each.common) for n, each in enumerate(index, 1)]
    tables = [table for table in TABLES if words or table != "section_word"]
    chunks = iter(range(1, handoffs + 1, CHUNK))

    async def work(connection: asyncpg.Connection) -> None:
        for start in chunks:
            end = min(start + CHUNK - 1, handoffs)
            for statement in (HANDOFFS.replace("$2 - n", f"{handoffs} - n"), *PARTS):
                await connection.execute(said(statement), start, end)
            opened = max(start, handoffs - SEALED + 1)
            rows = await _sealed(vault, range(opened, end + 1) or [end], organisations, index)
            older = [await _case(vault, n) for n in range(start, min(opened, end + 1))]
            await connection.copy_records_to_table(
                "case_file", records=older, columns=TABLES["case_file"]
            )
            for table in tables:
                if start < opened and table in OLDER:
                    like = rows[table][0][-2:] if table != "section_word" else ()
                    await connection.execute(said(OLDER[table]), start, min(end, opened - 1), *like)
                if opened <= end:
                    await connection.copy_records_to_table(
                        table, records=rows[table], columns=TABLES[table]
                    )
            if progress:
                progress(end - start + 1)

    connections = [await asyncpg.connect(owner_url) for _ in range(2)]
    try:
        for connection in connections:
            await connection.execute(SESSION)
            await connection.copy_records_to_table("common_words", records=common)
        first = connections[0]
        await first.execute(said(WORLD))
        await first.execute("drop index section_word_words_idx")
        await asyncio.gather(*map(work, connections))
        await first.execute(GIN)
        for start in range(1, activities + 1, CHUNK):
            end = min(start + CHUNK - 1, activities)
            for statement in (ACTIVITY, *REST):
                await first.execute(said(statement), start, end)
        await first.execute("vacuum analyze")
    finally:
        for connection in connections:
            await connection.close()


class _Words:
    """The words of all bodies, but for the number in each, as one organisation finds them."""

    def __init__(self, key: bytes) -> None:
        self._key, self.common = key, hashed(key, stems(body(0)) - {"0"})

    def of(self, n: int) -> list[int]:
        return self.common + hashed(self._key, {str(n)})


async def _index(owner_url: str, vault: Vault, organisations: int) -> list[_Words]:
    engine = create_async_engine(async_url(owner_url))
    async with AsyncSession(engine) as tx:
        keys = [
            await vault.key_for(tx, f"words {uuid_of(1, n)}") for n in range(1, organisations + 1)
        ]
        await tx.commit()
    await engine.dispose()
    return [_Words(key) for key in keys]


async def _case(vault: Vault, n: int) -> tuple[Any, ...]:
    case = uuid_of(11, n)
    _, wrapped = await vault.new_case_key(case)
    return case, wrapped.kek_id, wrapped.sealed


async def _sealed(
    vault: Vault, handoffs: Iterable[int], organisations: int, index: list[_Words]
) -> dict[str, list[Any]]:
    """The rows of some handoffs that hold what is sealed."""
    rows: dict[str, list[Any]] = {table: [] for table in TABLES}
    for n in handoffs:
        sender, receiver = n % organisations, (n + 1) % organisations
        case, handoff, author = uuid_of(11, n), uuid_of(7, n), uuid_of(1, sender + 1)
        key, wrapped = await vault.new_case_key(case)
        rows["case_file"].append((case, wrapped.kek_id, wrapped.sealed))
        words = [(uuid_of(1, side + 1), index[side].of(n)) for side in (sender, receiver)]
        for s, category in enumerate(SECTIONS):
            section = uuid_of(8, n * 5 + s)
            sealed = key.seal_section(section, handoff, author, category, body(n))
            rows["handoff_section_body"].append((section, handoff, author, category, *sealed))
            rows["section_word"] += [(section, side, found) for side, found in words]
    return rows
