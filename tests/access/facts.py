"""What a small world is made of: plain facts, of which the oracle says what follows."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Organisation:
    id: UUID
    parent: UUID | None = None
    dissolved: bool = False
    is_kpai: bool = False
    granted: frozenset[str] | None = None
    """The scopes that KPAI grants it; None: as at first, everything but what is KPAI's alone."""
    dpop: str = "OPTIONAL"
    """Whether tokens must be bound to a key: REQUIRED, for IDENTITY sections, or OPTIONAL."""


@dataclass(frozen=True)
class Person:
    id: UUID
    organisation: UUID
    roles: frozenset[str]
    disabled: bool = False


@dataclass(frozen=True)
class Grant:
    """What a client was let in for: by itself, or by a person."""

    id: UUID
    client: UUID
    person: UUID | None = None
    ended: bool = False
    over: bool = False
    """Its time has passed."""


@dataclass(frozen=True)
class Party:
    organisation: UUID
    covers_branches: bool = False


@dataclass(frozen=True)
class Clause:
    discloser: UUID
    recipient: UUID
    categories: frozenset[str]
    purposes: frozenset[str]
    roles: frozenset[str]
    first_day: date | None = None
    """Null: as the version's."""
    last_day: date | None = None
    onward: bool = False
    """Whether the recipient may pass it on."""
    days: int = 365
    """How long it may be kept once the handoff has ended."""


@dataclass(frozen=True)
class Version:
    """The content of an agreement as drafted, reviewed and signed at one time."""

    id: UUID
    number: int
    drafted_by: UUID
    parties: tuple[Party, ...]
    clauses: tuple[Clause, ...]
    first_day: date
    last_day: date
    counts_from: date
    """The day from which this version is the one that counts, once all have signed."""
    submitted: bool = True
    signed_by: frozenset[UUID] = frozenset()
    withdrawn: bool = False
    excluded: frozenset[str] = frozenset()
    """Categories that no emergency opens."""

    @property
    def signed(self) -> bool:
        return all(party.organisation in self.signed_by for party in self.parties)

    @property
    def stage(self) -> str:
        if self.signed:
            return "SIGNED"
        if self.withdrawn:
            return "WITHDRAWN"
        return "REVIEW" if self.submitted else "DRAFT"


@dataclass(frozen=True)
class Agreement:
    id: UUID
    versions: tuple[Version, ...]
    parent: UUID | None = None
    suspended: bool = False
    terminated_on: date | None = None

    @property
    def proposer(self) -> UUID:
        return self.versions[0].drafted_by


@dataclass(frozen=True)
class Section:
    id: UUID
    author: UUID
    """Who wrote it, whoever passed it on since."""
    category: str
    source: UUID | None = None
    """Of one that is passed on: the section it was received as."""
    destroyed: bool = False


@dataclass(frozen=True)
class Basis:
    """On what an author's sections of a handoff rest (dasar pemrosesan)."""

    id: UUID
    author: UUID
    categories: frozenset[str]
    purposes: frozenset[str]
    kind: str = "PUBLIC_TASK"
    last_day: date | None = None
    withdrawn: frozenset[str] = frozenset()
    """The categories for which a consent was taken back."""
    rests_on: UUID | None = None
    giver: str | None = None
    """Who consented: what they are to the child."""
    keys: frozenset[bytes] = frozenset()
    """By what that person is recognised."""


@dataclass(frozen=True)
class Suspect:
    """The reported person (terlapor) of a case, as somebody named them."""

    id: UUID
    named_by: UUID
    relation: str
    keys: frozenset[bytes] = frozenset()
    retracted: bool = False


@dataclass(frozen=True)
class Request:
    """Rectification, restriction or erasure, asked of whoever controls the data."""

    id: UUID
    controller: UUID
    categories: frozenset[str]
    kind: str = "RESTRICTION"
    status: str = "GRANTED"


@dataclass(frozen=True)
class Emergency:
    """Sections that an organisation opened to itself for a danger to life (akses darurat)."""

    id: UUID
    organisation: UUID
    sections: frozenset[UUID]
    began: int = 1
    """How many hours ago."""
    hours: int = 24
    closed: bool = False


@dataclass(frozen=True)
class Hold:
    """Content of the case is tied to a legal case."""

    id: UUID
    placed_by: UUID
    lifted: bool = False


@dataclass(frozen=True)
class Handoff:
    id: UUID
    kind: str
    status: str
    sender: UUID
    receiver: UUID
    agreement: UUID
    purpose: str
    role: str
    sent: bool
    accepted: bool
    sections: tuple[Section, ...]
    case: UUID
    """Shared by those that go on from each other."""
    onward_of: UUID | None = None
    ended: int | None = None
    """How many hours ago it ended."""
    bases: tuple[Basis, ...] = ()
    requests: tuple[Request, ...] = ()
    emergencies: tuple[Emergency, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    """Of the case, named by a side of this handoff."""
    holds: tuple[Hold, ...] = ()
    told: tuple[UUID, ...] = ()
    """Who was told that a basis holds no more: one notice each."""


@dataclass(frozen=True)
class Activity:
    id: UUID
    status: str
    announced: bool
    lead: UUID
    answers: dict[UUID, str]
    """Who was invited, and what each answered: INVITED, ACCEPTED, DECLINED or LEFT."""
    tasks: dict[UUID, UUID] = field(default_factory=dict)
    """Each task, and who has to do it."""
    late: frozenset[UUID] = frozenset()
    """What changed after some declined or left: the activity, invitations (by whom they are to)
    and tasks."""


@dataclass(frozen=True)
class Inquiry:
    id: UUID
    asker: UUID
    asked: UUID
    agreement: UUID


@dataclass(frozen=True)
class Token:
    """What a client holds, for itself or for a person."""

    client: UUID
    organisation: UUID
    """Whom it acts for: the person's organisation, or else the client's."""
    asked: frozenset[str]
    granted: frozenset[str]
    """What the client is registered for by now."""
    disabled: bool = False
    owner: UUID | None = None
    """Whose the client is; None: of the organisation it acts for."""
    open_to_all: bool = False
    """Whether people of every organisation sign in at the client."""
    person: UUID | None = None
    grant: UUID | None = None
    bound: bool = False
    """Whether it is bound to a key, which whoever sends it proves to have."""
