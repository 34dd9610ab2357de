"""The life of a request for clarification, cell by cell: every step, state and side."""

from itertools import product

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.oversight import CLARIFICATION_PATHS, Watch, act, watch
from tests.unchanged import unchanged
from tests.world import Api, World, ok

ENDS: dict[tuple[str, str], dict[str, str]] = {
    ("ISSUER", "sendClarification"): {"DRAFT": "SENT"},
    ("ISSUER", "withdrawClarification"): {"DRAFT": "WITHDRAWN", "SENT": "WITHDRAWN"},
    ("ISSUER", "remindOfClarification"): {"SENT": "SENT"},
    ("ISSUER", "assessClarification"): {"ANSWERED": "ASSESSED"},
    ("ADDRESSEE", "writeClarificationAnswers"): {"SENT": "SENT"},
    ("ADDRESSEE", "askMoreTime"): {"SENT": "SENT"},
    ("ADDRESSEE", "submitClarificationAnswers"): {},
    ("ISSUER", "answerMoreTime"): {},
}
"""The last two need something beside the state, and have tests of their own."""
STEPS = [step for _, step in ENDS]
CELLS = list(product(("ISSUER", "ADDRESSEE", "PARTICIPANT"), STEPS, CLARIFICATION_PATHS))
ALLOWED = [cell for cell in CELLS if cell[2] in ENDS.get(cell[:2], {})]
BARRED = [
    cell
    for cell in CELLS
    if cell not in ALLOWED and cell != ("ADDRESSEE", "submitClarificationAnswers", "SENT")
]


def code_for(side: str, step: str, status: str) -> str:
    """Why a cell that is not allowed is refused."""
    if side != "ISSUER" and status == "DRAFT":
        return "NOT_FOUND"
    return "WRONG_STATE" if (side, step) in ENDS else "WRONG_SIDE"


@pytest_asyncio.fixture(scope="module")
async def scene(world: World) -> Watch:
    return await watch(world)


@pytest_asyncio.fixture(scope="module")
async def standing(scene: Watch) -> dict[str, str]:
    """One in each state: refused steps leave it as it was for the next one."""
    return {status: await scene.clarification(status) for status in CLARIFICATION_PATHS}


def side_of(scene: Watch, side: str) -> Api:
    return {"ISSUER": scene.helper, "ADDRESSEE": scene.office, "PARTICIPANT": scene.lead}[side]


@pytest.mark.parametrize(("side", "step", "status"), ALLOWED)
@covers([step for step in STEPS if step != "answerMoreTime"], "success")
async def test_a_step_leads_where_it_should(
    scene: Watch, side: str, step: str, status: str
) -> None:
    id = await scene.clarification(status)
    done = await ok(act(side_of(scene, side), step, id))
    assert done["status"] == ENDS[side, step][status]


@pytest.mark.parametrize("status", CLARIFICATION_PATHS)
@covers(STEPS, "refusal", "stranger")
async def test_every_other_step_is_refused_and_changes_nothing(
    scene: Watch, standing: dict[str, str], status: str
) -> None:
    async with unchanged(scene.world):
        for side, step in [(side, step) for side, step, at in BARRED if at == status]:
            answer = await act(side_of(scene, side), step, standing[status])
            told = answer["__typename"], answer.get("code"), answer.get("field")
            assert told == ("Refused", code_for(side, step, status), "id"), (side, step)
        for step in STEPS:
            for api in (scene.stranger, scene.invited):
                answer = await act(api, step, standing[status])
                assert answer.get("code") == "NOT_FOUND", step
