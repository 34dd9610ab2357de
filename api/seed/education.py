"""A campaign in schools: sessions, a broadcast, what was counted, and what was learnt."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.seed.cast import Cast
from api.seed.play_meetings import Held
from auth.caller import Caller
from db.education import AgeBand, Cell, Channel, Disability, Sex
from db.enums import ActivityKind, ParticipantRole
from db.ids import encode
from db.material import Audience, MaterialVersion, Topic
from db.reference import Reference
from domain import activity, education, education_figures, invitation, material
from domain.checks import Ref

LEAD = "pokja-bandung"
FIRST, LAST = -36, 20
_RUN_BY = ("smp-3", "sd-1", "uptd-bandung")


@dataclass(frozen=True)
class _Class:
    """A session at a school: so many girls and boys, and what they knew before and after."""

    run_by: str
    host: str
    title: str
    day: int
    age: AgeBand
    girls: int
    boys: int
    disabled: int
    means: tuple[str, str]


_CLASSES = (
    _Class("smp-3", "smp-3", "Berani Bicara: kelas VII", -29, AgeBand.AGE_13_15, 61, 58, 2,
           ("11.40", "16.20")),
    _Class("uptd-bandung", "smp-12", "Berani Bicara: kelas VIII", -22, AgeBand.AGE_13_15, 48, 52, 1,
           ("12.10", "15.90")),
    _Class("sd-1", "sd-1", "Tubuhku milikku: kelas IV", -15, AgeBand.AGE_10_12, 34, 31, 3,
           ("8.60", "14.70")),
)  # fmt: skip


async def play(cast: Cast) -> Held:
    """Plan the campaign, hold what is past, and leave the rest planned."""
    starts = cast.at(cast.workday(FIRST), 8)
    async with cast.acting(LEAD) as (tx, caller):
        planned = await activity.plan(
            tx,
            caller,
            activity.ActivityPlan(
                kind=ActivityKind.EDUCATION,
                title="Kampanye sekolah: tubuhku milikku, suaraku didengar",
                description="Sesi berjenjang bagi siswa dan guru, siaran radio bagi orang tua, "
                "dengan uji awal dan akhir.",
                starts_at=starts,
                ends_at=cast.at(LAST, 16),
                region_code="32.73",
                invite=[cast.ref(key) for key in _RUN_BY],
            ),
        )
        ref = cast.activities[planned.title] = Ref(encode("activity", planned.id))
        await invitation.invite(tx, caller, ref, [cast.ref("kpai")], ParticipantRole.OBSERVER)
        await activity.announce(tx, caller, ref)
        await activity.start(tx, caller, ref)
        comic = await _material(tx, caller)
    for key in (*_RUN_BY, "kpai"):
        async with cast.acting(key) as (tx, caller):
            await invitation.respond(tx, caller, ref, True, None)
    for one in _CLASSES:
        await _hold(cast, ref, comic, one)
    await _broadcast(cast, ref)
    await _still_to_come(cast, ref, comic)
    return Held(planned.id, starts - timedelta(days=21), starts)


async def _material(tx: AsyncSession, caller: Caller) -> Ref:
    """A comic, published, in two languages."""
    made = await material.add(
        tx,
        caller,
        material.NewMaterial(
            title="Komik «Tubuhku milikku»",
            topics=[Topic.BODY_SAFETY, Topic.HOW_TO_REPORT],
            audiences=[Audience.CHILDREN],
            version=material.MaterialVersionDraft(
                ["id", "su"],
                [Reference("Komik, 16 halaman", "https://materi.contoh.example/komik.pdf")],
                "Terbitan pertama, ditelaah guru BK dan psikolog.",
            ),
        ),
    )
    versions = select(MaterialVersion.id).where(MaterialVersion.material_id == made.id)
    ref = Ref(encode("materialversion", (await tx.scalars(versions)).one()))
    await material.publish(tx, caller, ref)
    return ref


async def _hold(cast: Cast, campaign: Ref, comic: Ref, one: _Class) -> None:
    starts = cast.at(cast.workday(one.day), 9)
    ends = starts + timedelta(hours=2)
    async with cast.acting(one.run_by) as (tx, caller):
        session = await education.plan(
            tx,
            caller,
            _plan(campaign, one.title, starts, ends, age_bands=[one.age],
                  host_id=cast.ref(one.host), material_version_ids=[comic]),
        )  # fmt: skip
        ref = Ref(encode("educationsession", session.id))
        await education.hold(tx, caller, ref, starts, ends, None)
        cells = [
            Cell(Audience.CHILDREN, one.girls, Sex.FEMALE, one.age, Disability.NO),
            Cell(Audience.CHILDREN, one.boys - one.disabled, Sex.MALE, one.age, Disability.NO),
            Cell(Audience.CHILDREN, one.disabled, Sex.MALE, one.age, Disability.YES),
            Cell(Audience.EDUCATORS, 4, Sex.FEMALE, AgeBand.ADULT),
        ]
        await education_figures.record(
            tx, caller, ref, education_figures.SessionFiguresDraft(cells)
        )
        tested = one.girls + one.boys - 3
        before, after = map(Decimal, one.means)
        await education_figures.record_test(
            tx,
            caller,
            ref,
            education_figures.SessionTestDraft(
                Audience.CHILDREN, Decimal(20), tested, before, tested - 2, after
            ),
        )


async def _broadcast(cast: Cast, campaign: Ref) -> None:
    """A radio talk for parents: its reach is an estimate, corrected once."""
    starts = cast.at(cast.workday(-10), 16)
    ends = starts + timedelta(hours=1)
    async with cast.acting(LEAD) as (tx, caller):
        session = await education.plan(
            tx,
            caller,
            _plan(campaign, "Gelar wicara radio: anak dan gawai", starts, ends,
                  audiences=[Audience.PARENTS, Audience.PUBLIC], channel=Channel.RADIO,
                  topics=[Topic.DIGITAL_SAFETY, Topic.PARENTING]),
        )  # fmt: skip
        ref = Ref(encode("educationsession", session.id))
        await education.hold(tx, caller, ref, starts, ends, None)
        for heard, reason in ((9_000, None), (7_400, "Laporan stasiun yang lebih baru.")):
            await education_figures.record(
                tx,
                caller,
                ref,
                education_figures.SessionFiguresDraft(
                    [Cell(Audience.PUBLIC, heard)],
                    "Rata-rata pendengar pada jam itu menurut survei stasiun.",
                    "Laporan bulanan Radio Contoh",
                    reason,
                ),
            )


async def _still_to_come(cast: Cast, campaign: Ref, comic: Ref) -> None:
    """One planned, one called off."""
    async with cast.acting("smp-3") as (tx, caller):
        starts = cast.at(cast.workday(12), 9)
        later = _plan(campaign, "Berani Bicara: kelas IX", starts, starts + timedelta(hours=2),
                      age_bands=[AgeBand.AGE_13_15], host_id=cast.ref("smp-3"),
                      material_version_ids=[comic])  # fmt: skip
        await education.plan(tx, caller, later)
    async with cast.acting("sd-1") as (tx, caller):
        starts = cast.at(cast.workday(4), 9)
        off = _plan(campaign, "Pertemuan orang tua kelas I", starts, starts + timedelta(hours=2),
                    audiences=[Audience.PARENTS], host_id=cast.ref("sd-1"))  # fmt: skip
        session = await education.plan(tx, caller, off)
        ref = Ref(encode("educationsession", session.id))
        await education.cancel(tx, caller, ref, "Bersamaan dengan pembagian rapor.")


def _plan(
    campaign: Ref,
    title: str,
    starts: datetime,
    ends: datetime,
    *,
    topics: list[Topic] | None = None,
    audiences: list[Audience] | None = None,
    channel: Channel = Channel.IN_PERSON,
    age_bands: list[AgeBand] | None = None,
    host_id: Ref | None = None,
    material_version_ids: list[Ref] | None = None,
) -> education.SessionPlan:
    return education.SessionPlan(
        activity_id=campaign,
        title=title,
        topics=topics or [Topic.BODY_SAFETY, Topic.HOW_TO_REPORT],
        audiences=audiences or [Audience.CHILDREN, Audience.EDUCATORS],
        channel=channel,
        starts_at=starts,
        ends_at=ends,
        age_bands=age_bands,
        region_code="32.73",
        host_id=host_id,
        material_version_ids=material_version_ids,
    )
