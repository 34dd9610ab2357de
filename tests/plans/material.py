"""What questions are made of: ids of rows that exist, cursors that were given, awkward texts."""

from collections import defaultdict
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from tests.world import Api

TEXTS = (
    "a", "anak", "Kota", "Contoh", "kekerasan seksual", "korban or pelaku", "anak -pelaku", "32.73",
    "3273", "id", "POLICE", "2026", "2026-10", "2026-11", "", " ", "%", "_", "%s %(id)s", ":id",
    "$1", "{0}", "'; --", '"', "\\", '\\"', "'", "/* */", "\u2028", "é", "🙂", "\u202e", "\t\n",
    "null", "x" * 300,
)  # fmt: skip
NO_IDS = ("", "x", "handoff_", "handoff_0198", "handoff_" + "G" * 32, "section", "mou_%s", "'")
NO_CURSORS = ("", "x", "é", "WyJoYW5kb2ZmIl0", "WyJoYW5kb2ZmIiwgMSwgMl0", "e30")

OF: dict[str, str] = {
    "activityId": "JointActivity", "addresseeId": "Organisation", "assessorId": "Organisation",
    "betweenUsAnd": "Organisation", "clientId": "Client", "concernsId": "Organisation",
    "counterpart": "Organisation", "discloserId": "Organisation", "frameworkId": "ResultsFramework",
    "handoffId": "Handoff", "instrumentId": "OversightInstrument", "issuerId": "Organisation",
    "leadId": "Organisation", "mouId": "Mou", "organisationId": "Organisation", "parentId": "Mou",
    "partnerId": "Organisation", "party": "Organisation", "planItemId": "OversightPlanItem",
    "programmeId": "Programme", "readerId": "Organisation", "recipientId": "Organisation",
    "regulationId": "Regulation", "under": "Organisation", "userId": "User", "visitId": "Visit",
    "visitedId": "Organisation",
}  # fmt: skip
"""Of which type an id is that stands under a name; `id` alone is of what the field returns."""


@dataclass(eq=False)
class Voice:
    """Somebody who asks: a token, and what exists for it."""

    name: str
    api: Api
    scopes: frozenset[str]
    ids: dict[str, list[str]] = field(default_factory=dict)
    """By type."""


@dataclass
class Material:
    """What every voice can ask about."""

    voices: list[Voice]
    ids: dict[str, list[str]] = field(default_factory=dict)
    """Of all rows, whoever may see them; by type."""
    cursors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By the list that gave them, such as ``Query.mous``."""

    def id(self, type_name: str, voice: Voice, chosen: Random) -> str:
        """Mostly one that exists for the voice; sometimes a stranger's, or nonsense."""
        luck = chosen.random()
        visible, all_ = voice.ids.get(type_name), self.ids.get(type_name)
        if luck < 0.82 and visible:
            return chosen.choice(visible)
        if luck < 0.92 and all_:
            return chosen.choice(all_)
        if luck < 0.95 and all_:
            noun = all_[0].partition("_")[0]
            return f"{noun}_{UUID(int=chosen.getrandbits(128)).hex}"
        if luck < 0.98:
            return chosen.choice(self.ids[chosen.choice(sorted(self.ids))])
        return chosen.choice(NO_IDS)

    def cursor(self, place: str, chosen: Random) -> str:
        known = self.cursors.get(place)
        if known and chosen.random() < 0.93:
            return chosen.choice(known)
        others = [one for marks in self.cursors.values() for one in marks]
        return chosen.choice([*NO_CURSORS, *chosen.sample(others, min(3, len(others)))])
