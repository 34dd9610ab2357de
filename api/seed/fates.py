"""How far a handoff has come: the steps it took, and how long people take over each of them."""

from dataclasses import dataclass

from db.enums import Urgency


@dataclass(frozen=True)
class Fate:
    """The steps of one life, in order. Each leaves exactly one event behind."""

    name: str
    steps: tuple[str, ...]


_SEEN = ("send", "receive")
_ACCEPTED = (*_SEEN, "accept")
_BEGUN = (*_ACCEPTED, "start")
_ASKED_FIRST = (*_SEEN, "ask", "give", "accept", "start")

DRAFTED = Fate("drafted", ("draft",))
SENT = Fate("sent", ("send",))
SEEN = Fate("seen", _SEEN)
ASKED = Fate("asked", (*_SEEN, "ask"))
ANSWERED = Fate("answered", (*_SEEN, "ask", "give"))
ACCEPTED = Fate("accepted", _ACCEPTED)
WORKING = Fate("working", _BEGUN)
WORKING_MORE = Fate("working, with a section added", (*_BEGUN, "add"))
WORKING_AFTER_ASKING = Fate("working after asking", _ASKED_FIRST)
WORKING_ASKED = Fate("asked while working", (*_BEGUN, "ask"))
STOP_ASKED = Fate("stop asked", (*_BEGUN, "ask_stop"))
STOP_DECLINED = Fate("stop declined", (*_BEGUN, "ask_stop", "decline_stop"))
DONE = Fate("done", (*_BEGUN, "complete"))
DONE_AFTER_ASKING = Fate("done after asking", (*_ASKED_FIRST, "complete"))
DONE_FROM_DRAFT = Fate("drafted, then done",
                       ("draft", "submit", "receive", "accept", "start", "complete"))  # fmt: skip
REJECTED = Fate("rejected", (*_SEEN, "reject"))
REJECTED_AFTER_ASKING = Fate("rejected after asking", (*_SEEN, "ask", "give", "reject"))
FAILED = Fate("failed", (*_BEGUN, "fail"))
TAKEN_BACK = Fate("taken back", ("send", "cancel"))
TAKEN_BACK_LATE = Fate("taken back after acceptance", (*_ACCEPTED, "cancel"))
STOPPED = Fate("stopped by consent", (*_BEGUN, "ask_stop", "agree_stop"))
REVOKED = Fate("revoked", (*_BEGUN, "revoke"))
REVOKED_AFTER = Fate("revoked after the end", (*_BEGUN, "complete", "revoke"))

CONSENT_WITHDRAWN = Fate("consent withdrawn", (*_BEGUN, "withdraw", "acknowledge"))
CONSENT_WITHDRAWN_NOW = Fate("consent withdrawn, to be acknowledged", (*_BEGUN, "withdraw"))
GUARDIAN_CONFLICT = Fate("a guardian was the suspect",
                         ("send", "suspect", "another", "receive", "acknowledge",
                          "accept"))  # fmt: skip

Hours = tuple[float, float]
_ANSWERS: dict[Urgency, tuple[Hours, Hours]] = {
    Urgency.DARURAT: ((0.05, 0.25), (0.1, 0.5)),
    Urgency.MENDESAK: ((0.3, 4), (1, 14)),
    Urgency.SEGERA: ((1, 10), (4, 44)),
    Urgency.BIASA: ((3, 40), (12, 170)),
}
_DAY = 24.0
_PACE: dict[str, Hours] = {
    "submit": (2, 30),
    "give": (2, 28),
    "start": (4, 60),
    "add": (_DAY, 6 * _DAY),
    "complete": (6 * _DAY, 34 * _DAY),
    "fail": (4 * _DAY, 18 * _DAY),
    "cancel": (0.5, 20),
    "ask_stop": (3 * _DAY, 11 * _DAY),
    "agree_stop": (5, 40),
    "decline_stop": (5, 40),
    "withdraw": (_DAY, 5 * _DAY),
    "acknowledge": (2, 30),
    "suspect": (1, 4),
    "another": (0.2, 1),
    "revoke": (2 * _DAY, 12 * _DAY),
}


def pace(step: str, urgency: Urgency) -> Hours:
    """The least and the most hours a step comes after the one before it."""
    receive, answer = _ANSWERS[urgency]
    if step == "receive":
        return receive
    if step in ("accept", "reject", "ask"):
        return answer
    return _PACE[step]
