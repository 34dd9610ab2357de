"""Asking the API for everything a token could reach, and holding the answers against the oracle.

Lists, counts, search and reading by id are all asked, since each is a way of its own around the
rules.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from db.ids import encode
from tests.access.expected import Expected
from tests.access.facts import Handoff, Section, Token
from tests.access.oracle import World
from tests.access.store_cases import word_of
from tests.world import Api

CONTENT = "content { __typename ... on Disclosed { body } ... on Withheld { code } }"
HANDOFFS = f"""
query Handoffs($a: String!, $b: String!, $c: String!) {{
  outbox: handoffs(box: OUTBOX, first: 100) {{ totalCount nodes {{ ...H }} }}
  inbox: handoffs(box: INBOX, first: 100) {{ totalCount nodes {{ ...H }} }}
  both: handoffs(first: 100) {{ totalCount nodes {{ id }} }}
  sent: handoffCounts(box: OUTBOX) {{ status count }}
  received: handoffCounts(box: INBOX) {{ status count }}
  any: handoffs(first: 100, filter: {{search: "rahasia"}}) {{ totalCount nodes {{ id }} }}
  a: handoffs(first: 100, filter: {{search: $a}}) {{ nodes {{ id }} }}
  b: handoffs(box: INBOX, filter: {{search: $b}}) {{ totalCount nodes {{ id }} }}
  c: handoffCounts(box: INBOX, filter: {{search: $c}}) {{ status count }}
  inquiries(first: 100) {{ totalCount nodes {{ id }} }}
}}
fragment H on Handoff {{ id status events {{ totalCount }}
  sections(first: 50) {{ totalCount nodes {{ id category {CONTENT} }} }} }}
"""
SECTIONS = f"query($ids: [ID!]!) {{ nodes(ids: $ids) {{ id ... on Section {{ {CONTENT} }} }} }}"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
MOUS = """
query { mous(first: 100) { totalCount nodes {
  id status inForce parent { id } version { id } events { totalCount }
  children(first: 50) { totalCount nodes { id } }
  versions(first: 10) { totalCount nodes { id parties { totalCount } clauses { totalCount }
    signatures { totalCount } comments { totalCount } approvals { totalCount } } } } } }
"""
ACTIVITIES = """
query { jointActivities(first: 50) { totalCount nodes { id title
  participants { totalCount nodes { organisation { id } } }
  tasks { totalCount nodes { id } } } } }
"""


class Reader:
    """One token in one world, and the API as it answers that token."""

    def __init__(self, api: Api, world: World, token: Token) -> None:
        self.api, self.world, self.token = api, world, token
        self.expected = Expected(world, token)

    async def differences(self) -> list[str]:
        """Everything in which the API and the oracle disagree about this token."""
        ways = (self._nodes, self._sections, self._roots, self._handoffs, self._mous,
                self._activities)  # fmt: skip
        return [difference for way in ways for difference in await way()]

    async def _ask(self, scope: str | None, document: str, **variables: Any) -> Any:
        """The answer, when there is one to expect; else see that it is refused as it must be."""
        answer = await self.api.ask(document, **variables)
        alive = self.world.opens_anything(self.token)
        if scope is not None and scope not in self.token.asked:
            # A denial is written down in the caller's name, so that who is nobody is told that.
            told = (403, {"MISSING_SCOPE"}) if alive else (401, {"UNAUTHENTICATED"})
            assert (answer.status, set(answer.codes)) == told, answer.body
            return None
        if not alive:
            if scope is None and "errors" not in answer.body:  # no scope to read any: nothing ran
                assert not any(answer.body["data"]["nodes"]), answer.body
                return None
            assert (answer.status, set(answer.codes)) == (401, {"UNAUTHENTICATED"}), answer.body
            assert "data" not in answer.body
            return None
        return answer.body

    async def _handoffs(self) -> list[str]:
        looked_for = self._interesting()
        words = {
            name: word_of(self.world.origin(section)[1].id)
            for name, (_, section) in zip("abc", looked_for, strict=True)
        }
        body = await self._ask("handoff:read", HANDOFFS, **words)
        return list(self.expected.handoffs(body["data"], looked_for)) if body else []

    def _interesting(self) -> list[tuple[Handoff, Section]]:
        """Sections to search for: one withheld, one of a foreign handoff, one disclosed."""

        def rank(pair: tuple[Handoff, Section]) -> int:
            if not self.world.exists_for(self.token, pair[0]):
                return 1
            return 0 if self.world.obstacles(self.token, *pair) else 2

        ranked = {rank(pair): pair for pair in self.world.sections}
        return [ranked.get(n, self.world.sections[0]) for n in range(3)]

    async def _sections(self) -> list[str]:
        """Every section by its own id, whoever's it is."""
        found: list[str] = []
        for some in batches(self.world.sections, 100):
            ids = [encode("section", section.id) for _, section in some]
            if body := await self._ask("handoff:read", SECTIONS, ids=ids):
                found += self.expected.sections(body["data"]["nodes"], some)
        return found

    async def _roots(self) -> list[str]:
        """Handoffs by the root field of their own, whoever's they are: a third for each token."""
        found: list[str] = []
        for some in batches(self.world.handoffs[self.token.client.int % 3 :: 3], 20):
            asked = [f'h{n}: handoff(id: "{encode("handoff", h.id)}") {{ id }}'
                     for n, h in enumerate(some)]  # fmt: skip
            if body := await self._ask("handoff:read", f"{{ {' '.join(asked)} }}"):
                found += self.expected.roots(body, some)
        return found

    async def _nodes(self) -> list[str]:
        """Everything there is by its id, asked of ``nodes`` alone, which needs no scope itself."""
        found: list[str] = []
        for some in batches(self.expected.things(), 100):
            ids = [encode(noun, id) for noun, id, _ in some]
            if body := await self._ask(None, NODES, ids=ids):
                found += self.expected.nodes(body["data"]["nodes"], some)
        return found

    async def _mous(self) -> list[str]:
        body = await self._ask("mou:read", MOUS)
        return list(self.expected.mous(body["data"]["mous"])) if body else []

    async def _activities(self) -> list[str]:
        body = await self._ask("activity:read", ACTIVITIES)
        return list(self.expected.activities(body["data"]["jointActivities"])) if body else []


def batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rows = list(rows)
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
