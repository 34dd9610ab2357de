"""The one way the rules say no: a stable code, a sentence in two languages, and which field."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Literal

Language = Literal["id", "en"]


class RefusalCode(StrEnum):
    """Why a request was refused. Codes never change their meaning; new ones may be added."""

    BAD_INPUT = "BAD_INPUT"
    NOT_FOUND = "NOT_FOUND"
    TOO_LONG = "TOO_LONG"
    TOO_MANY = "TOO_MANY"
    REASON_REQUIRED = "REASON_REQUIRED"
    DATES_INVERTED = "DATES_INVERTED"
    DUPLICATE = "DUPLICATE"
    UNKNOWN_CODE = "UNKNOWN_CODE"
    WRONG_STATE = "WRONG_STATE"
    WRONG_SIDE = "WRONG_SIDE"
    NOT_A_PARTY = "NOT_A_PARTY"
    KPAI_ONLY = "KPAI_ONLY"
    SELF_ADDRESSED = "SELF_ADDRESSED"
    ORGANISATION_DISSOLVED = "ORGANISATION_DISSOLVED"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"
    NOT_COVERED = "NOT_COVERED"
    CUSTODY_MOVED = "CUSTODY_MOVED"
    CANCELLATION_MUST_BE_ASKED = "CANCELLATION_MUST_BE_ASKED"
    PARENT_REQUIRED = "PARENT_REQUIRED"
    EXCEEDS_PARENT = "EXCEEDS_PARENT"
    CLAUSES_CONTRADICT = "CLAUSES_CONTRADICT"
    OPEN_VERSION_EXISTS = "OPEN_VERSION_EXISTS"
    CONTENT_CHANGED = "CONTENT_CHANGED"
    NOT_APPROVED = "NOT_APPROVED"
    ALREADY_SIGNED = "ALREADY_SIGNED"
    DELEGATION_LETTER_REQUIRED = "DELEGATION_LETTER_REQUIRED"
    NOTICE_TOO_SHORT = "NOTICE_TOO_SHORT"
    KEY_REUSED = "KEY_REUSED"
    CHANGED_MEANWHILE = "CHANGED_MEANWHILE"
    EXCEEDS_GRANT = "EXCEEDS_GRANT"
    REDIRECT_URI_REFUSED = "REDIRECT_URI_REFUSED"
    KEY_REFUSED = "KEY_REFUSED"
    LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"
    SIGNATURE_REFUSED = "SIGNATURE_REFUSED"
    BASIS_REQUIRED = "BASIS_REQUIRED"
    EVIDENCE_REQUIRED = "EVIDENCE_REQUIRED"
    GUARDIAN_CONFLICT = "GUARDIAN_CONFLICT"
    NOT_A_CONSENT = "NOT_A_CONSENT"
    EXCEEDS_BASIS = "EXCEEDS_BASIS"
    EMERGENCY_EXCLUDED = "EMERGENCY_EXCLUDED"
    NOTHING_TO_OPEN = "NOTHING_TO_OPEN"
    ONWARD_NOT_ALLOWED = "ONWARD_NOT_ALLOWED"
    NOT_THE_CUSTODIAN = "NOT_THE_CUSTODIAN"
    LEGAL_HOLD = "LEGAL_HOLD"
    PERIODS_OVERLAP = "PERIODS_OVERLAP"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    NOT_ASKED = "NOT_ASKED"
    ANSWER_REQUIRED = "ANSWER_REQUIRED"
    VERSION_NOT_PUBLISHED = "VERSION_NOT_PUBLISHED"
    ALREADY_MEASURED = "ALREADY_MEASURED"

    @property
    def denial(self) -> bool:
        """Whether it refuses a right, and not a mistake: those stand in the access ledger."""
        return self in _DENIALS

    def message(self, language: Language, most: int | None = None) -> str:
        indonesian, english = SENTENCES[self]
        if most is not None:
            indonesian, english = (
                f"{indonesian} Paling banyak {most}.",
                f"{english} At most {most}.",
            )
        return indonesian if language == "id" else english


_DENIALS = frozenset(
    {
        RefusalCode.NOT_FOUND,
        RefusalCode.WRONG_SIDE,
        RefusalCode.KPAI_ONLY,
        RefusalCode.AGREEMENT_NOT_IN_FORCE,
        RefusalCode.NOT_COVERED,
        RefusalCode.CUSTODY_MOVED,
        RefusalCode.EMERGENCY_EXCLUDED,
        RefusalCode.ONWARD_NOT_ALLOWED,
        RefusalCode.NOT_THE_CUSTODIAN,
    }
)

SENTENCES: dict[RefusalCode, tuple[str, str]] = {
    RefusalCode.BAD_INPUT: ("Isian tidak sah.", "The input is not valid."),
    RefusalCode.NOT_FOUND: (
        "Tidak ditemukan, atau tidak dibagikan kepada lembaga Anda.",
        "Not found, or not shared with your organisation.",
    ),
    RefusalCode.TOO_LONG: ("Isian terlalu panjang.", "The text is too long."),
    RefusalCode.TOO_MANY: ("Terlalu banyak butir.", "There are too many items."),
    RefusalCode.REASON_REQUIRED: ("Alasan wajib diisi.", "A reason is required."),
    RefusalCode.DATES_INVERTED: (
        "Tanggal akhir mendahului tanggal awal.",
        "The end lies before the beginning.",
    ),
    RefusalCode.DUPLICATE: ("Butir ini disebut dua kali.", "This item is named twice."),
    RefusalCode.UNKNOWN_CODE: (
        "Kode tidak ada dalam daftar yang berlaku hari ini.",
        "The code is not in the vocabulary that holds today.",
    ),
    RefusalCode.WRONG_STATE: (
        "Langkah ini tidak dapat dilakukan dari keadaan sekarang.",
        "This step is not possible from the present state.",
    ),
    RefusalCode.WRONG_SIDE: (
        "Langkah ini milik pihak lain.",
        "This step belongs to the other side.",
    ),
    RefusalCode.NOT_A_PARTY: (
        "Lembaga ini bukan pihak atau peserta di dalamnya.",
        "This organisation is not a party to it, and takes no part in it.",
    ),
    RefusalCode.KPAI_ONLY: ("Hanya KPAI yang dapat melakukannya.", "Only KPAI may do this."),
    RefusalCode.SELF_ADDRESSED: (
        "Ini lembaga Anda sendiri; sebutkan lembaga lain.",
        "This is your own organisation; name another.",
    ),
    RefusalCode.ORGANISATION_DISSOLVED: (
        "Lembaga ini sudah dibubarkan.",
        "This organisation has been dissolved.",
    ),
    RefusalCode.AGREEMENT_NOT_IN_FORCE: (
        "Kerja sama ini tidak sedang berlaku.",
        "The agreement is not in force.",
    ),
    RefusalCode.NOT_COVERED: (
        "Tidak ada pasal berlaku yang mengizinkan kategori data ini dibagikan.",
        "No clause in force lets this category of data be shared.",
    ),
    RefusalCode.CUSTODY_MOVED: (
        "Kasus sudah dilimpahkan; penanggung jawabnya kini penerima.",
        "The case has been transferred; the receiver is now responsible for it.",
    ),
    RefusalCode.CANCELLATION_MUST_BE_ASKED: (
        "Pekerjaan sudah dimulai; mintalah pembatalan kepada penerima.",
        "Work has begun; ask the receiver to cancel.",
    ),
    RefusalCode.PARENT_REQUIRED: (
        "Jenis kerja sama ini harus berada di bawah kerja sama lain.",
        "An agreement of this kind must stand under another.",
    ),
    RefusalCode.EXCEEDS_PARENT: (
        "Ini melampaui kerja sama atau program yang menaunginya.",
        "It exceeds the agreement or programme that it stands under.",
    ),
    RefusalCode.CLAUSES_CONTRADICT: (
        "Dua pasal mengatur data yang sama secara berbeda.",
        "Two clauses rule differently on the same data.",
    ),
    RefusalCode.OPEN_VERSION_EXISTS: (
        "Masih ada rancangan versi yang belum selesai.",
        "There is an unfinished version already.",
    ),
    RefusalCode.CONTENT_CHANGED: (
        "Isi sudah berubah sejak Anda membacanya.",
        "The content has changed since you read it.",
    ),
    RefusalCode.NOT_APPROVED: (
        "Belum semua pihak menyetujui isi ini.",
        "Not every party has approved this content yet.",
    ),
    RefusalCode.ALREADY_SIGNED: (
        "Lembaga Anda sudah menandatangani.",
        "Your organisation has already signed.",
    ),
    RefusalCode.DELEGATION_LETTER_REQUIRED: (
        "Penanda tangan bukan pimpinan: cantumkan surat kuasa atau pendelegasian.",
        "The signatory is not the head: a letter of delegation is required.",
    ),
    RefusalCode.NOTICE_TOO_SHORT: (
        "Tanggal pengakhiran lebih awal daripada masa pemberitahuan.",
        "Termination would come before the notice period has passed.",
    ),
    RefusalCode.KEY_REUSED: (
        "Kunci idempotensi ini sudah dipakai untuk permintaan lain.",
        "This idempotency key was used for a different request.",
    ),
    RefusalCode.CHANGED_MEANWHILE: (
        "Keadaan berubah sementara itu; baca ulang lalu coba lagi.",
        "Things changed meanwhile; read again and retry.",
    ),
    RefusalCode.EXCEEDS_GRANT: (
        "Izin (scope) ini tidak diberikan KPAI kepada lembaga tersebut.",
        "KPAI has not granted the organisation this scope.",
    ),
    RefusalCode.REDIRECT_URI_REFUSED: (
        "Alamat pengalihan harus lengkap dan diawali https:// (http hanya untuk aplikasi publik di"
        " komputer penggunanya), tanpa fragmen, nama pengguna, wildcard, atau huruf besar pada"
        " nama host.",
        "A redirect address must be whole and begin with https:// (http only for a public client on"
        " its user's machine), without fragment, user name, wildcard or capitals in the host.",
    ),
    RefusalCode.KEY_REFUSED: (
        "Kunci harus kunci publik untuk tanda tangan: P-256, P-384, Ed25519, atau RSA mulai 2048"
        " bit.",
        "A key must be a public one for signatures: P-256, P-384, Ed25519, or RSA from 2048 bits.",
    ),
    RefusalCode.LAST_ADMINISTRATOR: (
        "Lembaga Anda tidak akan punya administrator lagi.",
        "Your organisation would have no administrator left.",
    ),
    RefusalCode.SIGNATURE_REFUSED: (
        "Tanda tangan tidak sah: harus atas dokumen ini, dengan kunci yang disebut di dalamnya.",
        "The signature is not good: it must be over this very document, by the key it names.",
    ),
    RefusalCode.BASIS_REQUIRED: (
        "Belum ada dasar pemrosesan yang berlaku untuk kategori data ini (UU PDP pasal 20).",
        "No lawful basis that holds is named for this category of data (UU PDP article 20).",
    ),
    RefusalCode.EVIDENCE_REQUIRED: (
        "Bukti belum lengkap.",
        "The evidence is not complete.",
    ),
    RefusalCode.EMERGENCY_EXCLUDED: (
        "Kerja sama mengecualikan kategori data ini dari akses darurat.",
        "The agreement excludes this category of data from emergencies.",
    ),
    RefusalCode.NOTHING_TO_OPEN: (
        "Tidak ada bagian yang masih tertutup bagi lembaga Anda dan boleh dibuka dengan token ini.",
        "There is no section that is closed to your organisation and that this token may open.",
    ),
    RefusalCode.ONWARD_NOT_ALLOWED: (
        "Pasal yang menjadi dasar penerimaan bagian ini, atau pasal yang baru, tidak mengizinkannya"
        " diteruskan.",
        "The clause under which this section was received, or the new one, does not let it be"
        " passed on.",
    ),
    RefusalCode.NOT_THE_CUSTODIAN: (
        "Hanya penanggung jawab kasus yang dapat melimpahkannya.",
        "Only whoever is responsible for a case can transfer it.",
    ),
    RefusalCode.EXCEEDS_BASIS: (
        "Dasar sebelumnya tidak mencakup kategori atau tujuan ini, atau milik kasus lain.",
        "The earlier basis does not cover these categories or purposes, or is of another case.",
    ),
    RefusalCode.NOT_A_CONSENT: (
        "Hanya persetujuan yang dapat ditarik; terhadap dasar lain, subjek data dapat meminta"
        " pembatasan (UU PDP pasal 40 dan 41).",
        "Only a consent can be withdrawn; against another basis the data subject may ask for"
        " restriction (UU PDP articles 40, 41).",
    ),
    RefusalCode.GUARDIAN_CONFLICT: (
        "Persetujuan orang tua atau wali yang menjadi terlapor tidak berlaku; gunakan dasar lain:"
        " kewajiban hukum, kepentingan vital, atau tugas publik (UU PDP pasal 20 dan 25).",
        "Consent by a parent or guardian who is the reported person does not count; name another"
        " basis: a legal obligation, a vital interest or a public task (UU PDP articles 20, 25).",
    ),
    RefusalCode.LEGAL_HOLD: (
        "Isinya terikat perkara hukum dan tidak dimusnahkan selama penundaan pemusnahan berlaku"
        " (UU PDP pasal 43 dan 44).",
        "It is tied to a legal case, and not destroyed while the legal hold stands (UU PDP articles"
        " 43 and 44).",
    ),
    RefusalCode.PERIODS_OVERLAP: (
        "Masanya bertumpang tindih dengan yang sudah ada untuk hal yang sama.",
        "Its period overlaps with another one for the same.",
    ),
    RefusalCode.OUT_OF_RANGE: (
        "Nilainya di luar batas yang ditetapkan.",
        "The value lies outside what its definition allows.",
    ),
    RefusalCode.NOT_ASKED: (
        "Menurut jawaban lainnya, pertanyaan ini tidak diajukan.",
        "By the other answers, this question is not asked.",
    ),
    RefusalCode.ANSWER_REQUIRED: ("Pertanyaan ini wajib dijawab.", "An answer is required here."),
    RefusalCode.VERSION_NOT_PUBLISHED: (
        "Versi instrumen ini masih rancangan atau sudah tidak digunakan lagi.",
        "This version of the instrument is a draft still, or retired.",
    ),
    RefusalCode.ALREADY_MEASURED: (
        "Indikator ini sudah diukur: satuan dan definisinya tetap; buatlah versi baru.",
        "This indicator has been measured: its unit and definition stay; make a new version.",
    ),
}


class Refusal(Exception):
    """Raised by the rules; the transaction rolls back, then it becomes `Refused` or an error."""

    def __init__(
        self,
        code: RefusalCode,
        field: str | None = None,
        *,
        most: int | None = None,
        after: "Sequence[Refusal]" = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.most = most
        """The limit that was passed, for people to read."""
        self.after = after
        """What else is wrong, in order, where an input is checked as a whole."""

    def message(self, language: Language) -> str:
        return self.code.message(language, self.most)


def refuse_all(problems: Sequence[Refusal]) -> None:
    """Refuse when there are problems: as the first of them, with all the others named."""
    if problems:
        first, *others = problems
        raise Refusal(first.code, first.field, most=first.most, after=others)


def require(
    condition: object, code: RefusalCode, field: str | None = None, *, most: int | None = None
) -> None:
    """Refuse unless the condition holds."""
    if not condition:
        raise Refusal(code, field, most=most)
