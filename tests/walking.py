"""Reading a connection page by page, forward and backward, and holding what PageInfo says to it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.world import Api

PAGE = "{ totalCount edges { cursor node { %s } } nodes { %s } pageInfo {" \
    " hasNextPage hasPreviousPage startCursor endCursor } }"  # fmt: skip


@dataclass
class Listing:
    """A connection: where it hangs in the answer, and what tells its rows apart."""

    api: Api
    document: str
    path: Sequence[str]
    node: str
    variables: dict[str, Any]

    async def page(self, **args: Any) -> dict[str, Any]:
        given = {"first": None, "after": None, "last": None, "before": None} | args
        found: Any = await self.api.data(self.document, **self.variables, **given)
        for step in self.path:
            found = found[step]
        assert [edge["node"] for edge in found["edges"]] == found["nodes"]
        cursors = [edge["cursor"] for edge in found["edges"]]
        ends = (cursors[0], cursors[-1]) if cursors else (None, None)
        assert (found["pageInfo"]["startCursor"], found["pageInfo"]["endCursor"]) == ends
        return dict(found)

    async def forward(
        self, size: int, between: Callable[[], Awaitable[object]] | None = None
    ) -> list[Any]:
        """Every row, read from the front."""
        rows: list[Any] = []
        after = None
        while True:
            page = await self.page(first=size, after=after)
            rows += page["nodes"]
            assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
            if not page["pageInfo"]["hasNextPage"]:
                return rows
            assert len(page["nodes"]) == size
            after = page["pageInfo"]["endCursor"]
            if between:
                await between()

    async def backward(self, size: int) -> list[Any]:
        """Every row, read from the end."""
        rows: list[Any] = []
        before = None
        while True:
            page = await self.page(last=size, before=before)
            rows = page["nodes"] + rows
            assert page["pageInfo"]["hasNextPage"] == (before is not None)
            if not page["pageInfo"]["hasPreviousPage"]:
                return rows
            assert len(page["nodes"]) == size
            before = page["pageInfo"]["startCursor"]


def root(api: Api, name: str, node: str = "id", args: str = "") -> Listing:
    """A list at the root."""
    document = (
        "query($first: Int, $after: String, $last: Int, $before: String) {"
        f" it: {name}(first: $first, after: $after, last: $last, before: $before{args})"
        f" {PAGE % (node, node)} }}"
    )
    return Listing(api, document, ["it"], node, {})


def nested(api: Api, noun: str, id: str, name: str, node: str = "id", inside: str = "") -> Listing:
    """A list that hangs on a noun, or on something inside it."""
    listing = (
        f"it: {name}(first: $first, after: $after, last: $last, before: $before)"
        f" {PAGE % (node, node)}"
    )
    if inside:
        listing = f"{inside} {{ {listing} }}"
    document = (
        "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {"
        f" {noun}(id: $id) {{ {listing} }} }}"
    )
    path = [noun, inside, "it"] if inside else [noun, "it"]
    return Listing(api, document, path, node, {"id": id})
