"""Why a section is open or closed: the verdict of the database, and its words for people.

The rule is `access.judged` in the database, which the policies on content are held against. Nothing
here decides; to know how it looks to a partner, a transaction goes on as that partner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, bindparam, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from auth.caller import Caller
from db.enums import DataCategory, DisclosureCode, HandoffStatus
from db.handoff import Handoff, HandoffEvent, HandoffSection, SectionNow
from db.organisation import Organisation
from domain.checks import Ref, found, id_of
from domain.refusal import Language, RefusalCode, require

SENTENCES: dict[DisclosureCode, tuple[str, str]] = {
    DisclosureCode.OWN_WORDS: (
        "Pembaca sendiri yang menulisnya.",
        "The reader wrote it.",
    ),
    DisclosureCode.CLAUSE: (
        "Dibuka oleh pasal {clause} kerja sama (versi {version}) yang sedang berlaku, atas dasar"
        " pemrosesan yang sah.",
        "Opened by clause {clause} of the agreement in force (version {version}), on a lawful"
        " basis.",
    ),
    DisclosureCode.PASSED_ON: (
        "Diteruskan kepada pembaca oleh pasal {clause} kerja sama (versi {version}); setiap mata"
        " rantai sebelumnya mengizinkannya.",
        "Passed on to the reader by clause {clause} of the agreement (version {version}); every"
        " link of the chain before allows it.",
    ),
    DisclosureCode.EMERGENCY: (
        "Dibuka sementara oleh akses darurat yang dinyatakan pembaca.",
        "Opened for a time by an emergency that the reader declared.",
    ),
    DisclosureCode.NOT_SHARED: (
        "Serah terima ini tidak, atau belum, dibagikan kepada lembaga itu.",
        "The handoff is not shared with that organisation, or not yet.",
    ),
    DisclosureCode.SCOPE_MISSING: (
        "Pembaca tidak memiliki izin (scope) {scope}.",
        "The reader does not have the scope {scope}.",
    ),
    DisclosureCode.CUSTODY_MOVED: (
        "Kasus ini sudah dilimpahkan; isinya kini dipegang penerima.",
        "The case was transferred; its content is now with the receiver.",
    ),
    DisclosureCode.STATE_CLOSED: (
        "Serah terima ini sudah ditolak, dibatalkan, dicabut, atau tidak berhasil.",
        "The handoff was rejected, cancelled or revoked, or has failed.",
    ),
    DisclosureCode.AGREEMENT_NOT_IN_FORCE: (
        "Kerja sama yang menjadi dasarnya tidak sedang berlaku.",
        "The agreement it rests on is not in force.",
    ),
    DisclosureCode.NOT_COVERED: (
        "Tidak ada pasal berlaku yang mencakup kategori data ini.",
        "No clause in force covers this category of data.",
    ),
    DisclosureCode.RETENTION_ENDED: (
        "Masa simpan menurut pasal kerja sama sudah habis.",
        "The time for which the clause lets it be kept is over.",
    ),
    DisclosureCode.RESTRICTED: (
        "Pemrosesan data ini dibatasi atas permintaan subjek data (UU PDP pasal 41).",
        "Processing of these data is restricted at the subject's request (UU PDP article 41).",
    ),
    DisclosureCode.BASIS_MISSING: (
        "Tidak ada dasar pemrosesan untuk kategori data ini (UU PDP pasal 20).",
        "No lawful basis is named for this category of data (UU PDP article 20).",
    ),
    DisclosureCode.BASIS_EXPIRED: (
        "Dasar pemrosesannya sudah lewat waktu.",
        "The lawful basis has run out.",
    ),
    DisclosureCode.CONSENT_WITHDRAWN: (
        "Persetujuan yang menjadi dasarnya sudah ditarik (UU PDP pasal 40).",
        "The consent it rested on was withdrawn (UU PDP article 40).",
    ),
    DisclosureCode.GUARDIAN_CONFLICT: (
        "Pemberi persetujuan menjadi terlapor, sehingga persetujuannya tidak berlaku.",
        "Whoever gave the consent is the reported person, so that it does not count.",
    ),
    DisclosureCode.ONWARD_CLOSED: (
        "Bagian ini diteruskan, dan salah satu mata rantainya tidak lagi mengizinkannya.",
        "It was passed on, and one link of the chain does not allow that any more.",
    ),
    DisclosureCode.DESTROYED: (
        "Isinya sudah dimusnahkan (UU PDP pasal 43 dan 44).",
        "Its content was destroyed (UU PDP articles 43 and 44).",
    ),
    DisclosureCode.DAMAGED: (
        "Isinya tidak dapat dibuka: berubah di luar sistem atau kuncinya hilang. Hubungi"
        " pengelola.",
        "It does not open: it was changed from outside, or its key is missing. Tell the operator.",
    ),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a reader sees what a section says, or does not, and by what."""

    open: bool
    code: DisclosureCode
    mou_id: UUID | None = None
    version_number: int | None = None
    clause: int | None = None
    basis_id: UUID | None = None
    emergency_id: UUID | None = None
    scope: str | None = None
    status: HandoffStatus | None = None
    kept_until: datetime | None = None

    def sentence(self, language: Language) -> str:
        """It said in words."""
        said = SENTENCES[self.code][0 if language == "id" else 1]
        return said.format(clause=self.clause, version=self.version_number, scope=self.scope)


