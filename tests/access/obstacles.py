"""What can stand between a reader and the content of a section, and which code says so."""

from enum import StrEnum


class Obstacle(StrEnum):
    """Something that stands between a reader and the content of a section."""

    SCOPE = "the token lacks the scope"
    CUSTODY = "the case was transferred, its sender keeps a stub"
    STATE = "the handoff is in a state that does not disclose"
    UNSIGNED = "no version of the agreement is signed by all and has begun to count"
    NOT_BEGUN = "the first day of the agreement has not come"
    ENDED = "the last day of the agreement has passed"
    SUSPENDED = "the agreement is suspended"
    TERMINATED = "the agreement was terminated"
    PARENT = "an agreement above it is not live"
    DISCLOSER = "the clause is not about this discloser"
    RECIPIENT = "the clause is not about this recipient"
    CATEGORY = "the clause does not name the category"
    PURPOSE = "the clause does not name the purpose"
    ROLE = "the clause does not name the child's role"
    PERIOD = "the clause's own period does not include today"
    NO_CLAUSE = "the agreement has no clause at all"
    RETENTION = "the time for which the clause lets it be kept is over"
    RESTRICTED = "its author restricted it, at the subject's request"
    BASELESS = "its author named no basis for the category and the purpose"
    EXPIRED = "the basis held until a day that has passed"
    WITHDRAWN = "the consent was taken back"
    CONFLICT = "whoever consented is the suspect"
    ONWARD = "a hop before this one does not let it be passed on, or is closed itself"
    OUTSIDE = "the emergency that shows the handoff does not name the section"
    DESTROYED = "it was destroyed"


OF_AGREEMENT = frozenset({Obstacle.UNSIGNED, Obstacle.NOT_BEGUN, Obstacle.ENDED,
                          Obstacle.SUSPENDED, Obstacle.TERMINATED, Obstacle.PARENT})  # fmt: skip
OF_CLAUSE = frozenset({Obstacle.DISCLOSER, Obstacle.RECIPIENT, Obstacle.CATEGORY, Obstacle.PURPOSE,
                       Obstacle.ROLE, Obstacle.PERIOD, Obstacle.NO_CLAUSE})  # fmt: skip

CODES = {
    Obstacle.SCOPE: "SCOPE_MISSING",
    Obstacle.CUSTODY: "CUSTODY_MOVED",
    Obstacle.STATE: "STATE_CLOSED",
    **dict.fromkeys(OF_AGREEMENT, "AGREEMENT_NOT_IN_FORCE"),
    **dict.fromkeys(OF_CLAUSE, "NOT_COVERED"),
    Obstacle.RETENTION: "RETENTION_ENDED",
    Obstacle.RESTRICTED: "RESTRICTED",
    Obstacle.BASELESS: "BASIS_MISSING",
    Obstacle.EXPIRED: "BASIS_EXPIRED",
    Obstacle.WITHDRAWN: "CONSENT_WITHDRAWN",
    Obstacle.CONFLICT: "GUARDIAN_CONFLICT",
    Obstacle.ONWARD: "ONWARD_CLOSED",
    Obstacle.OUTSIDE: "NOT_COVERED",
    Obstacle.DESTROYED: "DESTROYED",
}
