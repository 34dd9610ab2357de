"""A report as people read it: Markdown from the frozen document, in Indonesian or English.

What organisations wrote is text, never markup: a report can't be made to say something else by it.
"""

import re
from collections.abc import Iterator

from domain.receipt_document import Document
from domain.refusal import Language

_MARKS = re.compile(r"([\\`*_\[\]<>&|~#])")
_BULLET = re.compile(r"^(\s*)([-+=])", re.MULTILINE)
_NUMBER = re.compile(r"^(\s*\d+)([.)])(?=\s)", re.MULTILINE)

WORDS: dict[str, tuple[str, str]] = {
    "author": ("Penyusun", "Author"),
    "activities": ("Kegiatan", "Activities"),
    "visits": ("Kunjungan", "Visits"),
    "findings": ("Temuan", "Findings"),
    "clarifications": ("Permintaan klarifikasi", "Requests for clarification"),
    "recommendations": ("Rekomendasi", "Recommendations"),
    "lead": ("penyelenggara", "led by"),
    "by": ("Ditemukan oleh", "Found by"),
    "severity": ("Tingkat keparahan", "Severity"),
    "sector": ("Bidang", "Sector"),
    "concerns": ("Mengenai", "Concerns"),
    "region": ("Wilayah", "Region"),
    "legal_basis": ("Ketentuan yang dilanggar", "Article breached"),
    "evidence": ("Bukti", "Evidence"),
    "from": ("Dari", "From"),
    "to": ("Kepada", "To"),
    "due_on": ("Batas waktu", "Due"),
    "status": ("Keadaan", "Status"),
    "verdict": ("Penilaian", "Assessment"),
    "answer": ("Jawaban", "Answer"),
    "unanswered": ("Belum dijawab.", "Not answered yet."),
    "response": ("Tanggapan", "Response"),
    "planned_on": ("Rencana selesai", "Planned until"),
    "follow_up": ("Tindak lanjut", "Follow-up"),
    "LOW": ("rendah", "low"),
    "MEDIUM": ("sedang", "medium"),
    "HIGH": ("tinggi", "high"),
    "CRITICAL": ("kritis", "critical"),
    "EDUCATION": ("pendidikan", "education"),
    "HEALTH": ("kesehatan", "health"),
    "SOCIAL_SERVICES": ("layanan sosial", "social services"),
    "VICTIM_SERVICES": ("layanan bagi korban", "services to victims"),
    "LAW_ENFORCEMENT": ("penegakan hukum", "law enforcement"),
    "JUSTICE": ("peradilan", "justice"),
    "LOCAL_GOVERNMENT": ("pemerintah daerah", "local government"),
    "NATIONAL_GOVERNMENT": ("pemerintah pusat", "national government"),
    "COMMUNITY": ("masyarakat", "community"),
    "DIGITAL": ("ranah digital", "digital space"),
    "SENT": ("menunggu jawaban", "awaiting answers"),
    "ANSWERED": ("sudah dijawab", "answered"),
    "ASSESSED": ("sudah dinilai", "assessed"),
    "SATISFACTORY": ("memadai", "satisfactory"),
    "PARTLY": ("sebagian", "partly"),
    "INSUFFICIENT": ("belum memadai", "insufficient"),
    "ISSUED": ("menunggu tanggapan", "awaiting response"),
    "RESPONDED": ("sudah ditanggapi", "responded to"),
    "IN_PROGRESS": ("dalam tindak lanjut", "being followed up"),
    "VERIFIED": ("selesai, sudah diverifikasi", "closed, verified"),
    "ACCEPTED": ("diterima", "accepted"),
    "REJECTED": ("ditolak", "rejected"),
    "NOT_YET": ("belum memenuhi", "not yet"),
}

_CODED = ("status", "verdict", "response")


def plain(text: str) -> str:
    """What somebody wrote, so that Markdown shows it as it is."""
    shown = _BULLET.sub(r"\1\\\2", _MARKS.sub(r"\\\1", text))
    return _NUMBER.sub(r"\1\\\2", shown)


def page(report: Document, language: Language) -> str:
    """The whole report."""
    lines = "\n".join(_Page(language).lines(report))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


class _Page:
    def __init__(self, language: Language) -> None:
        self.tongue = 0 if language == "id" else 1

    def said(self, code: str) -> str:
        return WORDS[code][self.tongue]

    def lines(self, report: Document) -> Iterator[str]:
        yield f"# {plain(report['title'])}\n"
        yield f"{self.said('author')}: {plain(report['author'])}\n"
        yield f"{plain(report['summary'])}\n"
        yield from self.heading("activities", report)
        for row in report["activities"]:
            lead = f"{self.said('lead')} {plain(row['lead'])}"
            yield f"- {plain(row['title'])} ({row['starts_on']}, {lead})"
        yield from self.heading("visits", report)
        for row in report["visits"]:
            yield f"- {', '.join(self.given(row, 'visited', 'region', 'held_on'))}"
        yield from self.heading("findings", report)
        for number, row in enumerate(report["findings"], 1):
            yield f"### {number}. {self.said(row['severity'])}, {self.said(row['sector'])}\n"
            yield f"{plain(row['statement'])}\n"
            yield from self.facts(row, "by", "concerns", "region", "legal_basis")
            yield from self.evidence(row)
        yield from self.heading("clarifications", report)
        for number, row in enumerate(report["clarifications"], 1):
            yield f"### {number}. {plain(row['subject'])}\n"
            yield from self.facts(row, "from", "to", "due_on", "status", "verdict")
            yield from self.note(row["verdict_note"])
            for place, asked in enumerate(row["questions"], 1):
                yield f"\n**{place}.** {plain(asked['question'])}\n"
                yield f"{plain(asked['answer'] or '') or self.said('unanswered')}\n"
                yield from self.facts(asked, "verdict")
                yield from self.note(asked["note"])
                yield from self.evidence(asked)
        yield from self.heading("recommendations", report)
        for number, row in enumerate(report["recommendations"], 1):
            yield f"### {number}. {self.said(row['status'])}\n"
            yield f"{plain(row['text'])}\n"
            yield from self.facts(row, "from", "to", "due_on", "response", "planned_on")
            yield from self.note(row["response_note"])
            for done in row["follow_ups"]:
                yield f"\n{self.said('follow_up')} {done['reported_on']}: {plain(done['text'])}\n"
                yield from self.facts(done, "verdict")
                yield from self.note(done["verdict_reason"])
                yield from self.evidence(done)

    def heading(self, kind: str, report: Document) -> Iterator[str]:
        if report[kind]:
            yield f"\n## {self.said(kind)}\n"

    def given(self, row: Document, *names: str) -> list[str]:
        return [plain(row[name]) for name in names if row[name]]

    def facts(self, row: Document, *names: str) -> Iterator[str]:
        for name in names:
            if row[name]:
                value = self.said(row[name]) if name in _CODED else plain(row[name])
                yield f"- {self.said(name)}: {value}"

    def note(self, text: str | None) -> Iterator[str]:
        if text:
            yield f"\n{plain(text)}\n"

    def evidence(self, row: Document) -> Iterator[str]:
        for one in row["evidence"]:
            url = one["url"].replace("<", "%3C").replace(">", "%3E")
            yield f"- {self.said('evidence')}: [{plain(one['title'])}](<{url}>)"
