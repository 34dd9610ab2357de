"""Public education (edukasi dan sosialisasi): sessions, whom they reached and what was learnt.

Figures count people and name nobody.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.document import Documents
from db.material import Audience


class Channel(StrEnum):
    """How a session reaches people (saluran)."""

    IN_PERSON = "IN_PERSON"
    WEBINAR = "WEBINAR"
    RADIO = "RADIO"
    TELEVISION = "TELEVISION"
    SOCIAL_MEDIA = "SOCIAL_MEDIA"
    WEBSITE = "WEBSITE"
    MESSAGING = "MESSAGING"
    PRINT = "PRINT"


class SessionStatus(StrEnum):
    """State of a session."""

    PLANNED = "PLANNED"
    HELD = "HELD"
    CANCELLED = "CANCELLED"


class Sex(StrEnum):
    """Sex of people who are counted (jenis kelamin)."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    UNKNOWN = "UNKNOWN"


class AgeBand(StrEnum):
    """Age of people who are counted, in full years (kelompok umur)."""

    AGE_0_5 = "AGE_0_5"
    AGE_6_9 = "AGE_6_9"
    AGE_10_12 = "AGE_10_12"
    AGE_13_15 = "AGE_13_15"
    AGE_16_17 = "AGE_16_17"
    ADULT = "ADULT"
    UNKNOWN = "UNKNOWN"


class Disability(StrEnum):
    """Whether people who are counted live with a disability (disabilitas)."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Cell:
    """So many people of one audience, sex, age and disability."""

    audience: Audience
    count: int
    sex: Sex = Sex.UNKNOWN
    age_band: AgeBand = AgeBand.UNKNOWN
    disability: Disability = Disability.UNKNOWN


def read_cell(stored: dict[str, Any]) -> Cell:
    """A figure as it was stored."""
    return Cell(
        Audience(stored["audience"]),
        stored["count"],
        Sex(stored["sex"]),
        AgeBand(stored["age_band"]),
        Disability(stored["disability"]),
    )


class EducationSession(Base):
    """A session of a campaign (sesi sosialisasi), at a place or by a channel."""

    noun = "educationsession"
    __tablename__ = "education_session"
    __table_args__ = (
        Index("education_session_activity_id_starts_at_id_idx", "activity_id", "starts_at", "id"),
        Index("education_session_starts_at_id_idx", desc("starts_at"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    """Who runs it."""
    title: Mapped[str]
    topics: Mapped[list[str]]
    audiences: Mapped[list[str]]
    age_bands: Mapped[list[str]]
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    place: Mapped[str | None]
    region_code: Mapped[str | None]
    host_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """At whose place it is held, such as a school."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[SessionStatus] = mapped_column(choice(SessionStatus))
    held_from: Mapped[datetime | None]
    held_until: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class SessionMaterial(Base):
    """Which version of a material a session uses."""

    __tablename__ = "session_material"
    __table_args__ = (
        UniqueConstraint("session_id", "version_id"),
        Index("session_material_version_id_idx", "version_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("education_session.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("material_version.id"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Recorded:
    """Something that was recorded of a session; a correction is a row of its own, and says why."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("education_session.id"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    """Who recorded it."""
    number: Mapped[int]
    reason: Mapped[str | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class SessionFigures(Recorded, Base):
    """How many came (kehadiran), or an estimate of how many were reached (jangkauan)."""

    noun = "sessionfigures"
    __tablename__ = "session_figures"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        Index("session_figures_activity_id_idx", "activity_id"),
    )

    cells: Mapped[list[Cell]] = mapped_column(Documents(read_cell))
    method: Mapped[str | None]
    """How reach was estimated."""
    source: Mapped[str | None]


class SessionTest(Recorded, Base):
    """What an audience knew before and after (uji awal dan akhir)."""

    noun = "sessiontest"
    __tablename__ = "session_test"
    __table_args__ = (
        UniqueConstraint("session_id", "audience", "number"),
        Index("session_test_activity_id_idx", "activity_id"),
    )

    audience: Mapped[Audience] = mapped_column(choice(Audience))
    maximum: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    before_tested: Mapped[int]
    before_mean: Mapped[Decimal] = mapped_column(Numeric(8, 2))
    after_tested: Mapped[int]
    after_mean: Mapped[Decimal] = mapped_column(Numeric(8, 2))