NOT_SHARED = Verdict(False, DisclosureCode.NOT_SHARED)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an organisation sees, or does not see, what one side has written of a category."""

    author_id: UUID
    sections: int
    """0: there is none, and this is how it would be."""
    disclosure: Verdict


@dataclass(frozen=True, slots=True)
class ViewedSection:
    """A section as another organisation gets it, beside the same one as the caller does."""

    theirs: SectionNow
    mine: SectionNow | None
    disclosure: Verdict

    @property
    def global_id(self) -> str:
        return self.theirs.global_id

    @property
    def category(self) -> DataCategory:
        return self.theirs.category

    @property
    def author_id(self) -> UUID:
        return self.theirs.author_id


@dataclass(frozen=True, slots=True)
class HandoffView:
    """A handoff as another organisation sees it."""

    organisation_id: UUID
    visible: bool
    timeline: bool
    sections: list[ViewedSection]


async def verdicts(tx: AsyncSession, sections: Sequence[UUID]) -> dict[UUID, Verdict]:
    """The verdict on each section the caller may know of, in one statement."""
    rows = await tx.execute(_VERDICTS, {"ids": list(sections)})
    return {row.section: _verdict(row) for row in rows}


async def explain(
    tx: AsyncSession, caller: Caller, handoff: Ref, category: DataCategory, organisation: Ref
) -> list[Explanation]:
    """Why the organisation sees that category of the handoff, or why not, author by author.

    What the other side of that organisation writes is always answered for, also when there is no
    such section yet.
    """
    case, theirs = await _asked(tx, caller, handoff, organisation)
    told = _told(caller, case, theirs).where(HandoffSection.category == category)
    sections = (await tx.execute(told)).all()
    writer = case.receiver_id if theirs == case.sender_id else case.sender_id
    await _become(tx, caller, case, theirs)
    judged = await verdicts(tx, [section.id for section in sections])
    counted: dict[tuple[UUID, Verdict], int] = {}
    for section in sections:
        key = section.author_id, judged.get(section.id, NOT_SHARED)
        counted[key] = counted.get(key, 0) + 1
    found = [Explanation(author, number, why) for (author, why), number in counted.items()]
    if all(answer.author_id != writer for answer in found):
        found.append(Explanation(writer, 0, await _if_there_were(tx, case, writer, category)))
    return found


async def view_as(tx: AsyncSession, caller: Caller, handoff: Ref, organisation: Ref) -> HandoffView:
    """The handoff as another organisation sees it, by the policies that decide for it.

    The transaction ends as that organisation: nothing else can be done in it.
    """
    case, theirs = await _asked(tx, caller, handoff, organisation)
    told = [row.id for row in await tx.execute(_told(caller, case, theirs))]
    shown = select(SectionNow).where(SectionNow.handoff_id == case.id).order_by(SectionNow.id)
    mine = {row.id: row for row in await tx.scalars(shown)}
    tx.expunge_all()  # the same rows are read again, as they are for somebody else
    await _become(tx, caller, case, theirs)
    visible = await tx.scalar(select(exists().where(Handoff.id == case.id)))
    timeline = await tx.scalar(select(exists().where(HandoffEvent.handoff_id == case.id)))
    rows = [row for row in await tx.scalars(shown) if row.id in told]
    judged = await verdicts(tx, [row.id for row in rows])
    return HandoffView(
        organisation_id=theirs,
        visible=bool(visible),
        timeline=bool(timeline),
        sections=[
            ViewedSection(row, mine.get(row.id), judged.get(row.id, NOT_SHARED)) for row in rows
        ],
    )


async def _asked(
    tx: AsyncSession, caller: Caller, handoff: Ref, organisation: Ref
) -> tuple[Handoff, UUID]:
    """The handoff, and about whom the caller asks.

    Whoever sends it may ask about anybody; its receiver about itself, and about the sender.
    """
    case = await found(tx, Handoff, id_of(handoff, "handoff", "handoffId"), "handoffId")
    me = caller.organisation_id
    require(me in (case.sender_id, case.receiver_id), RefusalCode.NOT_FOUND, "handoffId")
    at = "organisationId"
    theirs = (await found(tx, Organisation, id_of(organisation, "organisation", at), at)).id
    sides = (case.sender_id, case.receiver_id)
    require(me == case.sender_id or theirs in sides, RefusalCode.WRONG_SIDE, at)
    return case, theirs


def _told(caller: Caller, case: Handoff, theirs: UUID) -> Any:
    """The sections an answer is about: of the sender, a receiver learns of its own words alone."""
    sections = select(HandoffSection.id, HandoffSection.author_id).where(
        HandoffSection.handoff_id == case.id
    )
    if caller.organisation_id == case.receiver_id and theirs == case.sender_id:
        sections = sections.where(
            HandoffSection.author_id == caller.organisation_id, HandoffSection.source_id.is_(None)
        )
    return sections.order_by(HandoffSection.id)


async def _become(tx: AsyncSession, caller: Caller, case: Handoff, theirs: UUID) -> None:
    """Go on as the organisation; who asks about itself stays what its token makes it."""
    if theirs != caller.organisation_id:
        became = await tx.scalar(select(func.access.view_as(case.id, theirs)))
        require(became, RefusalCode.NOT_FOUND, "handoffId")


async def _if_there_were(
    tx: AsyncSession, case: Handoff, author: UUID, category: DataCategory
) -> Verdict:
    values = {"handoff": case.id, "author": author, "category": category}
    row = (await tx.execute(_IF_THERE_WERE, values)).one_or_none()
    return NOT_SHARED if row is None else _verdict(row)


_VERDICTS = text(
    "select s as section, v.* from unnest(:ids) s cross join lateral access.verdict(s) v"
).bindparams(bindparam("ids", type_=ARRAY(Uuid())))
_IF_THERE_WERE = text("select v.* from access.judged(:handoff, :author, :category) v")


def _verdict(row: Row[Any]) -> Verdict:
    return Verdict(
        open=row.open,
        code=DisclosureCode(row.code),
        mou_id=row.mou_id,
        version_number=row.version_number,
        clause=row.clause,
        basis_id=row.basis_id,
        emergency_id=row.emergency_id,
        scope=row.scope,
        status=HandoffStatus(row.status) if row.status else None,
        kept_until=row.kept_until,
    )
