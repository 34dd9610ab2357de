"""Activities are worked on together: somebody helps to organise, one looks on, things are said,
decided and filed.
"""

import hashlib

from api.seed.cast import Cast
from db.enums import ParticipantRole
from db.ids import encode
from db.meeting import DocumentKind
from db.reference import Reference
from domain import invitation, meeting
from domain.checks import Ref

OVERSIGHT = "Pengawasan layanan UPTD PPA dan unit PPA di Kota Bandung"
REVIEW = "Evaluasi semester layanan terpadu Kota Bandung"


async def play(cast: Cast) -> None:
    await _oversee(cast)
    await _review(cast)


async def _oversee(cast: Cast) -> None:
    """KPAI visits with the regional commission; what was decided first is decided otherwise."""
    activity = cast.activities[OVERSIGHT]
    async with cast.acting("kpai") as (tx, caller):
        helper = ParticipantRole.CO_ORGANISER
        await invitation.change_role(tx, caller, activity, cast.ref("kpad-jabar"), helper)
        terms = await meeting.add_document(
            tx,
            caller,
            activity,
            meeting.DocumentDraft(
                DocumentKind.TERMS_OF_REFERENCE,
                "Kerangka acuan pengawasan layanan Kota Bandung",
                [_file("Rancangan kerangka acuan")],
            ),
        )
        first = await meeting.decide(
            tx,
            caller,
            activity,
            meeting.DecisionDraft("Kunjungan dilakukan serentak dalam satu hari.", cast.day(-5)),
        )
    async with cast.acting("uptd-bandung") as (tx, caller):
        await meeting.comment(
            tx, caller, activity,
            "Satu hari tidak cukup: ruang konseling kami dipakai untuk sidang daring pagi hari.",
        )  # fmt: skip
    async with cast.acting("kpad-jabar") as (tx, caller):
        await meeting.decide(
            tx,
            caller,
            activity,
            meeting.DecisionDraft(
                "Kunjungan dibagi dua hari: UPTD PPA lebih dahulu, unit PPA keesokan harinya.",
                cast.day(-3),
                Ref(encode("decision", first.id)),
            ),
        )
        files = [_file("Kerangka acuan, dua hari kunjungan")]
        document = Ref(encode("document", terms.id))
        await meeting.add_version(tx, caller, document, files, "Jadwal dua hari.")
    async with cast.acting("polres-bandung") as (tx, caller):
        await meeting.comment(tx, caller, activity, "Daftar petugas terlatih kami susulkan besok.")


async def _review(cast: Cast) -> None:
    """The prosecutor only looks on, and may speak."""
    activity = cast.activities[REVIEW]
    async with cast.acting("dinas-bandung") as (tx, caller):
        await invitation.change_role(
            tx, caller, activity, cast.ref("kejari-bandung"), ParticipantRole.OBSERVER
        )
        given = meeting.DocumentDraft(
            DocumentKind.INVITATION, "Undangan evaluasi semester", [_file("Undangan")]
        )
        await meeting.add_document(tx, caller, activity, given)
    async with cast.acting("kejari-bandung") as (tx, caller):
        await invitation.respond(tx, caller, activity, True, None)
        body = "Kami hadir sebagai pengamat, dan mohon rekap biaya visum dibagikan sebelumnya."
        await meeting.comment(tx, caller, activity, body)


def _file(title: str) -> Reference:
    """A file that nobody keeps, at an address that leads nowhere."""
    digest = hashlib.sha256(title.encode()).hexdigest()
    return Reference(title, f"https://arsip.example/{digest[:12]}.pdf", digest)
