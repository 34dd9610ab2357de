"""The closed vocabularies, as stored. Open ones (organisation types, services, offences) are rows
of `db.term`, because the law that lists them changes.

Values are English and standard; the official Indonesian term stands in the docstring of each.
"""

from enum import StrEnum


class TermKind(StrEnum):
    """A vocabulary kept as dated data."""

    ORGANISATION_TYPE = "ORGANISATION_TYPE"
    CASE_CATEGORY = "CASE_CATEGORY"
    SERVICE = "SERVICE"
    RESPONSE_TIME = "RESPONSE_TIME"
    STATUTORY_CLOCK = "STATUTORY_CLOCK"


class DpopPolicy(StrEnum):
    """Which tokens of an organisation must be bound to a key of the client (DPoP, RFC 9449)."""

    OPTIONAL = "OPTIONAL"
    IDENTITY = "IDENTITY"
    """Only those with which sections that tell who the child is are read."""
    REQUIRED = "REQUIRED"


class MouKind(StrEnum):
    """Kind of agreement (jenis kerja sama)."""

    MEMORANDUM = "MEMORANDUM"
    COOPERATION_AGREEMENT = "COOPERATION_AGREEMENT"
    WORK_PLAN = "WORK_PLAN"


class Instrument(StrEnum):
    """What made a version: the agreement itself, an addendum (adendum) or an extension."""

    ORIGINAL = "ORIGINAL"
    AMENDMENT = "AMENDMENT"
    EXTENSION = "EXTENSION"


class Stage(StrEnum):
    """Where the paper of one version is, apart from dates."""

    DRAFT = "DRAFT"
    REVIEW = "REVIEW"
    SIGNED = "SIGNED"
    WITHDRAWN = "WITHDRAWN"


class MouStatus(StrEnum):
    """State of an agreement today, computed from its stage, its dates and what was done to it."""

    DRAFT = "DRAFT"
    REVIEW = "REVIEW"
    WITHDRAWN = "WITHDRAWN"
    SIGNED = "SIGNED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    TERMINATED = "TERMINATED"


class DataCategory(StrEnum):
    """Category of data (kategori data): each section of a handoff has exactly one."""

    IDENTITY = "IDENTITY"
    CONTACT = "CONTACT"
    FAMILY = "FAMILY"
    INCIDENT = "INCIDENT"
    HEALTH = "HEALTH"
    PSYCHOLOGICAL = "PSYCHOLOGICAL"
    LEGAL = "LEGAL"
    EDUCATION = "EDUCATION"
    SUSPECT = "SUSPECT"
    EVIDENCE = "EVIDENCE"
    SERVICE = "SERVICE"
    OUTCOME = "OUTCOME"
    AGGREGATE = "AGGREGATE"


class Purpose(StrEnum):
    """Why data are shared (tujuan pemrosesan); a clause and a handoff must name the same one."""

    PROTECTION = "PROTECTION"
    SERVICE_DELIVERY = "SERVICE_DELIVERY"
    LAW_ENFORCEMENT = "LAW_ENFORCEMENT"
    COORDINATION = "COORDINATION"
    OVERSIGHT = "OVERSIGHT"
    EVALUATION = "EVALUATION"


class ChildRole(StrEnum):
    """The child's role in the case: anak korban, anak saksi, anak berkonflik dengan hukum."""

    VICTIM = "VICTIM"
    WITNESS = "WITNESS"
    CHILD_OFFENDER = "CHILD_OFFENDER"


class HandoffKind(StrEnum):
    """Kind of handoff: rujukan, pelimpahan, konsultasi."""

    REFERRAL = "REFERRAL"
    TRANSFER = "TRANSFER"
    CONSULTATION = "CONSULTATION"


class HandoffStatus(StrEnum):
    """State of a handoff, close to the states of a FHIR Task."""

    DRAFT = "DRAFT"
    REQUESTED = "REQUESTED"
    RECEIVED = "RECEIVED"
    INFO_REQUESTED = "INFO_REQUESTED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REVOKED = "REVOKED"


class Urgency(StrEnum):
    """How soon an answer is needed (tingkat kedaruratan)."""

    DARURAT = "DARURAT"
    MENDESAK = "MENDESAK"
    SEGERA = "SEGERA"
    BIASA = "BIASA"


class WithheldCode(StrEnum):
    """Why the content of a section is not shown."""

    SCOPE_MISSING = "SCOPE_MISSING"
    CUSTODY_MOVED = "CUSTODY_MOVED"
    STATE_CLOSED = "STATE_CLOSED"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"
    NOT_COVERED = "NOT_COVERED"
    RETENTION_ENDED = "RETENTION_ENDED"
    RESTRICTED = "RESTRICTED"
    BASIS_MISSING = "BASIS_MISSING"
    BASIS_EXPIRED = "BASIS_EXPIRED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    GUARDIAN_CONFLICT = "GUARDIAN_CONFLICT"
    ONWARD_CLOSED = "ONWARD_CLOSED"
    DESTROYED = "DESTROYED"
    DAMAGED = "DAMAGED"


