"""A client that does its worst: its documents, and a process that sends them as fast as it can.

It obeys nothing. Only after a refusal for its rate does it wait a moment, since whoever is refused
without pause is a flood for the proxy in front of us, and not a matter of points.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import uvloop

PAUSE = 0.05
"""Seconds of rest after a 429."""
AT_ONCE = 16
_random = Random()
_EVERYTHING = """
  id number kind status urgency requestedAt dueAt overdue
  sender { id name } receiver { id name } mou { id kind status inForce version { title } }
  sections { nodes { id category content { __typename
    ... on Disclosed { body } ... on Withheld { code } } } }
  events(last: 4) { nodes { kind toStatus createdAt } }"""
_CURSOR = re.compile(rb'"endCursor":"([\w-]+)"')


def _page(inside: str, *, first: int = 20, head: str = "", more: str = "") -> str:
    return f"query {head} {{ handoffs(box: OUTBOX, first: {first} {more}) {{ {inside} }} }}"


def _name() -> str:
    return f"a{_random.getrandbits(48):x}"


class Hostile:
    """Bodies of requests, one kind after the other or mixed."""

    def __init__(self) -> None:
        self._after: str | None = None
        self.kinds: dict[str, Callable[[], dict[str, Any]]] = {
            "distinct documents": self.documents,
            "invalid documents": self.invalid,
            "repeated fields": self.repeated,
            "huge fragments": self.fragments,
            "aliases of everything": self.aliases,
            "shapes of a plan": self.shapes,
            "large plans": self.plans,
            "the schema": self.introspection,
            "deep pages": self.deep,
            "many roots without a plan": self.roots,
            "small and many": self.small,
            "changes that are refused": self.changes,
        }

    def body(self, kind: str) -> bytes:
        chosen = self.kinds.get(kind) or _random.choice(list(self.kinds.values()))
        return json.dumps(chosen()).encode()

    def learn(self, answer: bytes) -> None:
        """Go on in the list where a page ended."""
        if found := _CURSOR.search(answer):
            self._after = found[1].decode()

    def documents(self) -> dict[str, Any]:
        return {"query": _page(f"edges {{ node {{ {_name()}: id {_EVERYTHING} }} }}")}

    def invalid(self) -> dict[str, Any]:
        fields = " ".join(_name() for _ in range(400))
        unknown = " ".join(f"{_name()}: 1" for _ in range(100))
        return {"query": f"{_page(f'edges {{ node {{ {fields} }} }}', more=unknown)}"}

    def repeated(self) -> dict[str, Any]:
        fields = f"{_name()}: id" + " sender { id }" * 200
        return {"query": _page(f"edges {{ node {{ {fields} }} }}")}

    def fragments(self) -> dict[str, Any]:
        names = [_name() for _ in range(55)]
        chain = " ".join(
            f"fragment {one} on Handoff {{ id sender {{ id name }} ...{two} }}"
            for one, two in pairwise(names)
        )
        last = f"fragment {names[-1]} on Handoff {{ id }}"
        return {"query": f"{_page(f'edges {{ node {{ ...{names[0]} }} }}')} {chain} {last}"}

    def aliases(self) -> dict[str, Any]:
        fields = " ".join(f"{_name()}: mou {{ id status inForce }}" for _ in range(45))
        return {"query": _page(f"edges {{ node {{ {fields} }} }}")}

    def shapes(self) -> dict[str, Any]:
        flags = [f"v{n}" for n in range(30)]
        head = f"({' '.join(f'${flag}: Boolean!' for flag in flags)})"
        fields = " ".join(f"{flag}: mou @include(if: ${flag}) {{ id status }}" for flag in flags)
        given = {flag: _random.random() < 0.5 for flag in flags}
        query = _page(f"edges {{ node {{ id {fields} }} }}", first=1, head=head)
        return {"query": query, "variables": given}

    def plans(self) -> dict[str, Any]:
        """A few documents, so that reading them is soon paid for, with many lists."""
        names = (f"l{n}" for n in range(44))
        lists = " ".join(f"{name}: sections(first: 1) {{ nodes {{ id }} }}" for name in names)
        alias = f"w{_random.randrange(50)}"
        return {"query": _page(f"edges {{ node {{ {alias}: id {lists} }} }}", first=1)}

    def introspection(self) -> dict[str, Any]:
        types = "types { name fields { name args { name type { name } } type { name kind } } }"
        return {"query": f"{{ {_name()}: __schema {{ {types} }} }}"}

    def deep(self) -> dict[str, Any]:
        inside = f"edges {{ node {{ {_EVERYTHING} }} }} pageInfo {{ endCursor }}"
        query = _page(inside, first=100, head="($after: String)", more="after: $after")
        return {"query": query, "variables": {"after": self._after}}

    def roots(self) -> dict[str, Any]:
        """Reading on below a list is left to graphql-core."""
        inner = "sections(first: 1, after: null) { nodes { id } }"
        one = f"handoffs(box: OUTBOX, first: 1) {{ edges {{ node {{ id {inner} }} }} totalCount }}"
        return {"query": "{" + " ".join(f"r{n}: {one}" for n in range(20)) + "}"}

    def small(self) -> dict[str, Any]:
        return {"query": "{ viewer { organisation { id } } }"}

    def changes(self) -> dict[str, Any]:
        query = "mutation($id: ID!) { acceptHandoff(id: $id) { __typename } }"
        return {"query": query, "variables": {"id": f"handoff_{_random.getrandbits(128):032x}"}}


class Line:
    """A connection over which one request is sent after the other."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, body: bytes) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._order["port"])
        reader, writer = self._streams
        writer.write(
            b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
            + f"authorization: Bearer {self._order['token']}\r\n".encode()
            + f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        return int(head[9:12]), await reader.readexactly(length)


async def _attack(order: dict[str, Any], hostile: Hostile, told: Counter[str]) -> None:
    line, until = Line(order), time.monotonic() + order["seconds"]
    while time.monotonic() < until:
        status, answer = await line.post(hostile.body(order["kind"]))
        told[str(status)] += 1
        if status == 429:
            await asyncio.sleep(PAUSE)
        else:
            hostile.learn(answer)


async def _run(order: dict[str, Any]) -> dict[str, int]:
    told: Counter[str] = Counter()
    hostile = Hostile()
    await asyncio.gather(*(_attack(order, hostile, told) for _ in range(AT_ONCE)))
    return told


if __name__ == "__main__":
    for sent in sys.stdin:
        print(json.dumps(uvloop.run(_run(json.loads(sent)))), flush=True)
