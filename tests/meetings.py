"""What is said, decided and filed in an activity of others, for whoever must not know of it."""

from tests.api.test_calendar import create
from tests.graphql.test_activity import act, plan
from tests.graphql.test_meeting import decide, file, say
from tests.world import World, ok


async def for_strangers(world: World) -> dict[str, str]:
    """One of each noun, by an organisation that is a stranger to everybody else."""
    lead = await world.as_(await world.org())
    id = str((await ok(plan(lead)))["id"])
    await ok(act(lead, "announceJointActivity", id))
    return {
        "activitycomment": (await ok(say(lead, id)))["id"],
        "decision": (await ok(decide(lead, id)))["id"],
        "document": (await ok(file(lead, id)))["id"],
        "calendar": (await ok(create(lead)))["feed"]["id"],
    }
