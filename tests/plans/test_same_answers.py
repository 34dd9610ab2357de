"""Operations at random, asked with plans and without: the same answers, the same in the ledger.

``PLANS_OPERATIONS=5000 PLANS_SEED=7 pytest -s tests/plans/test_same_answers.py`` asks more, and
others. Three quarters of them leave out the fields that `not_compiled.txt` names.
"""

import logging
import os
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

import pytest

from tests.plans.comparing import Difference, difference
from tests.plans.material import Voice
from tests.plans.operations import Asked, Writer
from tests.plans.reaching import not_compiled
from tests.plans.shrinking import smaller
from tests.plans.stage import Stage
from tests.scenes import rewrite

MANY = int(os.environ.get("PLANS_OPERATIONS", "150"))
SEED = int(os.environ.get("PLANS_SEED", "1"))
SECTIONS = frozenset({"nodes", "edges", "node", "sections", "content", "body", "code", "message"})
"""What leads to the words of sections, and what is said in their place."""
Write = Callable[[Random, int], tuple[Writer, str]]
FAULT = re.compile("left to graphql-core: (InterfaceError|.* 42)")
"""What is said of a statement that PostgreSQL or its driver does not take."""


async def different(here: Stage, asked: Asked) -> Difference | None:
    """The first difference that an operation shows, made small."""
    for voice, variables in asked.turns:
        found = await difference(here, voice, asked.document, variables, asked.name)
        if found:
            return await smaller(here.schema, found, _again(here, voice, asked))
    return None


async def compared(
    here: Stage, many: int, what: str, write: Write, caplog: pytest.LogCaptureFixture
) -> Counter[str]:
    """Asks so many operations, and counts how many were answered by plans."""
    share: Counter[str] = Counter()
    caplog.set_level(logging.DEBUG, "api.plans.running")
    for number in range(many):
        writer, root = write(Random(f"{what}{SEED} {number}"), number)
        before = here.planned
        asked = writer.asked(root)
        found = await different(here, asked)
        assert found is None, f"{what}seed {SEED}, operation {number}: {found}"
        faults = [line for line in caplog.messages if FAULT.search(line)]
        assert not faults, f"{what}seed {SEED}, operation {number}: {faults}\n{asked.document}"
        caplog.clear()
        share["asked"] += len(asked.turns)
        share["planned"] += here.planned - before
        if many > 1_000 and number % 100 == 99:
            print(f"{number + 1} of {many} operations", dict(share), flush=True)
    print(f"\n{what}{share['planned']} of {share['asked']} requests were answered by plans")
    return share


def _again(
    here: Stage, voice: Voice, asked: Asked
) -> Callable[[str, dict[str, Any]], Awaitable[Difference | None]]:
    """Asks a smaller document as often as the whole one was asked: a plan may be made later."""

    async def shows(document: str, variables: dict[str, Any]) -> Difference | None:
        for _ in asked.turns:
            if found := await difference(here, voice, document, variables, asked.name):
                return found
        return None

    return shows


SAYS = "... on Handoff { sections { nodes { content { __typename ... on Disclosed { body } } } } }"
BY_IDS = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id {SAYS} }} }}"
VIEWER = """{ viewer { clientId scopes senderConstrained organisation { name }
  user { email roles language } permissions { scope description } } handoffs { totalCount } }"""
NULL = 'query($id: ID = "x") { handoff(id: $id) { id } viewer { clientId } }'
"""Valid by its default, and found out only when the field is asked."""


async def test_who_asks_and_rows_by_their_ids(here: Stage) -> None:
    for voice in here.material.voices:
        kinds, before = [ids[0] for ids in voice.ids.values()], here.planned
        for ids in (kinds[:20], kinds[::-3], [*kinds[:2], "x", *kinds[:2]], kinds[:1] * 3):
            assert not (found := await difference(here, voice, BY_IDS, {"ids": ids}, None)), found
        assert not (found := await difference(here, voice, VIEWER, {}, None)), found
        assert here.planned - before == 5
        nobody = [here.material.ids["Handoff"][0], *kinds[:2], "mou_" + "0" * 32]
        assert not (found := await difference(here, voice, BY_IDS, {"ids": nobody}, None)), found
        assert not (found := await difference(here, voice, NULL, {"id": None}, None)), found


async def test_operations_at_random(here: Stage, caplog: pytest.LogCaptureFixture) -> None:
    query = here.schema.query_type
    assert query is not None
    closed = not_compiled()

    def write(chosen: Random, number: int) -> tuple[Writer, str]:
        steady = number % 4 != 0
        roots = [name for name in query.fields if not steady or f"Query.{name}" not in closed]
        kept = closed if steady else frozenset()
        return Writer(here.schema, here.material, chosen, closed=kept), roots[number % len(roots)]

    share = await compared(here, MANY, "", write, caplog)
    assert share["planned"] > MANY / 2


def about_sections(here: Stage) -> Write:
    closed = not_compiled()

    def write(chosen: Random, number: int) -> tuple[Writer, str]:
        writer = Writer(here.schema, here.material, chosen, closed=closed, drawn=SECTIONS)
        return writer, ("handoffs", "handoff", "node")[number % 3]

    return write


async def test_what_sections_say(here: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Words and why there are none, and what the ledger holds of it."""
    share = await compared(here, MANY // 3, "sections, ", about_sections(here), caplog)
    assert share["planned"] > MANY / 4
    assert await noted(here) > MANY / 10


async def test_what_sections_say_that_do_not_open(
    here: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is that of graphql-core; the last test here, as it breaks what others read."""
    await rewrite(
        here.world,
        "update handoff_section_body set sealed = set_byte(sealed, 20,"
        " (get_byte(sealed, 20) + 1) % 256) where get_byte(uuid_send(section_id), 15) % 3 = 0",
    )
    here.damaged, before = True, await noted(here)
    await compared(here, MANY // 3, "damaged sections, ", about_sections(here), caplog)
    assert await noted(here) > before
    [(damaged,)] = await here.world.sql(
        "select count(*) from ledger_part where items::text like '%DAMAGED%'"
    )
    assert damaged > MANY / 10


async def noted(here: Stage) -> int:
    """How often the side with plans told the ledger something."""
    [(many,)] = await here.world.sql(
        "select count(*) from ledger_entry where request_id like 'compiled-%'"
    )
    return int(many)