class DisclosureCode(StrEnum):
    """Why the content of a section is open to a reader, or closed."""

    OWN_WORDS = "OWN_WORDS"
    CLAUSE = "CLAUSE"
    PASSED_ON = "PASSED_ON"
    EMERGENCY = "EMERGENCY"
    NOT_SHARED = "NOT_SHARED"
    SCOPE_MISSING = "SCOPE_MISSING"
    CUSTODY_MOVED = "CUSTODY_MOVED"
    STATE_CLOSED = "STATE_CLOSED"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"
    NOT_COVERED = "NOT_COVERED"
    RETENTION_ENDED = "RETENTION_ENDED"
    RESTRICTED = "RESTRICTED"
    BASIS_MISSING = "BASIS_MISSING"
    BASIS_EXPIRED = "BASIS_EXPIRED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    GUARDIAN_CONFLICT = "GUARDIAN_CONFLICT"
    ONWARD_CLOSED = "ONWARD_CLOSED"
    DESTROYED = "DESTROYED"
    DAMAGED = "DAMAGED"


class BasisKind(StrEnum):
    """Lawful basis of processing (dasar pemrosesan): the six of UU PDP article 20."""

    CONSENT = "CONSENT"
    CONTRACT = "CONTRACT"
    LEGAL_OBLIGATION = "LEGAL_OBLIGATION"
    VITAL_INTEREST = "VITAL_INTEREST"
    PUBLIC_TASK = "PUBLIC_TASK"
    LEGITIMATE_INTEREST = "LEGITIMATE_INTEREST"


class BasisState(StrEnum):
    """Whether a lawful basis holds today, or why not."""

    HOLDS = "HOLDS"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    GUARDIAN_CONFLICT = "GUARDIAN_CONFLICT"
    BASIS_EXPIRED = "BASIS_EXPIRED"
    BASIS_MISSING = "BASIS_MISSING"


class Relation(StrEnum):
    """What somebody is to the child (hubungan dengan anak)."""

    CHILD = "CHILD"
    FATHER = "FATHER"
    MOTHER = "MOTHER"
    STEP_PARENT = "STEP_PARENT"
    FOSTER_PARENT = "FOSTER_PARENT"
    GUARDIAN = "GUARDIAN"
    SIBLING = "SIBLING"
    RELATIVE = "RELATIVE"
    OTHER = "OTHER"


class NoticeCause(StrEnum):
    """Why a receiver was told to stop."""

    WITHDRAWN = "WITHDRAWN"
    GUARDIAN_CONFLICT = "GUARDIAN_CONFLICT"


class ClockRule(StrEnum):
    """A duty that runs against a clock (tenggat); the times themselves are dated rules."""

    ANSWER = "ANSWER"
    REPORT_TO_POLICE = "REPORT_TO_POLICE"
    WITHDRAWAL_ACKNOWLEDGEMENT = "WITHDRAWAL_ACKNOWLEDGEMENT"
    DATA_REQUEST = "DATA_REQUEST"
    EMERGENCY_REVIEW = "EMERGENCY_REVIEW"


class Finding(StrEnum):
    """What the review of an emergency (akses darurat) came to."""

    JUSTIFIED = "JUSTIFIED"
    NOT_JUSTIFIED = "NOT_JUSTIFIED"


class DataRequestKind(StrEnum):
    """What is asked about the data of a child, in its name (UU PDP articles 30, 41, 43)."""

    RECTIFICATION = "RECTIFICATION"
    RESTRICTION = "RESTRICTION"
    ERASURE = "ERASURE"


class DataRequestStatus(StrEnum):
    """State of such a request."""

    OPEN = "OPEN"
    GRANTED = "GRANTED"
    REFUSED = "REFUSED"
    LIFTED = "LIFTED"


class Destruction(StrEnum):
    """Why content was destroyed (pemusnahan)."""

    RETENTION = "RETENTION"
    ERASURE = "ERASURE"


class InquiryKind(StrEnum):
    """What a partner asks before a handoff: that one be made, or whether there is room."""

    HANDOFF = "HANDOFF"
    CAPACITY = "CAPACITY"


class InquiryStatus(StrEnum):
    """State of an inquiry."""

    OPEN = "OPEN"
    AGREED = "AGREED"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class ActivityKind(StrEnum):
    """Kind of joint activity (kegiatan bersama)."""

    ADVOCACY = "ADVOCACY"
    OVERSIGHT = "OVERSIGHT"
    EDUCATION = "EDUCATION"
    MONITORING_EVALUATION = "MONITORING_EVALUATION"
    CAPACITY_BUILDING = "CAPACITY_BUILDING"
    CASE_CONFERENCE = "CASE_CONFERENCE"


class ActivityStatus(StrEnum):
    """State of a joint activity."""

    DRAFT = "DRAFT"
    PLANNED = "PLANNED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class ParticipantStatus(StrEnum):
    """Answer to an invitation."""

    INVITED = "INVITED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    LEFT = "LEFT"


class ParticipantRole(StrEnum):
    """Part of an organisation in an activity that another one leads."""

    CO_ORGANISER = "CO_ORGANISER"
    CONTRIBUTOR = "CONTRIBUTOR"
    OBSERVER = "OBSERVER"


class ActivityPart(StrEnum):
    """The part of your own organisation in an activity."""

    LEAD = "LEAD"
    CO_ORGANISER = "CO_ORGANISER"
    CONTRIBUTOR = "CONTRIBUTOR"
    OBSERVER = "OBSERVER"


class TaskStatus(StrEnum):
    """State of a task."""

    OPEN = "OPEN"
    DONE = "DONE"
    DROPPED = "DROPPED"


class ReceiptKind(StrEnum):
    """What a receipt (berita acara) attests: serah terima, or penandatanganan kerja sama."""

    HANDOFF_ACCEPTED = "HANDOFF_ACCEPTED"
    AGREEMENT_SIGNED = "AGREEMENT_SIGNED"
