"""Cases travel: every step of every handoff is taken by the side whose step it is."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.seed import answers
from api.seed.agreements import PAPERS
from api.seed.answers import VOICES
from api.seed.cases_bandung import BANDUNG
from api.seed.cases_elsewhere import ELSEWHERE
from api.seed.cast import Cast
from api.seed.consents import EVERY, duties, duty, first_bases, suspected
from api.seed.numbers import case_reference
from api.seed.organisations import KPAI, ORGANISATIONS
from api.seed.routes import ROUTES, SCHOOLS
from api.seed.sections import Child, Moment, Writing, make_child, write
from api.seed.shapes import Case, Leg, Route
from api.seed.stories_near import NEAR
from api.seed.stories_online import ONLINE
from api.seed.timeline import back, first_moment, moments
from auth.caller import Caller
from db.basis import LawfulBasis, WithdrawalNotice
from db.enums import DataCategory
from db.handoff import ChildAgeBand
from db.ids import encode
from db.transaction import Transaction
from domain import consent, handoff, handoff_life, suspect
from domain.checks import Ref
from domain.handoff import HandoffDraft, SectionDraft

STORIES = {story.key: story for story in [*NEAR, *ONLINE]}
ORGS = {org.key: org for org in ORGANISATIONS}
RECEIVER_STEPS = (
    "receive", "accept", "reject", "ask", "start", "complete", "fail", "add", "agree_stop",
    "decline_stop", "acknowledge",
)  # fmt: skip
_CITIES = {"31": "Jakarta", "32": "Bandung", "35": "Surabaya"}
_SEED = 20261125


@dataclass
class Played:
    """A handoff that was played, and when each of its steps and sections should have been."""

    id: UUID
    steps: tuple[str, ...]
    at: list[datetime]
    sections: list[datetime] = field(default_factory=list)


def type_of(key: str) -> str:
    return "KPAI" if key == KPAI else ORGS[key].type


async def hand_over_all(cast: Cast) -> list[Played]:
    """Play all cases. Children are numbered in the order of the cases."""
    cases = [*BANDUNG, *ELSEWHERE]
    plays = [
        _Play(cast, leg, child, n * 100 + index)
        for n, case in enumerate(cases, 1)
        for child in [_child(cast, n, case)]
        for index, leg in enumerate(case.legs)
    ]
    return list(await asyncio.gather(*(play.run() for play in plays)))


def _child(cast: Cast, n: int, case: Case) -> Child:
    first = max(case.legs, key=lambda leg: back(leg.ago))
    route = ROUTES[first.route]
    schools = [
        ORGS[key].name
        for leg in case.legs
        for key in (ROUTES[leg.route].sender, ROUTES[leg.route].receiver)
        if key in SCHOOLS and type_of(key) == "SCHOOL"
    ]
    local = route.receiver if route.sender in ("kpai", "lpsk") else route.sender
    city = "Bogor" if "bogor" in local else _CITIES.get((ORGS[local].region)[:2], "Jakarta")
    reported = (cast.now - back(first.ago)).date()
    return make_child(n, STORIES[case.story], reported, city, schools[0] if schools else None)


def closes(cast: Cast, route: Route) -> datetime:
    """Until when work could go on under the agreement: today, unless it ended before."""
    paper = next(paper for paper in PAPERS if paper.key == route.mou)
    ends = [paper.ends + 1]
    if paper.terminated:
        ends.append(paper.terminated[1])
    if paper.suspended:
        ends.append(cast.workday(paper.suspended[0]))
    return min(cast.now, cast.at(min(ends), hour=0))


def _band(age: int) -> ChildAgeBand:
    """In which band an age falls."""
    bands = zip((6, 10, 13, 16, 99), ChildAgeBand, strict=True)
    return next(band for above, band in bands if age < above)


class _Play:
    """One handoff while it is being played."""

    def __init__(self, cast: Cast, leg: Leg, child: Child, n: int) -> None:
        self._cast, self._leg, self._child = cast, leg, child
        self._route = ROUTES[leg.route]
        self._urgency = leg.urgency or self._route.urgency
        self._draw = random.Random(_SEED + n)  # noqa: S311
        sender = type_of(self._route.sender)
        self._limit = closes(cast, self._route)
        self._start = first_moment(cast.now, self._limit, leg.ago, sender, self._draw)
        asks = VOICES[type_of(self._route.receiver)].asks
        fitting = [ask for ask in asks if ask[0] in self._route.sections]
        self._question = self._draw.choice(fitting or asks)
        self._sections: list[datetime] = []
        self._id: UUID | None = None

    async def run(self) -> Played:
        steps = self._leg.fate.steps
        at = self._moments()
        turns = list(zip(steps, at, strict=True))
        for actor, taken in groupby(turns, key=lambda turn: self._actor(turn[0])):
            async with self._cast.acting(actor) as (tx, caller):
                for step, moment in taken:
                    written = await self._take(tx, caller, step)
                    self._sections += [moment] * written
        assert self._id is not None
        return Played(self._id, steps, at, self._sections)

    def _actor(self, step: str) -> str:
        return self._route.receiver if step in RECEIVER_STEPS else self._route.sender

    def _moments(self) -> list[datetime]:
        fate = self._leg.fate
        types = [type_of(self._actor(step)) for step in fate.steps]
        return moments(fate, self._urgency, self._start, self._limit, types, self._draw)

    async def _take(self, tx: Transaction, caller: Caller, step: str) -> int:
        """Take one step; the number of sections it wrote."""
        if step in ("draft", "send"):
            given = self._draft()
            make = handoff.draft if step == "draft" else handoff.send
            self._id = (await make(tx, caller, given)).id
            return len(given.sections)
        assert self._id is not None
        ref = Ref(encode("handoff", self._id))
        life, draw = handoff_life, self._draw
        voice = VOICES[type_of(self._route.receiver)]
        sections = list(self._later(step))
        plain = {"submit": life.send, "receive": life.receive, "accept": life.accept,
                 "start": life.start}  # fmt: skip
        because = {
            "reject": (life.reject, voice.rejects),
            "ask": (life.request_info, (self._question[1],)),
            "fail": (life.fail, (voice.fails,)),
            "cancel": (life.cancel, answers.TAKEN_BACK),
            "ask_stop": (life.request_cancellation, answers.STOP_ASKED),
            "revoke": (life.revoke, answers.REVOKED),
        }
        if step in plain:
            await plain[step](tx, caller, ref)
        elif step in because:
            act, reasons = because[step]
            await act(tx, caller, ref, draw.choice(reasons))
        elif step in ("withdraw", "acknowledge", "suspect", "another"):
            await self._consent(tx, caller, ref, step)
        elif step == "give":
            await life.provide_info(tx, caller, ref, draw.choice(answers.GIVEN), sections, [])
        elif step == "complete":
            bases = duties(type_of(self._route.receiver), sections)
            await life.complete(tx, caller, ref, draw.choice(answers.COMPLETED), sections, bases)
        elif step == "add":
            bases = duties(type_of(self._route.receiver), sections)
            await life.add_section(tx, caller, ref, sections[0], bases)
        elif step == "agree_stop":
            await life.answer_cancellation(tx, caller, ref, True, answers.STOP_AGREED)
        else:
            await life.answer_cancellation(tx, caller, ref, False, answers.STOP_DECLINED)
        return len(sections)

    async def _consent(self, tx: AsyncSession, caller: Caller, ref: Ref, step: str) -> None:
        """A consent falls, and what follows."""
        if step == "withdraw":
            basis = await tx.scalar(
                select(LawfulBasis.id).where(LawfulBasis.handoff_id == self._id)
            )
            assert basis is not None
            await consent.withdraw(tx, caller, Ref(encode("basis", basis)), None, None)
        elif step == "suspect":
            await suspect.name(tx, caller, ref, suspected(self._child))
        elif step == "another":
            await consent.add(tx, caller, ref, duty(type_of(self._route.sender), EVERY))
        else:
            notice = await tx.scalar(
                select(WithdrawalNotice.id).where(WithdrawalNotice.handoff_id == self._id)
            )
            assert notice is not None
            await consent.acknowledge(tx, caller, Ref(encode("notice", notice)))

    def _draft(self) -> HandoffDraft:
        route, cast, child = self._route, self._cast, self._child
        inquiry = self._leg.inquiry
        return HandoffDraft(
            kind=route.kind,
            receiver_id=cast.ref(route.receiver),
            mou_id=cast.mous[route.mou],
            purpose=route.purpose,
            urgency=self._urgency,
            child_role=child.story.role,
            child_age_band=_band(child.age),
            case_categories=list(child.story.categories),
            services=list(route.services),
            sections=[self._section(c, route.sender, "first") for c in route.sections],
            bases=first_bases(type_of(route.sender), route, child, cast.now, self._leg.fate.steps),
            case_reference=case_reference(type_of(route.sender), child.n, child.reported.year),
            inquiry_id=cast.inquiries[inquiry] if inquiry else None,
        )

    def _later(self, step: str) -> Iterator[SectionDraft]:
        """What is written after the first packet: one more section, or the result."""
        route = self._route
        if step == "give":
            yield self._section(self._question[0], route.sender, "asked")
        elif step == "add":
            yield self._section(route.reply[0], route.receiver, "under way")
        elif step == "complete":
            for category in route.reply:
                yield self._section(category, route.receiver, "end")

    def _section(self, category: DataCategory, author: str, when: Moment) -> SectionDraft:
        days = (self._start.date() - self._child.reported).days
        writing = Writing(type_of(author), self._route.services, days, when)
        return SectionDraft(category, write(category, self._child, writing))
