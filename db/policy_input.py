"""Policy inputs (masukan kebijakan): versions, what they rest on, who signs, what came of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, choice
from db.reference import Reference


class PolicyOutcome(StrEnum):
    """What became of a proposal in the text as adopted."""

    ADOPTED = "ADOPTED"
    PARTLY = "PARTLY"
    REJECTED = "REJECTED"
    PENDING = "PENDING"


class PolicyInput(Base):
    """What organisations say about a regulation, mostly a draft; one of them leads."""

    noun = "policyinput"
    __tablename__ = "policy_input"
    __table_args__ = (
        Index("policy_input_organisation_id_idx", "organisation_id", "id"),
        Index("policy_input_regulation_id_idx", "regulation_id", "id"),
        Index("policy_input_activity_id_idx", "activity_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    regulation_id: Mapped[UUID] = mapped_column(ForeignKey("regulation.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("joint_activity.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    published_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PolicyCosigner(Base):
    """Who was asked to write and sign with the lead."""

    __tablename__ = "policy_cosigner"
    __table_args__ = (
        UniqueConstraint("input_id", "organisation_id"),
        Index("policy_cosigner_organisation_id_idx", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    input_id: Mapped[UUID] = mapped_column(ForeignKey("policy_input.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PolicyVersion(Base):
    """The text at one time; once closed it has a hash, which is what is signed."""

    noun = "policyversion"
    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("input_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    input_id: Mapped[UUID] = mapped_column(ForeignKey("policy_input.id"))
    number: Mapped[int]
    title: Mapped[str]
    summary: Mapped[str]
    content_hash: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PolicyItem(Base):
    """What is wrong with one article for a victim, and the wording proposed."""

    noun = "policyitem"
    __tablename__ = "policy_item"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_version.id"))
    number: Mapped[int]
    article: Mapped[str]
    problem: Mapped[str]
    draft_wording: Mapped[str | None]
    proposed_wording: Mapped[str]
    reasoning: Mapped[str]


class PolicyEvidence(Base):
    """What the input rests on: said in its own words, with what stands behind them."""

    __tablename__ = "policy_evidence"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_version.id"))
    number: Mapped[int]
    statement: Mapped[str]
    finding_id: Mapped[UUID | None] = mapped_column(ForeignKey("finding.id"))
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """A query of the statistics, as JSON; it is answered anew from the same releases."""
    sources: Mapped[list[Reference]]


class PolicyComment(Base):
    """What one of those who write it remarks on a version."""

    __tablename__ = "policy_comment"
    __table_args__ = (Index("policy_comment_version_id_idx", "version_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PolicySignature(Base):
    """A co-signer's signature under one closed version."""

    __tablename__ = "policy_signature"
    __table_args__ = (
        UniqueConstraint("version_id", "organisation_id"),
        Index("policy_signature_organisation_id_idx", "organisation_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_version.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    signatory_name: Mapped[str]
    signatory_office: Mapped[str]
    content_hash: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PolicySubmission(Base):
    """Which version went to whom, and when."""

    __tablename__ = "policy_submission"
    __table_args__ = (
        UniqueConstraint("input_id"),
        Index("policy_submission_recipient_id_idx", "recipient_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    input_id: Mapped[UUID] = mapped_column(ForeignKey("policy_input.id"))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_version.id"))
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisation.id"))
    recipient_name: Mapped[str | None]
    submitted_on: Mapped[date]
    letter_number: Mapped[str]
    documents: Mapped[list[Reference]]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PolicyAnswer(Base):
    """What was answered, as the recipient says it or the lead received it."""

    __tablename__ = "policy_answer"
    __table_args__ = (Index("policy_answer_input_id_idx", "input_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    input_id: Mapped[UUID] = mapped_column(ForeignKey("policy_input.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    answered_on: Mapped[date]
    body: Mapped[str]
    documents: Mapped[list[Reference]]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ItemOutcome(Base):
    """What became of one item, as it was known then; the newest counts."""

    __tablename__ = "policy_outcome"
    __table_args__ = (
        Index("policy_outcome_input_id_idx", "input_id", "item_id", "id"),
        Index("policy_outcome_item_id_idx", "item_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    input_id: Mapped[UUID] = mapped_column(ForeignKey("policy_input.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("policy_item.id"))
    outcome: Mapped[PolicyOutcome] = mapped_column(choice(PolicyOutcome))
    adopted_wording: Mapped[str | None]
    note: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
