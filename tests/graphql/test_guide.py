"""What administrators read to copy, run as it stands: each step works, one after the other."""

import json
import re
from pathlib import Path

from tests.people import acting, held_by, session_of, somebody
from tests.world import EVERY_SCOPE, World

_STEP = re.compile(r"^```graphql\n([^`]*)^```(?:\n\n^```json\n([^`]*)^```)?$", re.MULTILINE)


def steps(project: Path) -> list[tuple[str, str]]:
    page = (project / "docs" / "administrators.md").read_text(encoding="utf-8")
    section = page.partition("\n## People, programs")[2].partition("\n# For the operator")[0]
    return [(step[1], step[2] or "{}") for step in _STEP.finditer(section)]


async def test_every_step_of_the_guide_works(world: World, project: Path) -> None:
    org = await world.org()
    held = await held_by(world, org)
    admin = await acting(world, await somebody(world, org))
    kpai = await world.as_(world.kpai, *EVERY_SCOPE)
    person = await somebody(world, org, "CASE_WORKER")
    ids = held | {"organisation": org.gid, "user": person.gid,
                  "session": await session_of(world, person)}  # fmt: skip
    assert len(steps(project)) > 12
    for document, variables in steps(project):
        given = re.sub(r"([a-z]+)_…", lambda m: ids[m[1]], variables)
        api = kpai if "setOrganisationAccess" in document else admin
        answer = await api.data(document, **json.loads(given))
        assert all(value and "code" not in value for value in answer.values()), (document, answer)
