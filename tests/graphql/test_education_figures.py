"""Figures of sessions: counted, corrected with a reason, summed for the campaign, named never."""

from typing import Any

import pytest
import pytest_asyncio

from tests import education as on
from tests.covered import covers
from tests.education import CAME, TOTALS, Campaign, cell, count, examine
from tests.unchanged import refused
from tests.world import World, ok

HISTORY = """query($id: ID!) { educationSession(id: $id) {
  figuresHistory { totalCount nodes { id number reason people { total } } }
  testHistory { nodes { id number reason } } } }"""
RADIO = {"channel": "RADIO", "place": None, "audiences": ["PUBLIC"], "ageBands": []}
HEARD = {"method": "Survei pendengar.", "source": "Laporan stasiun"}


@pytest_asyncio.fixture(scope="module")
async def there(world: World) -> Campaign:
    return await on.campaign(world)


@covers("recordSessionFigures recordSessionTest", "success")
async def test_counted_tested_and_corrected(there: Campaign) -> None:
    id = await there.held()
    made = await ok(count(there.helper, id))
    figures = made["figures"]
    assert (figures["number"], figures["people"]["total"], figures["reason"]) == (1, 30, None)
    assert figures["people"]["bySex"] == [
        {"sex": "FEMALE", "count": 17},
        {"sex": "MALE", "count": 13},
    ]
    [test] = (await ok(examine(there.helper, id)))["tests"]
    assert (test["maximum"], test["gain"]) == ("20.00", 0.3)

    more = [*CAME, cell("PARENTS", 4)]
    await refused(there.world, count(there.lead, id, more), "REASON_REQUIRED", "input.reason")
    made = await ok(count(there.lead, id, more, reason="Daftar kedua tertinggal."))
    assert (made["figures"]["number"], made["figures"]["people"]["total"]) == (2, 34)
    assert made["figures"]["organisation"]["id"] == there.lead.org.gid
    [test] = (await ok(examine(there.helper, id, afterMean="16", reason="Salah hitung.")))["tests"]
    assert (test["number"], test["gain"]) == (2, 0.325)

    kept = (await there.other.data(HISTORY, id=id))["educationSession"]
    assert [(f["number"], f["people"]["total"]) for f in kept["figuresHistory"]["nodes"]] == [
        (1, 30), (2, 34),
    ]  # fmt: skip
    assert [t["number"] for t in kept["testHistory"]["nodes"]] == [1, 2]
    nodes = [n["id"] for name in ("figuresHistory", "testHistory") for n in kept[name]["nodes"]]
    document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    for api, found in [(there.observer, True), (there.invited, False), (there.stranger, False)]:
        seen = (await api.data(document, ids=nodes))["nodes"]
        assert all((one is not None) is found for one in seen)


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"cells": []}, "BAD_INPUT", "input.cells"),
        ({"cells": [cell("PUBLIC", -1)]}, "OUT_OF_RANGE", "input.cells[0].count"),
        ({"cells": [cell("PUBLIC", 2**31 - 1)]}, "OUT_OF_RANGE", "input.cells[0].count"),
        ({"cells": [cell("PUBLIC", 2 * 10**9), cell("PARENTS", 1)]}, "OUT_OF_RANGE", "input.cells"),
        ({"cells": [cell("PUBLIC", 1), cell("PUBLIC", 2)]}, "DUPLICATE", "input.cells[1]"),
        ({"cells": [cell("CHILDREN", 1, ageBand="ADULT")]}, "BAD_INPUT", "input.cells[0].ageBand"),
        ({"cells": [cell("PUBLIC", 1)] * 401}, "TOO_MANY", "input.cells"),
        ({"method": "Perkiraan"}, "BAD_INPUT", "input.method"),
        ({"source": "Stasiun"}, "BAD_INPUT", "input.source"),
        ({"reason": "Tidak ada."}, "BAD_INPUT", "input.reason"),
    ],
)
@covers("recordSessionFigures", "refusal")
async def test_refused_figures(there: Campaign, given: Any, code: str, field: str) -> None:
    id = await there.held()
    attempt = count(there.helper, id, given.pop("cells", None), **given)
    await refused(there.world, attempt, code, field)


@covers("recordSessionFigures recordSessionTest", "refusal")
async def test_nothing_is_counted_before_it_was_held(there: Campaign) -> None:
    planned, held = await there.session(), await there.held()
    for attempt in (count(there.helper, planned), examine(there.helper, planned),
                    examine(there.helper, held)):  # fmt: skip
        await refused(there.world, attempt, "WRONG_STATE", "id")


