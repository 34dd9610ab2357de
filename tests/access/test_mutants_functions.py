"""The proof that the tests bite, function by function; beside test_mutants.py, to run at once."""

import pytest

from tests.access import mutants
from tests.access.implied import IMPLIED
from tests.access.laboratory import Laboratory, tried

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
async def test_every_mutant_of_a_function_is_noticed(laboratory: Laboratory, part: int) -> None:
    made = [one async for one in mutants.here(laboratory.owner, mutants.functions)]
    names = sorted({one.about for one in made})[part::PARTS]
    these = [one for one in made if one.about in names]
    await tried(laboratory, f"functions {part + 1}", these, IMPLIED)
