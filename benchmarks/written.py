"""Whether two sides that send a handoff have left the same behind in the database."""

import asyncio
import json
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from benchmarks.queries import Operation
from benchmarks.served import Served

OF_HANDOFF = ("handoff_section", "handoff_section_body", "lawful_basis", "handoff_event")
ITS_OWN = "'{id,handoff_id,section_id,case_id,number,sealed,sealed_key,wrapped,search}'::text[]"
ROWS = " union all ".join(
    [
        "select 'handoff' as name, to_jsonb(t) as row from handoff t where t.id = $1",
        *(
            f"select '{table}', to_jsonb(t) from {table} t where t.handoff_id = $1"
            for table in OF_HANDOFF
        ),
        "select 'case_file', to_jsonb(t) from case_file t"
        " join handoff h on h.case_id = t.id where h.id = $1",
        "select 'section_word', jsonb_build_object('organisation_id', w.organisation_id)"
        " from section_word w join handoff_section s on s.id = w.section_id"
        " where s.handoff_id = $1",
    ]
)
SAID = f"""
select name, (select jsonb_object_agg(key, value) from jsonb_each(row - {ITS_OWN})
              where key !~ '_at$' and value <> 'null')::text as row
from ({ROWS}) x order by 1, 2
"""


def same_rows(operation: Operation, all_served: Sequence[Served]) -> None:
    """Sending is only compared where every side writes the same rows, but for ids and times."""
    found = {}
    for served in all_served:
        answer = served.post(operation, served.bodies(operation)[0])["data"]["sendHandoff"]
        if answer["__typename"] == "Refused" or answer["status"] != "REQUESTED":
            raise SystemExit(f"{operation.title}: {served.side} answers {answer}")
        id = UUID(answer["id"].removeprefix("handoff_"))
        found[served.side] = asyncio.run(_rows(served.world.owner, id))
    (first, wanted), *others = found.items()
    for side, rows in others:
        if rows != wanted:
            differ = [
                f"{name}: {json.dumps(row)}" for name, row in {*wanted}.symmetric_difference(rows)
            ]
            raise SystemExit(f"{first} and {side} write different rows:\n" + "\n".join(differ))


async def _rows(owner_url: str, id: UUID) -> list[tuple[str, str]]:
    connection = await asyncpg.connect(owner_url)
    try:
        return [(row["name"], row["row"]) for row in await connection.fetch(SAID, id)]
    finally:
        await connection.close()
