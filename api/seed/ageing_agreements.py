"""Giving agreements their past: dates of the paper, of its review, and of its signatures.

The dates of an agreement that has expired are part of what was signed; when they move, the content
is hashed anew, so that approvals and signatures still stand under exactly what the paper says.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.seed.ageing import redate
from api.seed.agreements import PAPERS
from api.seed.cast import Cast
from api.seed.play_agreements import shift_of
from api.seed.shapes import Paper
from api.seed.timeline import next_working_hour
from db.mou import Mou, MouApproval, MouComment, MouEvent, MouSignature, MouVersion
from domain.checks import id_of
from domain.mou_content import canonical, clauses_of, digest, parties_of

_PROPOSALS = ("PROPOSED", "AMENDMENT_PROPOSED", "EXTENSION_PROPOSED")


class _Past:
    """When the acts on one version happened."""

    def __init__(self, cast: Cast, paper: Paper, number: int) -> None:
        change = paper.change if number > 1 else None
        self._cast, self._paper = cast, paper
        first = cast.workday(change.proposed if change else paper.proposed)
        signed = change.signed if change else paper.signed
        self.signed_day = cast.workday(signed) if signed is not None else None
        submitted = change.proposed + 2 if change else paper.submitted
        self._submitted: datetime | None = None
        if submitted is not None:
            # A weekend between must not put the review behind the signatures.
            last = submitted if self.signed_day is None else min(submitted, self.signed_day - 1)
            day = cast.workday(last)
            self._submitted, first = cast.at(day, 13.5), min(first, day)
        self._first = first
        self._until = cast.at(self.signed_day, 9) if self.signed_day is not None else cast.now
        self._signatures = 0
        self._approvals = 0

    @property
    def proposed(self) -> datetime:
        return self._cast.at(self._first, 10.2)

    @property
    def submitted(self) -> datetime | None:
        return self._submitted

    @property
    def signed(self) -> datetime:
        """The moment of the last signature so far."""
        assert self.signed_day is not None
        return self._cast.at(self.signed_day, 10) + timedelta(minutes=4 * self._signatures)

    def review(self, share: float) -> datetime:
        """A moment between submission and signing (or today), when people are at work."""
        start = self._sent
        moment = start + (self._until - start) * share
        working = next_working_hour(moment, minute=round(share * 59))
        return working if working < self._until else moment

    def of(self, kind: str) -> datetime:
        """When an event of this kind happened; called in the order of the events."""
        if kind == "APPROVED":
            return self._approval()
        if kind in ("SIGNED", "CONCLUDED"):
            return self._signature(kind)
        if kind in _PROPOSALS:
            return self.proposed
        return self._sent if kind == "SUBMITTED" else self._decision(kind)

    @property
    def _sent(self) -> datetime:
        return self._submitted or self.proposed

    def _approval(self) -> datetime:
        self._approvals += 1
        if self._approvals == 1:  # the drafter's own, given by submitting
            return self._sent + timedelta(seconds=1)
        return self.review(min(0.95, 0.55 + 0.06 * self._approvals))

    def _signature(self, kind: str) -> datetime:
        if kind == "SIGNED":
            self._signatures += 1
            return self.signed
        return self.signed + timedelta(seconds=1)

    def _decision(self, kind: str) -> datetime:
        paper = self._paper
        day = {
            "WITHDRAWN": paper.withdrawn,
            "SUSPENDED": paper.suspended,
            "TERMINATED": paper.terminated,
        }[kind]
        assert day is not None
        return self._cast.at(self._cast.workday(day[0]), 11.3)


async def age_agreements(tx: AsyncSession, cast: Cast) -> None:
    # What was signed does not change, the trigger sees to that; here history itself is written.
    await tx.execute(text("alter table mou_version disable trigger signed_content_stays"))
    for paper in PAPERS:
        await _age(tx, cast, paper, id_of(cast.mous[paper.key], "mou", "id"))
    await tx.execute(text("alter table mou_version enable trigger signed_content_stays"))


async def _age(tx: AsyncSession, cast: Cast, paper: Paper, id: UUID) -> None:
    mou = await tx.get_one(Mou, id)
    mou.created_at = _Past(cast, paper, 1).proposed
    if paper.suspended:
        mou.suspended_at = cast.at(cast.workday(paper.suspended[0]), 11.3)
    if paper.terminated:
        mou.terminated_on = cast.day(paper.terminated[1])
    numbers = select(MouVersion).where(MouVersion.mou_id == id).order_by(MouVersion.number)
    for version in (await tx.scalars(numbers)).all():
        past = _Past(cast, paper, version.number)
        version.created_at = past.proposed
        await _age_events(tx, version, past)
        await _age_comments(tx, version, past)
        if version.submitted_at is not None:
            version.submitted_at = past.submitted
        if version.signed_at is not None and past.signed_day is not None:
            version.signed_at = past.signed
            begins = paper.begins if version.number == 1 else past.signed_day
            version.in_force_from = cast.day(max(begins, past.signed_day))
        if shift_of(paper):
            version.valid_from, version.valid_until = cast.day(paper.begins), cast.day(paper.ends)
            await _hash_anew(tx, mou, version)
    await tx.flush()


async def _age_events(tx: AsyncSession, version: MouVersion, past: _Past) -> None:
    """The timeline, and with it the approvals and signatures it tells of."""
    happened = await tx.scalars(
        select(MouEvent)
        .where(MouEvent.version_id == version.id)
        .order_by(MouEvent.created_at, MouEvent.id)
    )
    acts: dict[tuple[str, UUID], datetime] = {}
    moments = []
    for event in happened.all():
        at = past.of(event.kind)
        moments.append((event.id, at))
        acts[event.kind, event.actor_id] = at
    await redate(tx, "mou_event", moments)
    for model, kind in ((MouApproval, "APPROVED"), (MouSignature, "SIGNED")):
        given = await tx.execute(
            select(model.id, model.organisation_id).where(model.version_id == version.id)
        )
        await redate(tx, model.__tablename__, [(id, acts[kind, by]) for id, by in given])


async def _age_comments(tx: AsyncSession, version: MouVersion, past: _Past) -> None:
    said = select(MouComment.id).where(MouComment.version_id == version.id)
    ids = list(await tx.scalars(said.order_by(MouComment.created_at, MouComment.id)))
    step = 0.5 / (len(ids) + 1)
    await redate(tx, "mou_comment", [(id, past.review(step * n)) for n, id in enumerate(ids, 1)])


async def _hash_anew(tx: AsyncSession, mou: Mou, version: MouVersion) -> None:
    parties, clauses = await parties_of(tx, version.id), await clauses_of(tx, version.id)
    content_hash = digest(canonical(mou.kind, mou.parent_id, version, parties, clauses))
    for model in (MouApproval, MouSignature):
        await tx.execute(
            update(model)
            .where(model.version_id == version.id, model.content_hash == version.content_hash)
            .values(content_hash=content_hash)
        )
    version.content_hash = content_hash
