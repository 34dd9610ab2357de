"""Page sizes and cursors that mean nothing are refused, whoever made them up."""

import base64
import json
from typing import Any

import pytest
import pytest_asyncio

from tests.covered import covers
from tests.scenes import Pair, pair
from tests.walking import Listing, nested, root

ROOTS = ("organisations", "mous", "handoffs", "jointActivities", "inquiries")


def cursor(*values: Any) -> str:
    """A cursor as the API writes it, of any values."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest_asyncio.fixture(scope="module")
async def both(world: Any) -> Pair:
    both = await pair(world)
    for _ in range(3):
        await both.send()
    return both


@pytest.fixture(scope="module")
def lists(both: Pair) -> dict[str, Listing]:
    """Lists at the root, and one that hangs on a row."""
    api = both.sender
    found = {name: root(api, name) for name in ROOTS}
    found["vocabulary"] = root(api, "vocabulary", "code", ", kind: SERVICE")
    found["mou events"] = nested(api, "mou", both.mou, "events", "kind")
    found["clauses"] = nested(api, "mou", both.mou, "clauses", "number", "version")
    return found


async def refusal(listing: Listing, **args: Any) -> dict[str, Any]:
    given = {"first": None, "after": None, "last": None, "before": None} | args
    answer = await listing.api.ask(listing.document, **listing.variables, **given)
    [error] = answer.body["errors"]
    assert '"it": {' not in json.dumps(answer.body["data"])
    extensions: dict[str, Any] = error["extensions"]
    return extensions


@pytest.mark.parametrize("name", [*ROOTS, "vocabulary", "mou events"])
@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"first": 101}, "first"),
        ({"first": -1}, "first"),
        ({"last": 101}, "last"),
        ({"last": -1}, "last"),
        ({"first": 2**31 - 1}, "first"),
        ({"first": 1, "last": 1}, "last"),
        ({"first": 0, "last": 0}, "last"),
    ],
)
@covers([*ROOTS, "vocabulary"], "refusal")
async def test_page_sizes(
    lists: dict[str, Listing], name: str, args: dict[str, int], field: str
) -> None:
    assert await refusal(lists[name], **args) == {"code": "BAD_INPUT", "field": field}


ID = "0198f0c2" + "0" * 24
NOW = "2026-11-25T10:00:00+00:00"
MALFORMED = [
    "",
    "x",
    "é",
    "=====",
    "🙂" * 9,
    "\u202e",
    base64.b64encode(b"\xff\xfe").decode(),
    base64.b64encode(b"not json").decode(),
    base64.b64encode(b"[" * 1_000).decode(),
    base64.b64encode(b"1e999999").decode(),
    base64.b64encode(b'"handoff"').decode(),
    base64.b64encode(b'{"handoff": 1}').decode(),
    cursor(),
    cursor(NOW, ID),
    *[
        cursor("handoff", *values)
        for values in [
            (),
            (None, None),
            (NOW,),
            (NOW, ID, ID),
            (ID, NOW),
            ("2026-11-25T10:00:00", ID),
            ("2026-13-25T10:00:00+00:00", ID),
            ("0001-01-01T00:00:00+23:59", ID),
            ("9999-12-31T23:59:59-23:59", ID),
            (NOW, "x"),
            (NOW, 7),
            (NOW, None),
            (True, ID),
            (1.5, ID),
            ([], ID),
            ({}, ID),
            ("\ud800", ID),
            (NOW, "\ud800"),
        ]
    ],
]
NUMBERED = [True, 2**31, -(2**31), 10**400, 1.5, "1", None]
NAMED = [7, None, "a\x00b", "\ud800", "x" * 2_001, [], True]


async def refused(listing: Listing, mark: str) -> None:
    for way in ("after", "before"):
        assert await refusal(listing, **{way: mark}) == {"code": "BAD_INPUT", "field": way}


@pytest.mark.parametrize("mark", MALFORMED)
@covers(ROOTS, "refusal")
async def test_malformed_cursors(lists: dict[str, Listing], mark: str) -> None:
    await refused(lists["handoffs"], mark)


async def test_malformed_names_and_numbers_in_cursors(lists: dict[str, Listing]) -> None:
    for value in NAMED:
        await refused(lists["organisations"], cursor("organisation", value, ID))
    for value in NUMBERED:
        await refused(lists["clauses"], cursor("mou_clause", value, ID))


async def test_a_cursor_of_another_list(lists: dict[str, Listing]) -> None:
    marks = {name: (await of.page(first=1))["pageInfo"]["endCursor"] for name, of in lists.items()}
    for name, listing in lists.items():
        for other, mark in marks.items():
            if other != name and mark:
                await refused(listing, mark)


async def test_a_cursor_stays_valid_when_its_row_is_gone(both: Pair) -> None:
    draft = (await both.draft("INCIDENT"))["id"]
    sections = nested(both.sender, "handoff", draft, "sections")
    await both.sender.data(
        "mutation($id: ID!) { addHandoffSection(id: $id, section: {category: INCIDENT, body: "
        '"dua"}) { __typename } }',
        id=draft,
    )
    page = await sections.page(first=1)
    await both.sender.data(
        "mutation($id: ID!) { removeHandoffSection(id: $id) { __typename } }",
        id=page["nodes"][0]["id"],
    )
    rest = await sections.page(first=5, after=page["pageInfo"]["endCursor"])
    assert len(rest["nodes"]) == 1


async def test_a_bad_page_below_spoils_only_what_stands_above_it(both: Pair) -> None:
    answer = await both.sender.ask(
        "{ good: handoffs(first: 1) { nodes { id } }"
        " bad: handoffs(first: 2) { nodes { id events(first: 500) { totalCount } } } }"
    )
    assert answer.body["data"]["good"]["nodes"]
    assert answer.body["data"]["bad"] is None
    assert set(answer.codes) == {"BAD_INPUT"}
