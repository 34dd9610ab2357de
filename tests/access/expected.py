"""What the API must answer a token in a world, as the oracle has it.

Each method gives what differs, as sentences; nothing means that API and oracle agree.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from db.ids import decode, encode
from tests.access.facts import Agreement, Handoff, Section, Token, Version
from tests.access.obstacles import CODES
from tests.access.oracle import World
from tests.access.store import AT_FIRST, AT_LAST
from tests.access.store_cases import body_of

UNKNOWN = (None, {"code": "NOT_FOUND", "field": "id"})

Thing = tuple[str, UUID, bool]
"""A noun, an id, and whether it exists for the token."""


class Expected:
    """What one token must see of one world."""

    def __init__(self, world: World, token: Token) -> None:
        self.world, self.token = world, token
        self.mine = [h for h in world.handoffs if world.exists_for(token, h)]
        """The handoffs that exist for it; emergencies show some that stand in neither box."""
        self.boxes = [h for h in self.mine if world.is_side(token.organisation, h)]

    def handoffs(
        self, data: dict[str, Any], looked_for: list[tuple[Handoff, Section]]
    ) -> Iterator[str]:
        """The answer to `HANDOFFS`."""
        me = self.token.organisation
        outbox = [h for h in self.boxes if h.sender == me]
        inbox = [h for h in self.boxes if h.receiver == me]
        for name, expected in (("outbox", outbox), ("inbox", inbox), ("both", self.boxes)):
            yield from listed(name, data[name], "handoff", (h.id for h in expected))
        for name, expected in (("sent", outbox), ("received", inbox)):
            yield from counted(name, data[name], expected)
        found = [h.id for h in self.boxes if any(self.found(h, s) for s in h.sections)]
        yield from listed("search", data["any"], "handoff", found)
        for name, (_, shown) in zip("abc", looked_for, strict=True):
            handoff, section = self.world.origin(shown)
            hit = [handoff] if handoff in self.boxes and self.found(handoff, section) else []
            received = [h for h in hit if h.receiver == me]
            if name == "c":
                yield from counted(f"counts for {section.id}", data[name], received)
            else:
                which = hit if name == "a" else received
                yield from listed(f"search for {section.id}", data[name], "handoff",
                                  [h.id for h in which])  # fmt: skip
        nodes = [node for box in ("outbox", "inbox") for node in data[box]["nodes"]]
        by_id = {uuid(node["id"]): node for node in nodes}
        for handoff in self.mine:
            if handoff.id in by_id:
                yield from self._content(handoff, by_id[handoff.id])
        inquiries = (i.id for i in self.world.inquiries
                     if self.world.inquiry_exists_for(self.token, i))  # fmt: skip
        yield from listed("inquiries", data["inquiries"], "inquiry", inquiries)

    def found(self, handoff: Handoff, section: Section) -> bool:
        """Whether a search finds it: what one may read, in the handoff it was written for."""
        return section.source is None and not self.world.obstacles(self.token, handoff, section)

    def _content(self, handoff: Handoff, node: dict[str, Any]) -> Iterator[str]:
        if node["events"]["totalCount"] != 1:
            yield f"{handoff.id}: {node['events']} events"
        yield from listed(f"sections of {handoff.id}", node["sections"], "section",
                          (s.id for s in handoff.sections))  # fmt: skip
        by_id = {uuid(one["id"]): one for one in node["sections"]["nodes"]}
        for section in handoff.sections:
            if section.id in by_id:
                yield from self._section(handoff, section, by_id[section.id]["content"])

    def text(self, section: Section) -> str:
        return body_of(self.world.origin(section)[1].id)

    def _section(self, handoff: Handoff, section: Section, content: Any) -> Iterator[str]:
        """Disclosed or withheld; and why, where one reason alone stands in the way."""
        obstacles = self.world.obstacles(self.token, handoff, section)
        me = f"{self.token.organisation} (client {self.token.client})"
        where = f"section {section.id} of {handoff.id} for {me}"
        if not obstacles:
            if content != {"__typename": "Disclosed", "body": self.text(section)}:
                yield f"{where}: {content} although nothing stands in the way"
        elif content["__typename"] != "Withheld":
            yield f"{where}: DISCLOSED in spite of {sorted(o.name for o in obstacles)}"
        elif len(codes := {CODES[o] for o in obstacles}) == 1 and content["code"] not in codes:
            yield f"{where}: {content['code']} because of {sorted(o.name for o in obstacles)}"

    def sections(self, nodes: list[Any], asked: list[tuple[Handoff, Section]]) -> Iterator[str]:
        """The answer to `SECTIONS`."""
        for (handoff, section), node in zip(asked, nodes, strict=True):
            if self.world.exists_for(self.token, handoff) != (node is not None):
                yield f"section {section.id} by its id: {node}"
            elif node is not None:
                yield from self._section(handoff, section, node["content"])

    def roots(self, body: dict[str, Any], asked: list[Handoff]) -> Iterator[str]:
        """The answer to ``h0: handoff(id: ...) { id } h1: ...``."""
        errors = {e["path"][0]: e["extensions"] for e in body.get("errors", [])}
        for n, handoff in enumerate(asked):
            got = body["data"][f"h{n}"], errors.get(f"h{n}")
            known = ({"id": encode("handoff", handoff.id)}, None)
            if got != (known if handoff in self.mine else UNKNOWN):
                yield f"handoff {handoff.id}: {got}"

    def things(self) -> list[Thing]:
        """Everything with an id, and whether ``node`` shows it to this token."""
        world, token, asked = self.world, self.token, self.token.asked
        read = {noun: f"{noun}:read" in asked for noun in ("handoff", "mou", "activity")}
        return [
            *(("handoff", h.id, h in self.mine) for h in world.handoffs),
            *(("section", s.id, h in self.mine) for h, s in world.sections),
            *(("inquiry", i.id, read["handoff"] and world.inquiry_exists_for(token, i))
              for i in world.inquiries),
            *(("mou", a.id, read["mou"] and world.agreement_exists_for(token, a))
              for a in world.agreements.values()),
            *(("version", v.id, read["mou"] and world.version_exists_for(token, v))
              for v in world.versions),
            *(("activity", a.id, read["activity"] and world.activity_exists_for(token, a))
              for a in world.activities),
            *(("task", id, read["activity"] and id in world.tasks_for(token, a))
              for a in world.activities for id in a.tasks),
        ]  # fmt: skip

    def nodes(self, nodes: list[Any], asked: list[Thing]) -> Iterator[str]:
        """The answer to `NODES`."""
        for (noun, id, exists), node in zip(asked, nodes, strict=True):
            if node != ({"id": encode(noun, id)} if exists else None):
                yield f"node {noun} {id}: {node}"

    def mous(self, page: dict[str, Any]) -> Iterator[str]:
        """The answer to `MOUS`."""
        agreements = self.world.agreements.values()
        mine = {a.id: a for a in agreements if self.world.agreement_exists_for(self.token, a)}
        yield from listed("mous", page, "mou", mine)
        for node in page["nodes"]:
            agreement = mine.get(uuid(node["id"]))
            if agreement is not None:
                expected, got = self._agreement(agreement, mine.keys()), normal(node)
                if got != expected:
                    yield f"mou for {self.token}: {got} instead of {expected}"

    def _agreement(self, agreement: Agreement, mine: Iterable[UUID]) -> dict[str, Any]:
        """The agreement as the answer must have it, in the form of `normal`."""
        world, token = self.world, self.token
        versions = [v for v in agreement.versions if world.version_exists_for(token, v)]
        talk = [v for v in versions if world.talk_exists_for(token, v)]
        counting = world.counting(agreement)
        children = {a.id for a in world.agreements.values() if a.parent == agreement.id}

        def parts(version: Version) -> dict[str, int]:
            said = int(version in talk)
            return {"parties": len(version.parties), "clauses": len(version.clauses),
                    "signatures": len(version.signed_by), "comments": said,
                    "approvals": said}  # fmt: skip

        return {
            "id": agreement.id,
            "status": world.status(agreement),
            "inForce": not world.not_live(agreement.id),
            "parent": agreement.parent if agreement.parent in mine else None,
            "version": (counting if counting in versions else versions[-1]).id,
            "events": len(talk),
            "children": children & set(mine),
            "versions": {version.id: parts(version) for version in versions},
        }

    def activities(self, page: dict[str, Any]) -> Iterator[str]:
        """The answer to `ACTIVITIES`."""
        world, token = self.world, self.token
        mine = {a.id: a for a in world.activities if world.activity_exists_for(token, a)}
        yield from listed("activities", page, "activity", mine)
        for node in page["nodes"]:
            activity = mine.get(uuid(node["id"]))
            if activity is None:
                continue
            title = AT_FIRST if world.stands_still_for(token, activity) else AT_LAST
            if node["title"] != title:
                yield f"{activity.id} is called {node['title']} instead of {title}"
            there = world.participants_for(token, activity)
            got = {uuid(p["organisation"]["id"]) for p in node["participants"]["nodes"]}
            if got != there or node["participants"]["totalCount"] != len(there):
                yield f"participants of {activity.id}: {got} instead of {there}"
            yield from listed(f"tasks of {activity.id}", node["tasks"], "task",
                              world.tasks_for(token, activity))  # fmt: skip


def uuid(global_id: str) -> UUID:
    decoded = decode(global_id)
    assert decoded is not None
    return decoded[1]


def listed(name: str, page: dict[str, Any], noun: str, expected: Iterable[UUID]) -> Iterator[str]:
    """A connection lists exactly these, and counts no more and no fewer."""
    wanted = sorted(encode(noun, id) for id in expected)
    got = sorted(node["id"] for node in page["nodes"])
    if page.get("totalCount", len(wanted)) != len(wanted):
        yield f"{name}: counts {page['totalCount']} instead of {len(wanted)}"
    if got != wanted:
        yield f"{name}: too many {set(got) - set(wanted)}, missing {set(wanted) - set(got)}"


def counted(name: str, counts: list[dict[str, Any]], expected: Iterable[Handoff]) -> Iterator[str]:
    got = {row["status"]: row["count"] for row in counts}
    wanted = dict(Counter(handoff.status for handoff in expected))
    if got != wanted:
        yield f"{name}: {got} instead of {wanted}"


def normal(node: dict[str, Any]) -> dict[str, Any]:
    """A node of `MOUS` with plain ids and numbers, whatever the order of its lists."""

    def parts(version: dict[str, Any]) -> dict[str, int]:
        return {name: part["totalCount"] for name, part in version.items() if name != "id"}

    return {
        "id": uuid(node["id"]),
        "status": node["status"],
        "inForce": node["inForce"],
        "parent": node["parent"] and uuid(node["parent"]["id"]),
        "version": node["version"] and uuid(node["version"]["id"]),
        "events": node["events"]["totalCount"],
        "children": {uuid(child["id"]) for child in node["children"]["nodes"]},
        "versions": {uuid(v["id"]): parts(v) for v in node["versions"]["nodes"]},
    }
