"""Joint activities (kegiatan bersama): who leads, who takes part, and what each has to do."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, desc, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.enums import (
    ActivityKind,
    ActivityStatus,
    ParticipantRole,
    ParticipantStatus,
    TaskStatus,
)


class Planned:
    """What an activity is, at one moment."""

    kind: Mapped[ActivityKind] = mapped_column(choice(ActivityKind))
    status: Mapped[ActivityStatus] = mapped_column(choice(ActivityStatus))
    title: Mapped[str]
    description: Mapped[str | None]
    lead_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    mou_id: Mapped[UUID | None] = mapped_column(ForeignKey("mou.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str | None]
    region_code: Mapped[str | None]
    outcome: Mapped[str | None]
    cancel_reason: Mapped[str | None]
    announced_at: Mapped[datetime | None]
    """Since when those invited know of it; a draft that is called off never shows."""
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class JointActivity(Planned, Base):
    """An activity led by one organisation, together with those who accepted its invitation."""

    noun = "activity"
    __tablename__ = "joint_activity"
    __table_args__ = (
        Index("joint_activity_calendar_idx", "lead_id", desc("starts_at"), desc("id")),
        Index("joint_activity_starts_at_id_idx", desc("starts_at"), desc("id")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)


class ActivityPast(Planned, Base):
    """How an activity stood until it was changed; shown to those who left it then."""

    __tablename__ = "activity_past"
    __table_args__ = (Index("activity_past_activity_id_idx", "activity_id", "changed_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    until_at: Mapped[datetime]


class ActivityNow(Planned, Base):
    """An activity as it is the caller's to see: as it stands, or as it stood when it left."""

    noun = "activity"
    __tablename__ = "activity_now"
    __table_args__ = {"info": {"view": True}}  # noqa: RUF012

    id: Mapped[UUID] = mapped_column(primary_key=True)


class ActivityAgenda(Base):
    """Which activity stands where in whose agenda, along two indexes."""

    __tablename__ = "activity_agenda"
    __table_args__ = {"info": {"view": True}}  # noqa: RUF012

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime | None]


class ActivityParticipant(Base):
    """An organisation's invitation and its answer."""

    __tablename__ = "activity_participant"
    __table_args__ = (
        UniqueConstraint("activity_id", "organisation_id"),
        Index(
            "activity_participant_calendar_idx",
            "organisation_id",
            desc("starts_at"),
            desc("activity_id"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[ParticipantRole] = mapped_column(
        choice(ParticipantRole), server_default=text("'CONTRIBUTOR'")
    )
    status: Mapped[ParticipantStatus] = mapped_column(choice(ParticipantStatus))
    reason: Mapped[str | None]
    responded_at: Mapped[datetime | None]
    """Since when it takes part, or until when it sees what becomes of the activity."""
    starts_at: Mapped[datetime | None]
    """Where it stands in the calendar of whoever is invited; the database keeps it."""
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ActivityTask(Base):
    """Something one organisation has to do for an activity."""

    noun = "task"
    __tablename__ = "activity_task"
    __table_args__ = (Index("activity_task_activity_id_idx", "activity_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("joint_activity.id"))
    title: Mapped[str]
    description: Mapped[str | None]
    assignee_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    due_on: Mapped[date]
    status: Mapped[TaskStatus] = mapped_column(choice(TaskStatus))
    done_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
