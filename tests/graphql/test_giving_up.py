"""An error takes away the object it is in, and nothing of what stands elsewhere in the answer."""

import pytest_asyncio

from tests.scenes import Pair, pair
from tests.world import World

COUNTED = "events(last: 4) { totalCount nodes { kind } }"
ASKED = f"""{{
  a: handoffs {{ nodes {{ sender {{ name }} {COUNTED} sections(after: "x") {{ totalCount }} }} }}
  b: handoffs {{ nodes {{ sender {{ name }} sections {{ totalCount }} {COUNTED} }} }}
}}"""


@pytest_asyncio.fixture
async def both(world: World) -> Pair:
    return await pair(world)


async def test_what_others_wait_for_as_well_is_not_given_up(both: Pair) -> None:
    """Both lists wait for the same counts; of the one that fails, graphql-core stops the fields."""
    for _ in range(3):
        await both.at("ACCEPTED")
    answer = await both.receiver.ask(ASKED)
    assert answer.codes == ["BAD_INPUT"]
    assert answer.body["data"]["a"] is None
    assert [one["events"]["totalCount"] for one in answer.body["data"]["b"]["nodes"]] == [3, 3, 3]
