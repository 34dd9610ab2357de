"""The closed vocabularies as clients see them: English values, official terms beside them."""

from auth.client_spec import AuthMethod, GrantType
from auth.events import EventKind
from auth.grants import EndReason, GrantKind
from auth.roles import Role
from db import enums
from domain.data_request import DataRequestSide
from domain.emergency import EmergencySide
from domain.handoff_list import HandoffBox
from domain.inquiry import InquirySide
from domain.ledger.listing import LedgerKind, LedgerSide
from domain.refusal import SENTENCES, RefusalCode
from domain.user import Tongue
from schema.vocabulary import vocabulary

vocabulary(
    enums.TermKind,
    {
        "ORGANISATION_TYPE": "Types of organisation (jenis lembaga).",
        "CASE_CATEGORY": "Forms of sexual violence, UU TPKS article 4 (jenis tindak pidana).",
        "SERVICE": "Services to victims, Perpres 55/2024 (jenis layanan).",
        "RESPONSE_TIME": "How soon a handoff must be answered, by urgency (batas waktu jawaban).",
        "STATUTORY_CLOCK": "Times that the law sets, with its article (tenggat hukum).",
    },
)
vocabulary(
    enums.MouKind,
    {
        "MEMORANDUM": "Nota Kesepahaman (NK): the frame.",
        "COOPERATION_AGREEMENT": "Perjanjian Kerja Sama (PKS): the detail, under a memorandum.",
        "WORK_PLAN": "Rencana Kerja: under a cooperation agreement or a memorandum.",
    },
)
vocabulary(
    enums.Instrument,
    {
        "ORIGINAL": "The agreement as first concluded.",
        "AMENDMENT": "Adendum / perubahan atas: other content.",
        "EXTENSION": "Perpanjangan: the same content, valid longer.",
    },
)
vocabulary(
    enums.Stage,
    {
        "DRAFT": "Rancangan: seen by whoever drafts it, and by KPAI administrators.",
        "REVIEW": "Pembahasan: every party comments or approves; then every party signs.",
        "SIGNED": "Ditandatangani: every party has signed the same content hash.",
        "WITHDRAWN": "Ditarik: will not be concluded.",
    },
)
vocabulary(
    enums.MouStatus,
    {
        "DRAFT": "Rancangan.",
        "REVIEW": "Pembahasan.",
        "WITHDRAWN": "Ditarik sebelum berlaku.",
        "SIGNED": "Signed; its first day has not come (belum berlaku).",
        "ACTIVE": "In force by its own dates (berlaku); see also `inForce`.",
        "SUSPENDED": "Ditangguhkan: nothing is disclosed under it.",
        "EXPIRED": "Its last day has passed (berakhir).",
        "TERMINATED": "Ended by a party or by KPAI (diakhiri).",
    },
)
vocabulary(
    enums.DataCategory,
    {
        "IDENTITY": "Identitas anak. Needs the scope `handoff:identity` to be read.",
        "CONTACT": "Kontak dan alamat. Needs the scope `handoff:identity` to be read.",
        "FAMILY": "Keluarga dan wali. Needs the scope `handoff:identity` to be read.",
        "INCIDENT": "Kejadian.",
        "HEALTH": "Kesehatan.",
        "PSYCHOLOGICAL": "Psikologis.",
        "LEGAL": "Hukum.",
        "EDUCATION": "Pendidikan.",
        "SUSPECT": "Terlapor.",
        "EVIDENCE": "Barang bukti.",
        "SERVICE": "Layanan yang diberikan.",
        "OUTCOME": "Hasil.",
        "AGGREGATE": "Data agregat.",
    },
)
vocabulary(
    enums.Purpose,
    {
        "PROTECTION": "Pelindungan anak.",
        "SERVICE_DELIVERY": "Pemberian layanan.",
        "LAW_ENFORCEMENT": "Penegakan hukum.",
        "COORDINATION": "Koordinasi.",
        "OVERSIGHT": "Pengawasan.",
        "EVALUATION": "Pemantauan dan evaluasi.",
    },
)
vocabulary(
    enums.ChildRole,
    {
        "VICTIM": "Anak korban.",
        "WITNESS": "Anak saksi.",
        "CHILD_OFFENDER": "Anak berkonflik dengan hukum.",
    },
)
vocabulary(
    enums.HandoffKind,
    {
        "REFERRAL": "Rujukan: the sender keeps the case, the receiver gives a service.",
        "TRANSFER": "Pelimpahan: custody moves on acceptance; the sender keeps a stub.",
        "CONSULTATION": "Konsultasi: advice is asked, nothing moves.",
    },
)
vocabulary(
    enums.HandoffStatus,
    {
        "DRAFT": "Rancangan: only its sender knows of it.",
        "REQUESTED": "Dikirim.",
        "RECEIVED": "Diterima masuk: arrived, answer still due.",
        "INFO_REQUESTED": "Dikembalikan untuk dilengkapi: the next step is the sender's.",
        "ACCEPTED": "Diterima: the receiver takes it on.",
        "REJECTED": "Ditolak; content closes.",
        "IN_PROGRESS": "Sedang dikerjakan.",
        "COMPLETED": "Selesai.",
        "FAILED": "Tidak berhasil; content closes.",
        "CANCELLED": "Dibatalkan; content closes.",
        "REVOKED": "Dicabut: the sender closed the disclosure.",
    },
)
vocabulary(
    enums.Urgency,
    {
        "DARURAT": "Emergency: an answer now. See the vocabulary RESPONSE_TIME for hours.",
        "MENDESAK": "Urgent: 1x24 hours.",
        "SEGERA": "Soon: 3x24 hours.",
        "BIASA": "Ordinary.",
    },
)
_WITHHELD = {
    "SCOPE_MISSING": "The token lacks `handoff:identity`.",
    "CUSTODY_MOVED": "The case was transferred; its sender keeps a stub without content.",
    "STATE_CLOSED": "The handoff was rejected, cancelled, revoked or has failed.",
    "AGREEMENT_NOT_IN_FORCE": "The agreement, or the one above it, is not in force.",
    "NOT_COVERED": "No clause in force covers this category, purpose and role of the child.",
    "RETENTION_ENDED": "The time for which the clause lets it be kept is over (masa simpan).",
    "RESTRICTED": "Restricted at the subject's request, UU PDP article 41 (pembatasan).",
    "BASIS_MISSING": "No lawful basis is named for it, UU PDP article 20.",
    "BASIS_EXPIRED": "The lawful basis has run out.",
    "CONSENT_WITHDRAWN": "The consent was withdrawn, UU PDP article 40 (persetujuan ditarik).",
    "GUARDIAN_CONFLICT": "Whoever consented is the reported person (terlapor).",
    "ONWARD_CLOSED": "It was passed on, and a link of the chain does not allow it any more.",
    "DESTROYED": "Its content was destroyed, UU PDP articles 43 and 44 (dimusnahkan).",
    "DAMAGED": "It does not open: changed from outside, or its key is missing.",
}
vocabulary(enums.WithheldCode, _WITHHELD)
vocabulary(
    enums.DisclosureCode,
    {
        "OWN_WORDS": "Whoever reads it wrote it.",
        "CLAUSE": "A clause of the agreement in force opens it, on a lawful basis.",
        "PASSED_ON": "It was passed on, and every link of the chain allows that today.",
        "EMERGENCY": "An emergency (akses darurat) opens it, for a time.",
        "NOT_SHARED": "The handoff is not shared with that organisation, or not yet.",
    }
    | _WITHHELD,
)
vocabulary(
    enums.BasisKind,
    {
        "CONSENT": "Persetujuan: of the child's parent or guardian, unless that is the suspect.",
        "CONTRACT": "Pemenuhan kewajiban perjanjian.",
        "LEGAL_OBLIGATION": "Kewajiban hukum pengendali.",
        "VITAL_INTEREST": "Pelindungan kepentingan vital.",
        "PUBLIC_TASK": "Kepentingan umum, pelayanan publik, atau kewenangan pengendali.",
        "LEGITIMATE_INTEREST": "Kepentingan yang sah lainnya.",
    },
)
vocabulary(
    enums.BasisState,
    {
        "HOLDS": "Berlaku.",
        "CONSENT_WITHDRAWN": "The consent was withdrawn, UU PDP article 40 (persetujuan ditarik).",
        "GUARDIAN_CONFLICT": "Whoever consented is the reported person (terlapor).",
        "BASIS_EXPIRED": "Its last day has passed (lewat waktu).",
        "BASIS_MISSING": "What it rests on does not name the category.",
    },
)
vocabulary(
    enums.NoticeCause,
    {
        "WITHDRAWN": "The consent was withdrawn, UU PDP article 40 (persetujuan ditarik).",
        "GUARDIAN_CONFLICT": "Whoever consented was named as the reported person (terlapor).",
    },
)
vocabulary(
    enums.Relation,
    {
        "CHILD": "Anak itu sendiri.",
        "FATHER": "Ayah.",
        "MOTHER": "Ibu.",
        "STEP_PARENT": "Orang tua tiri.",
        "FOSTER_PARENT": "Orang tua asuh atau angkat.",
        "GUARDIAN": "Wali.",
        "SIBLING": "Saudara kandung.",
        "RELATIVE": "Kerabat.",
        "OTHER": "Lainnya.",
    },
)
vocabulary(
    enums.ClockRule,
    {
        "ANSWER": "The receiver accepts or rejects (jawaban), by the urgency of the handoff.",
        "REPORT_TO_POLICE": "Laporan ke kepolisian, 3x24 jam: UU TPKS article 41.",
        "WITHDRAWAL_ACKNOWLEDGEMENT": "A receiver confirms that it stopped, 3x24 h: UU PDP 40.",
        "DATA_REQUEST": "A request in the child's name is answered, 3x24 h: UU PDP 30 and 41.",
        "EMERGENCY_REVIEW": "An emergency (akses darurat) is reviewed by the owner of the data.",
    },
)
vocabulary(
    enums.DataRequestKind,
    {
        "RECTIFICATION": "Pembetulan: something is wrong or missing (UU PDP article 30).",
        "RESTRICTION": "Pembatasan: the other side shall not use it any more (UU PDP article 41).",
        "ERASURE": "Penghapusan: the content shall be destroyed (UU PDP article 43).",
    },
)
vocabulary(
    enums.DataRequestStatus,
    {
        "OPEN": "Menunggu jawaban.",
        "GRANTED": "Dikabulkan, and in effect.",
        "REFUSED": "Ditolak, with a reason.",
        "LIFTED": "A restriction that was granted and has ended (dicabut).",
    },
)
vocabulary(
    DataRequestSide,
    {
        "ASKED_OF_US": "Your organisation answers.",
        "ASKED_OF_OTHERS": "Another one answers.",
    },
)
vocabulary(
    enums.Destruction,
    {
        "RETENTION": "The time of keeping was over (masa simpan habis, UU PDP article 44).",
        "ERASURE": "It was asked for in the child's name (penghapusan, UU PDP article 43).",
    },
)
vocabulary(
    enums.InquiryKind,
    {
        "HANDOFF": "Asks that a case be handed over (permintaan).",
        "CAPACITY": "Asks whether there is room, before anything is shown (ketersediaan).",
    },
)
vocabulary(
    enums.InquiryStatus,
    {
        "OPEN": "Menunggu jawaban.",
        "AGREED": "Dijawab ya; a handoff may follow that names this inquiry.",
        "DECLINED": "Dijawab tidak.",
        "WITHDRAWN": "Ditarik oleh penanya.",
    },
)
vocabulary(
    enums.ReceiptKind,
    {
        "HANDOFF_ACCEPTED": "Berita acara serah terima: a handoff was accepted.",
        "AGREEMENT_SIGNED": "Berita acara penandatanganan: every party signed an agreement.",
    },
)
vocabulary(
    enums.ActivityKind,
    {
        "ADVOCACY": "Advokasi kebijakan.",
        "OVERSIGHT": "Pengawasan.",
        "EDUCATION": "Edukasi dan sosialisasi.",
        "MONITORING_EVALUATION": "Pemantauan dan evaluasi (monev).",
        "CAPACITY_BUILDING": "Peningkatan kapasitas.",
        "CASE_CONFERENCE": "Konferensi kasus.",
    },
)
vocabulary(
    enums.ActivityStatus,
    {
        "DRAFT": "Rancangan: only its lead knows of it.",
        "PLANNED": "Diumumkan: those invited see it and answer.",
        "IN_PROGRESS": "Berlangsung.",
        "COMPLETED": "Selesai.",
        "CANCELLED": "Dibatalkan.",
    },
)
vocabulary(
    enums.ParticipantStatus,
    {
        "INVITED": "Diundang.",
        "ACCEPTED": "Bersedia.",
        "DECLINED": "Berhalangan.",
        "LEFT": "Mengundurkan diri: it took part, and sees nothing of what came after.",
    },
)
vocabulary(
    enums.ParticipantRole,
    {
        "CO_ORGANISER": "Penyelenggara bersama: does what the lead does, except to announce,"
        " complete or call off, to invite co-organisers, to change parts and to hand over.",
        "CONTRIBUTOR": "Peserta: does tasks, comments, and adds documents and what it found.",
        "OBSERVER": "Pengamat: sees what is decided and made known, and may comment.",
    },
)
vocabulary(
    enums.ActivityPart,
    {
        "LEAD": "Penyelenggara: leads the activity.",
        "CO_ORGANISER": "Penyelenggara bersama.",
        "CONTRIBUTOR": "Peserta.",
        "OBSERVER": "Pengamat.",
    },
)
vocabulary(
    enums.TaskStatus, {"OPEN": "Belum selesai.", "DONE": "Selesai.", "DROPPED": "Tidak jadi."}
)
vocabulary(
    HandoffBox, {"INBOX": "Received (kotak masuk).", "OUTBOX": "Sent and drafted (kotak keluar)."}
)
vocabulary(
    InquirySide,
    {"ASKED_OF_US": "Others asked us.", "ASKED_BY_US": "We asked others."},
)
vocabulary(
    EmergencySide,
    {
        "OPENED_BY_US": "Opened by your organisation.",
        "OURS_TO_REVIEW": "Your organisation has to review it (wajib meninjau).",
    },
)
vocabulary(
    enums.Finding,
    {
        "JUSTIFIED": "Dibenarkan: it was right.",
        "NOT_JUSTIFIED": "Tidak dibenarkan: it was not; if it still runs, it ends now.",
    },
)
vocabulary(
    RefusalCode,
    {code.name: f"{english} / {indonesian}" for code, (indonesian, english) in SENTENCES.items()},
)
vocabulary(
    enums.DpopPolicy,
    {
        "OPTIONAL": "As each program likes.",
        "IDENTITY": "Those with which sections are read that tell who the child is.",
        "REQUIRED": "All of them.",
    },
    "Which tokens of an organisation must be bound to a key of the program (DPoP).",
)
vocabulary(
    AuthMethod,
    {
        "CLIENT_SECRET_BASIC": "A shared secret, for a start.",
        "PRIVATE_KEY_JWT": "A key of its own, of which only the public half is known here.",
        "NONE": "None: a public client, such as a page in a browser. PKCE and exact addresses.",
    },
    "How a program proves who it is at the token endpoint (RFC 7591).",
    "ClientAuthMethod",
)
vocabulary(
    GrantType,
    {
        "CLIENT_CREDENTIALS": "For itself.",
        "AUTHORIZATION_CODE": "For a person who signs in and agrees, with PKCE.",
        "REFRESH_TOKEN": "Renewing what a person agreed to.",
        "DEVICE_CODE": "For a person at a device without a browser (RFC 8628).",
    },
    "How a program may come to a token.",
    "ClientGrantType",
)
vocabulary(
    GrantKind,
    {
        "CLIENT_CREDENTIALS": "The program acts for itself.",
        "AUTHORIZATION_CODE": "A person agreed in a browser.",
        "DEVICE_CODE": "A person let a device in.",
        "CALENDAR": "A calendar feed was made: its link reads titles and times.",
        "DEMO": "A token of the demo.",
    },
)
vocabulary(
    EndReason,
    {
        "REVOKED": "It was taken back.",
        "REUSED": "A code or refresh token came twice: one of the two had stolen it.",
        "SIGNED_OUT": "The person signed out, or was signed out.",
        "DISABLED": "The program or the person was shut out.",
        "CREDENTIALS_CHANGED": "The person got other ways to sign in.",
    },
    "Why a grant was ended.",
    "GrantEndReason",
)
vocabulary(
    Role,
    {role.name: f"{role.indonesian}: {', '.join(sorted(role.scopes))}." for role in Role},
    "What somebody is at their organisation (peran): a ceiling of scopes. Several may be held.",
)
vocabulary(
    LedgerKind,
    {
        "DISCLOSED": "Its words were shown.",
        "DENIED": "It was asked for, and not shown.",
        "EMERGENCY": "Its words were shown, or opened, in an emergency (akses darurat).",
        "EXPORTED": "Its words were given out in a file.",
    },
)
vocabulary(
    LedgerSide,
    {
        "OWNER": "What others read of your data, and what they were denied.",
        "READER": "What your organisation read and was denied.",
    },
)
vocabulary(Tongue, {"ID": "Bahasa Indonesia.", "EN": "English."}, name="Language")
vocabulary(
    EventKind,
    {kind.name: f"{kind.english} / {kind.indonesian}" for kind in EventKind},
    "What happened about access. Kinds keep their meaning; new ones may be added.",
    "SecurityEventKind",
)
