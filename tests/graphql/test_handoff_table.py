"""The life of a handoff, cell by cell: every step, from every state, by either side.

The table below is written from the description of the domain, not from the code it tries.
"""

from collections.abc import AsyncIterator
from itertools import product

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import PATHS, STEPS, Pair, pair, stranger, take
from tests.unchanged import refused
from tests.world import World, ok

ENDS: dict[tuple[str, str], dict[str, str]] = {
    ("SENDER", "sendDraftedHandoff"): {"DRAFT": "REQUESTED"},
    ("RECEIVER", "receiveHandoff"): {"REQUESTED": "RECEIVED"},
    ("RECEIVER", "acceptHandoff"): {"REQUESTED": "ACCEPTED", "RECEIVED": "ACCEPTED"},
    ("RECEIVER", "rejectHandoff"): {"REQUESTED": "REJECTED", "RECEIVED": "REJECTED"},
    ("RECEIVER", "requestHandoffInfo"): {
        "REQUESTED": "INFO_REQUESTED",
        "RECEIVED": "INFO_REQUESTED",
        "ACCEPTED": "INFO_REQUESTED",
        "IN_PROGRESS": "INFO_REQUESTED",
    },
    ("SENDER", "provideHandoffInfo"): {"INFO_REQUESTED": "RECEIVED"},
    ("RECEIVER", "startHandoff"): {"ACCEPTED": "IN_PROGRESS"},
    ("RECEIVER", "completeHandoff"): {"IN_PROGRESS": "COMPLETED"},
    ("RECEIVER", "failHandoff"): {"ACCEPTED": "FAILED", "IN_PROGRESS": "FAILED"},
    ("SENDER", "cancelHandoff"): {
        "DRAFT": "CANCELLED",
        "REQUESTED": "CANCELLED",
        "RECEIVED": "CANCELLED",
        "INFO_REQUESTED": "CANCELLED",
        "ACCEPTED": "CANCELLED",
    },
    ("SENDER", "requestHandoffCancellation"): {
        "INFO_REQUESTED": "INFO_REQUESTED",
        "ACCEPTED": "ACCEPTED",
        "IN_PROGRESS": "IN_PROGRESS",
    },
    ("SENDER", "revokeHandoff"): {
        "REQUESTED": "REVOKED",
        "RECEIVED": "REVOKED",
        "INFO_REQUESTED": "REVOKED",
        "ACCEPTED": "REVOKED",
        "IN_PROGRESS": "REVOKED",
        "COMPLETED": "REVOKED",
    },
    ("SENDER", "addHandoffSection"): {
        "DRAFT": "DRAFT",
        "REQUESTED": "REQUESTED",
        "RECEIVED": "RECEIVED",
        "INFO_REQUESTED": "INFO_REQUESTED",
        "ACCEPTED": "ACCEPTED",
        "IN_PROGRESS": "IN_PROGRESS",
    },
    ("RECEIVER", "addHandoffSection"): {
        "REQUESTED": "REQUESTED",
        "RECEIVED": "RECEIVED",
        "INFO_REQUESTED": "INFO_REQUESTED",
        "ACCEPTED": "ACCEPTED",
        "IN_PROGRESS": "IN_PROGRESS",
    },
}
EVENTS = {
    "sendDraftedHandoff": "SENT",
    "receiveHandoff": "RECEIVED",
    "acceptHandoff": "ACCEPTED",
    "rejectHandoff": "REJECTED",
    "requestHandoffInfo": "INFO_REQUESTED",
    "provideHandoffInfo": "INFO_PROVIDED",
    "startHandoff": "STARTED",
    "completeHandoff": "COMPLETED",
    "failHandoff": "FAILED",
    "cancelHandoff": "CANCELLED",
    "requestHandoffCancellation": "CANCELLATION_REQUESTED",
    "revokeHandoff": "REVOKED",
    "addHandoffSection": "SECTION_ADDED",
}
CELLS = list(product(("SENDER", "RECEIVER"), STEPS, PATHS))
ALLOWED = [cell for cell in CELLS if cell[2] in ENDS.get(cell[:2], {})]
BARRED = [cell for cell in CELLS if cell not in ALLOWED]


def code_for(side: str, step: str, status: str) -> str:
    """Why a cell that is not allowed is refused."""
    if side == "RECEIVER" and status == "DRAFT":
        return "NOT_FOUND"
    if (side, step) not in ENDS and step != "answerHandoffCancellation":
        return "WRONG_SIDE"
    if side == "SENDER" and step == "answerHandoffCancellation":
        return "WRONG_SIDE"
    if step == "cancelHandoff" and status == "IN_PROGRESS":
        return "CANCELLATION_MUST_BE_ASKED"
    return "WRONG_STATE"


@pytest_asyncio.fixture(scope="module")
async def both(world: World) -> Pair:
    return await pair(world, "INCIDENT", back=["INCIDENT"])


@pytest_asyncio.fixture(scope="module")
async def standing(both: Pair) -> AsyncIterator[dict[str, str]]:
    """One handoff in each state: refused steps leave it as it was for the next one."""
    yield {status: await both.at(status) for status in PATHS}


@pytest.mark.parametrize(("side", "step", "status"), ALLOWED)
@covers([step for step in STEPS if step != "answerHandoffCancellation"], "success")
async def test_a_step_leads_where_it_should(both: Pair, side: str, step: str, status: str) -> None:
    id = await both.at(status)
    api = both.side(side)

    done = await ok(take(api, step, id))

    end = ENDS[side, step][status]
    assert done["status"] == end
    seen = await both.seen(api, id)
    assert seen["status"] == end
    latest = seen["events"]["nodes"][-1]
    if (step, status) == ("addHandoffSection", "DRAFT"):
        assert latest["kind"] == "DRAFTED"  # a draft is written without a timeline
        return
    assert latest["kind"] == EVENTS[step]
    assert (latest["fromStatus"], latest["toStatus"]) == (status, end)
    assert latest["actor"]["id"] == api.org.gid


@pytest.mark.parametrize(("side", "step", "status"), BARRED)
@covers(STEPS, "refusal")
async def test_every_other_step_is_refused_and_changes_nothing(
    both: Pair, standing: dict[str, str], side: str, step: str, status: str
) -> None:
    attempt = take(both.side(side), step, standing[status])
    await refused(both.world, attempt, code_for(side, step, status), "id")


@pytest.mark.parametrize("step", STEPS)
@covers(STEPS, "stranger")
async def test_a_stranger_finds_no_handoff_to_take_a_step_on(
    both: Pair, standing: dict[str, str], step: str
) -> None:
    outsider = await stranger(both.world)
    for id in standing.values():
        await refused(both.world, take(outsider, step, id), "NOT_FOUND", "id")