@covers("recordSessionFigures", "refusal", "success")
async def test_reach_is_an_estimate_with_its_method_and_source(there: Campaign) -> None:
    id = await there.held(**RADIO)
    cells = [cell("PUBLIC", 12_000)]
    attempt = count(there.helper, id, cells, source="x")
    await refused(there.world, attempt, "BAD_INPUT", "input.method")
    attempt = count(there.helper, id, cells, method="x")
    await refused(there.world, attempt, "BAD_INPUT", "input.source")
    made = await ok(count(there.helper, id, cells, **HEARD))
    assert made["figures"]["method"] == HEARD["method"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"afterTested": 28}, "OUT_OF_RANGE", "input.afterTested"),
        ({"beforeTested": 28}, "OUT_OF_RANGE", "input.beforeTested"),
        ({"beforeTested": 0}, "OUT_OF_RANGE", "input.beforeTested"),
        ({"audience": "PARENTS"}, "OUT_OF_RANGE", "input.beforeTested"),
        ({"afterMean": "20.01"}, "OUT_OF_RANGE", "input.afterMean"),
        ({"beforeMean": "-1"}, "OUT_OF_RANGE", "input.beforeMean"),
        ({"beforeMean": "1.005"}, "BAD_INPUT", "input.beforeMean"),
        ({"beforeMean": "1E-999999"}, "BAD_INPUT", "input.beforeMean"),
        ({"maximum": "NaN"}, "OUT_OF_RANGE", "input.maximum"),
        ({"maximum": "Infinity"}, "OUT_OF_RANGE", "input.maximum"),
        ({"maximum": "0"}, "OUT_OF_RANGE", "input.maximum"),
        ({"maximum": "1E+999999"}, "OUT_OF_RANGE", "input.maximum"),
        ({"reason": "x"}, "BAD_INPUT", "input.reason"),
    ],
)
@covers("recordSessionTest", "refusal")
async def test_refused_tests(there: Campaign, given: Any, code: str, field: str) -> None:
    id = await there.held()
    await ok(count(there.helper, id))
    await refused(there.world, examine(there.helper, id, **given), code, field)


@covers("recordSessionFigures", "refusal")
async def test_a_correction_does_not_go_below_who_was_tested(there: Campaign) -> None:
    id = await there.held()
    await ok(count(there.helper, id))
    await ok(examine(there.helper, id))
    attempt = count(there.helper, id, [cell("CHILDREN", 25)], reason="Salah.")
    await refused(there.world, attempt, "OUT_OF_RANGE", "input.cells")
    await ok(count(there.helper, id, [cell("CHILDREN", 26)], reason="Salah."))


@covers("jointActivity", "success", "stranger")
async def test_the_totals_are_computed_from_what_counts(world: World) -> None:
    there = await on.campaign(world)
    first, second, radio = (
        await there.held(), await there.held(there.lead), await there.held(**RADIO),
    )  # fmt: skip
    await there.session()
    await ok(on.cancel(there.helper, await there.session()))
    await ok(count(there.helper, first, [cell("CHILDREN", 99)]))
    await ok(count(there.helper, first, reason="Salah ketik."))
    await ok(count(there.lead, second, [cell("CHILDREN", 10, sex="FEMALE"), cell("PARENTS", 5)]))
    await ok(count(there.helper, radio, [cell("PUBLIC", 12_000)], **HEARD))
    await ok(examine(there.helper, first))
    await ok(examine(there.lead, second, maximum="100", beforeTested=10, beforeMean="40",
                     afterTested=5, afterMean="100"))  # fmt: skip

    seen = (await there.observer.data(TOTALS, id=there.id))["jointActivity"]

    total = seen["education"]
    assert len(seen["sessions"]["nodes"]) == 5
    assert (total["planned"], total["held"], total["cancelled"]) == (1, 3, 1)
    assert (total["attendance"]["total"], total["reach"]["total"]) == (45, 12_000)
    assert {c["audience"]: c["count"] for c in total["attendance"]["byAudience"]} == {
        "CHILDREN": 37, "EDUCATORS": 3, "PARENTS": 5,
    }  # fmt: skip
    assert {c["sex"]: c["count"] for c in total["attendance"]["bySex"]} == {
        "FEMALE": 27, "MALE": 13, "UNKNOWN": 5,
    }  # fmt: skip
    assert {c["disability"]: c["count"] for c in total["attendance"]["byDisability"]} == {
        "NO": 26, "UNKNOWN": 18, "YES": 1,
    }  # fmt: skip
    assert total["tested"] == 30
    assert total["gain"] == round((25 * 0.3 + 5 * 0.6) / 30, 4)
    nothing = (await there.invited.data(TOTALS, id=there.id))["jointActivity"]
    assert nothing == {"sessions": {"nodes": []}, "education": None}
