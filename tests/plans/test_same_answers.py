"""Operations at random, asked with plans and without: the same answers, the same in the ledger.

``PLANS_OPERATIONS=5000 PLANS_SEED=7 pytest -s tests/plans/test_same_answers.py`` asks more, and
others. Three quarters of them leave out the fields that `not_compiled.txt` names.
"""

import os
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from tests.plans.comparing import Difference, difference
from tests.plans.material import Voice
from tests.plans.operations import Asked, Writer
from tests.plans.reaching import not_compiled
from tests.plans.shrinking import smaller
from tests.plans.stage import Stage

MANY = int(os.environ.get("PLANS_OPERATIONS", "150"))
SEED = int(os.environ.get("PLANS_SEED", "1"))


async def different(here: Stage, asked: Asked) -> Difference | None:
    """The first difference that an operation shows, made small."""
    for voice, variables in asked.turns:
        found = await difference(here, voice, asked.document, variables, asked.name)
        if found:
            return await smaller(here.schema, found, _again(here, voice, asked))
    return None


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


async def test_operations_at_random(here: Stage) -> None:
    query = here.schema.query_type
    assert query is not None
    closed = not_compiled()
    share: Counter[str] = Counter()
    for number in range(MANY):
        chosen = Random(f"{SEED} {number}")
        steady = number % 4 != 0
        writer = Writer(
            here.schema, here.material, chosen, closed=closed if steady else frozenset()
        )
        roots = [name for name in query.fields if not steady or f"Query.{name}" not in closed]
        before = here.planned
        asked = writer.asked(roots[number % len(roots)])
        found = await different(here, asked)
        assert found is None, f"seed {SEED}, operation {number}: {found}"
        share["asked"] += len(asked.turns)
        share["planned"] += here.planned - before
        if MANY > 1_000 and number % 100 == 99:
            print(f"{number + 1} of {MANY} operations", dict(share), flush=True)
    print(f"\n{share['planned']} of {share['asked']} requests were answered by plans")
