"""What is said to somebody who signs in with their organisation's own account."""

Texts = dict[str, tuple[str, str]]

UPSTREAM: Texts = {
    "upstream-none.title": ("There is no such way to sign in", "Cara masuk ini tidak ada"),
    "upstream-none.text": (
        "Signing in with an account of this organisation is not set up, or has been shut off. Ask "
        "the administrator of your organisation.",
        "Masuk dengan akun lembaga ini tidak diatur atau sudah dihentikan. Hubungi administrator "
        "lembaga Anda.",
    ),
    "upstream-again.title": ("Please sign in once more", "Silakan masuk sekali lagi"),
    "upstream-again.text": (
        "This answer belongs to another browser, came too late, or was used already. Nobody was "
        "signed in.",
        "Jawaban ini milik peramban lain, terlambat, atau sudah dipakai. Tidak ada yang masuk.",
    ),
    "upstream-failed.title": ("Signing in did not work", "Tidak berhasil masuk"),
    "upstream-failed.text": (
        "Your organisation's sign-in was cancelled, or did not answer as it should. Try again; if "
        "it stays so, tell the administrator of your organisation.",
        "Proses masuk di lembaga Anda dibatalkan atau tidak menjawab sebagaimana mestinya. Coba "
        "lagi; jika tetap gagal, beri tahu administrator lembaga Anda.",
    ),
    "upstream-unknown.title": (
        "You do not have access to Rangkul",
        "Anda belum punya akses ke Rangkul",
    ),
    "upstream-unknown.text": (
        "Your organisation says who you are, but nobody with that account was invited here, or "
        "access has ended. Ask the administrator of your organisation to invite you with the "
        "e-mail address of that account.",
        "Lembaga Anda mengenali Anda, tetapi akun itu belum diundang ke sini atau aksesnya telah "
        "berakhir. Minta administrator lembaga Anda mengundang alamat surel akun tersebut.",
    ),
}
