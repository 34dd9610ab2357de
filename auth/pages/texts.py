"""What the pages say, in two languages: English first here, Indonesian first for people.

Texts of one part of the program stand in a file of their own beside this one.
"""

from auth.language import Language
from auth.pages.texts_account import ACCOUNT
from auth.pages.texts_consent import CONSENT
from auth.pages.texts_people import PEOPLE
from auth.pages.texts_upstream import UPSTREAM

Texts = dict[str, tuple[str, str]]

COMMON: Texts = {
    "product": ("Rangkul", "Rangkul"),
    "skip": ("Skip to the content", "Langsung ke isi"),
    "language": ("Language", "Bahasa"),
    "error": ("Error", "Kesalahan"),
    "continue": ("Continue", "Lanjutkan"),
    "cancel": ("Cancel", "Batal"),
    "back": ("Back", "Kembali"),
    "account": ("My account", "Akun saya"),
    "sign-out": ("Sign out", "Keluar"),
    "signed-in-as": ("Signed in as {name}, {organisation}", "Masuk sebagai {name}, {organisation}"),
    "footer": (
        "Rangkul, the collaboration platform for child protection",
        "Rangkul, platform kerja sama perlindungan anak",
    ),
    "forged.title": ("Please open the page again", "Silakan buka kembali halamannya"),
    "forged.text": (
        "This form was too old, or did not come from this browser. Nothing was changed. Go back, "
        "reload the page and try again. Your browser must accept cookies.",
        "Formulir ini terlalu lama atau tidak berasal dari peramban ini. Tidak ada yang berubah. "
        "Kembalilah, muat ulang halamannya, lalu coba lagi. Peramban harus menerima kuki.",
    ),
    "invalid.title": ("That did not work", "Tidak berhasil"),
    "invalid.text": (
        "What was sent could not be read. Nothing was changed.",
        "Yang dikirim tidak dapat dibaca. Tidak ada yang berubah.",
    ),
    "slow.title": ("Please wait a moment", "Mohon tunggu sebentar"),
    "slow.text": (
        "There were too many attempts from here. Wait {seconds} seconds, then try again.",
        "Terlalu banyak percobaan dari sini. Tunggu {seconds} detik, lalu coba lagi.",
    ),
    "fault.title": ("Something went wrong here", "Terjadi gangguan pada kami"),
    "fault.text": (
        "It is our fault, and has been noted. Please try again; if it stays so, tell KPAI.",
        "Ini kesalahan kami dan sudah tercatat. Silakan coba lagi; jika berlanjut, hubungi KPAI.",
    ),
    "busy.title": ("Please try again in a moment", "Silakan coba sebentar lagi"),
    "busy.text": (
        "Rangkul is very busy just now, or is being restarted. Nothing was changed.",
        "Rangkul sedang sangat sibuk atau sedang dimulai ulang. Tidak ada yang berubah.",
    ),
}  # fmt: skip

TEXTS: Texts = {**COMMON, **ACCOUNT, **CONSENT, **PEOPLE, **UPSTREAM}


def text(language: Language, key: str, **values: object) -> str:
    """The sentence of that key. A key that does not exist is a mistake of ours, and raises."""
    english, indonesian = TEXTS[key]
    return (english if language == "en" else indonesian).format(**values)
