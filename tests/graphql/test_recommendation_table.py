"""The life of a recommendation, cell by cell: every step, from every state, by every side.

The table is written from the description of the domain: the addressee answers and reports, and only
the side that issued a recommendation closes it.
"""

from itertools import product

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.oversight import RECOMMENDATION_PATHS, Watch, watch
from tests.unchanged import unchanged
from tests.world import Api, World, ok

ENDS: dict[tuple[str, str], dict[str, str]] = {
    ("ISSUER", "issueRecommendation"): {"DRAFT": "ISSUED"},
    ("ISSUER", "withdrawRecommendation"): {
        "DRAFT": "WITHDRAWN",
        "ISSUED": "WITHDRAWN",
        "RESPONDED": "WITHDRAWN",
        "IN_PROGRESS": "WITHDRAWN",
    },
    ("ISSUER", "VERIFIED"): {"IN_PROGRESS": "VERIFIED"},
    ("ISSUER", "NOT_YET"): {"IN_PROGRESS": "IN_PROGRESS"},
    ("ADDRESSEE", "respondToRecommendation"): {"ISSUED": "RESPONDED"},
    ("ADDRESSEE", "reportFollowUp"): {"RESPONDED": "IN_PROGRESS", "IN_PROGRESS": "IN_PROGRESS"},
}
STEPS = list(dict.fromkeys(step for _, step in ENDS))
SIDES = ("ISSUER", "ADDRESSEE", "PARTICIPANT")
CELLS = list(product(SIDES, STEPS, RECOMMENDATION_PATHS))
ALLOWED = [cell for cell in CELLS if cell[2] in ENDS.get(cell[:2], {})]
BARRED = [cell for cell in CELLS if cell not in ALLOWED]
FIELDS = {"VERIFIED": "judgeFollowUp", "NOT_YET": "judgeFollowUp"}
NAMES = [FIELDS.get(step, step) for step in STEPS]


def code_for(side: str, step: str, status: str) -> str:
    """Why a cell that is not allowed is refused."""
    reported = status in ("IN_PROGRESS", "VERIFIED")
    if step in FIELDS and not reported:
        return "NOT_FOUND"  # there is no report to say anything of
    if side != "ISSUER" and status == "DRAFT":
        return "NOT_FOUND"
    return "WRONG_STATE" if (side, step) in ENDS else "WRONG_SIDE"


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Watch:
    return await watch(world)


@pytest_asyncio.fixture(scope="module")
async def standing(scene: Watch) -> dict[str, str]:
    """One in each state: refused steps leave it as it was for the next one."""
    return {status: await scene.recommendation(status) for status in RECOMMENDATION_PATHS}


def side_of(scene: Watch, side: str) -> Api:
    return {"ISSUER": scene.helper, "ADDRESSEE": scene.office, "PARTICIPANT": scene.lead}[side]


@pytest.mark.parametrize(("side", "step", "status"), ALLOWED)
@covers(NAMES, "success")
async def test_a_step_leads_where_it_should(
    scene: Watch, side: str, step: str, status: str
) -> None:
    id = await scene.recommendation(status)
    await ok(scene.take(step, id, side_of(scene, side)))
    seen = await scene.helper.data("query($id: ID!) { recommendation(id: $id) { status } }", id=id)
    assert seen["recommendation"]["status"] == ENDS[side, step][status]


@pytest.mark.parametrize("status", RECOMMENDATION_PATHS)
@covers(NAMES, "refusal", "stranger")
async def test_every_other_step_is_refused_and_changes_nothing(
    scene: Watch, standing: dict[str, str], status: str
) -> None:
    async with unchanged(scene.world):
        for side, step in [(side, step) for side, step, at in BARRED if at == status]:
            answer = await scene.take(step, standing[status], side_of(scene, side))
            told = answer["__typename"], answer.get("code"), answer.get("field")
            assert told == ("Refused", code_for(side, step, status), "id"), (side, step)
        for step in STEPS:
            for api in (scene.stranger, scene.invited):
                answer = await scene.take(step, standing[status], api)
                assert answer.get("code") == "NOT_FOUND", step
