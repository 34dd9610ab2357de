"""What the pages of signing in and joining say."""

PEOPLE: dict[str, tuple[str, str]] = {
    "sign-in.title": ("Sign in", "Masuk"),
    "sign-in.submit": ("Sign in", "Masuk"),
    "sign-in.wrong": (
        "That e-mail address and password do not match an account that can sign in here. If your "
        "organisation has accounts of its own, use them. Otherwise ask your administrator.",
        "Alamat surel dan kata sandi itu tidak cocok dengan akun yang dapat masuk di sini. Bila "
        "lembaga Anda memiliki akun sendiri, gunakan akun tersebut. Bila tidak, hubungi "
        "administrator lembaga Anda.",
    ),
    "sign-in.forgotten": (
        "Forgotten the password, or no account yet? An administrator of your organisation can "
        "send you a link.",
        "Lupa kata sandi atau belum punya akun? Administrator lembaga Anda dapat mengirim tautan.",
    ),
    "sign-in.with": ("Sign in with your organisation", "Masuk dengan akun lembaga"),
    "sign-in.or": ("or", "atau"),
    "sign-in.again": (
        "Please confirm that it is you: sign in once more.",
        "Mohon pastikan bahwa ini Anda: masuklah sekali lagi.",
    ),
    "email": ("E-mail address", "Alamat surel"),
    "password": ("Password", "Kata sandi"),
    "passkey.use": ("Sign in with a passkey", "Masuk dengan kunci sandi"),
    "passkey.failed": (
        "The passkey was not used. Try again, or sign in another way.",
        "Kunci sandi tidak terpakai. Coba lagi, atau masuk dengan cara lain.",
    ),
    "passkey.refused": (
        "This passkey does not let anybody in here.",
        "Kunci sandi ini tidak dapat dipakai untuk masuk di sini.",
    ),
    "code.title": ("Enter your code", "Masukkan kode"),
    "code.lead": (
        "Open the authenticator app on your phone and type the six digits it shows for Rangkul.",
        "Buka aplikasi autentikator di ponsel Anda, lalu ketik enam angka untuk Rangkul.",
    ),
    "code.for": ("You are signing in as {email}.", "Anda masuk sebagai {email}."),
    "code.label": ("Six-digit code", "Kode enam angka"),
    "code.wrong": (
        "That code is not right, or was used already. Wait for the next one and try again.",
        "Kode itu salah atau sudah dipakai. Tunggu kode berikutnya, lalu coba lagi.",
    ),
    "code.lost": ("I don't have my phone", "Ponsel saya tidak ada"),
    "code.recovery": (
        "Use one of the recovery codes that you wrote down. Each works once.",
        "Gunakan salah satu kode pemulihan yang Anda simpan. Setiap kode hanya berlaku sekali.",
    ),
    "code.recovery-label": ("Recovery code", "Kode pemulihan"),
    "code.neither": (
        "If you have neither, ask an administrator of your organisation for a new link.",
        "Bila keduanya tidak ada, mintalah tautan baru kepada administrator lembaga Anda.",
    ),
    "app.title": ("Set up your authenticator app", "Siapkan aplikasi autentikator"),
    "app.lead": (
        "Besides your password you need codes from an app on your phone. Any authenticator app "
        "will do, such as Aegis, FreeOTP, Google Authenticator or Microsoft Authenticator.",
        "Selain kata sandi, Anda memerlukan kode dari aplikasi di ponsel. Aplikasi autentikator "
        "apa pun bisa, misalnya Aegis, FreeOTP, Google Authenticator, atau Microsoft "
        "Authenticator.",
    ),
    "app.scan": ("Scan this picture with the app", "Pindai gambar ini dengan aplikasi"),
    "app.picture": (
        "Picture to scan. The same in text follows.",
        "Gambar untuk dipindai. Versi teksnya ada di bawah.",
    ),
    "app.text": ("Or type this key into the app", "Atau ketik kunci ini di aplikasi"),
    "app.here": (
        "The app is on this very device: open it",
        "Aplikasinya ada di perangkat ini: buka",
    ),
    "app.then": ("Then type the code that the app shows", "Lalu ketik kode yang ditampilkan"),
    "codes.title": ("Keep your recovery codes", "Simpan kode pemulihan Anda"),
    "codes.lead": (
        "These codes let you in when you don't have your phone. Each works once. Print them or "
        "write them down and keep them in a safe place: they are shown only now.",
        "Dengan kode ini Anda dapat masuk bila ponsel tidak ada. Setiap kode hanya berlaku sekali. "
        "Cetak atau catat, lalu simpan di tempat aman: kode hanya ditampilkan sekarang.",
    ),
    "codes.kept": ("I have kept them", "Sudah saya simpan"),
    "invitation.title": ("Welcome to Rangkul", "Selamat datang di Rangkul"),
    "invitation.lead": (
        "{organisation} invites you, {name}, to work on Rangkul as: {roles}.",
        "{organisation} mengundang Anda, {name}, untuk bekerja di Rangkul sebagai: {roles}.",
    ),
    "invitation.by": ("Invited by {by}.", "Diundang oleh {by}."),
    "invitation.choose": (
        "Choose a password. You sign in with it and your e-mail address.",
        "Pilih kata sandi. Anda masuk dengan kata sandi ini dan alamat surel Anda.",
    ),
    "invitation.submit": ("Join", "Bergabung"),
    "invitation.elsewhere": (
        "{organisation} keeps accounts of its own. Sign in there to join.",
        "{organisation} memiliki akun sendiri. Masuklah melalui akun itu untuk bergabung.",
    ),
    "invitation.provider": (
        "Join with your organisation's account",
        "Bergabung dengan akun lembaga",
    ),
    "reset.title": ("Choose a new password", "Pilih kata sandi baru"),
    "reset.lead": (
        "An administrator sent you this link, {name}, so that you can get into your account at "
        "{organisation} again.",
        "Administrator mengirim tautan ini, {name}, agar Anda dapat masuk kembali ke akun Anda di "
        "{organisation}.",
    ),
    "reset.ends": (
        "When you are done, your old password, authenticator app, passkeys and recovery codes no "
        "longer work, and you are signed out everywhere.",
        "Setelah selesai, kata sandi, aplikasi autentikator, kunci sandi, dan kode pemulihan lama "
        "tidak berlaku lagi, dan Anda keluar dari semua perangkat.",
    ),
    "reset.submit": ("Continue", "Lanjutkan"),
    "new-password": ("New password", "Kata sandi baru"),
    "new-password.hint": (
        "At least 12 characters. Several words that do not belong together are good and easy to "
        "remember.",
        "Sedikitnya 12 karakter. Beberapa kata yang tidak berhubungan itu kuat dan mudah diingat.",
    ),
    "repeat-password": ("New password once more", "Ulangi kata sandi baru"),
    "password.differ": (
        "The two passwords are not the same.",
        "Kedua kata sandi tidak sama.",
    ),
    "weak.short": (
        "The password is too short: it needs at least 12 characters.",
        "Kata sandi terlalu pendek: sedikitnya 12 karakter.",
    ),
    "weak.long": (
        "The password is too long: 200 characters are the most.",
        "Kata sandi terlalu panjang: paling banyak 200 karakter.",
    ),
    "weak.personal": (
        "The password is mostly your name, your e-mail address or your organisation. Others would "
        "try that first.",
        "Kata sandi sebagian besar berisi nama, alamat surel, atau lembaga Anda. Itu yang pertama "
        "dicoba orang lain.",
    ),
    "weak.common": (
        "The password is made of words or sequences that are tried first. Add words that do not "
        "belong together.",
        "Kata sandi terdiri dari kata yang pertama dicoba orang. Tambahkan kata lain yang tidak "
        "berhubungan.",
    ),
    "weak.pattern": (
        "The password repeats or follows a pattern. Add words that do not belong together.",
        "Kata sandi berulang atau berpola. Tambahkan kata lain yang tidak berhubungan.",
    ),
    "weak.guessable": (
        "The password is easy to guess. Make it longer.",
        "Kata sandi mudah ditebak. Buatlah lebih panjang.",
    ),
    "invitation-ended.title": (
        "This link does not work any more",
        "Tautan ini tidak berlaku lagi",
    ),
    "invitation-ended.text": (
        "It was used already, is too old, or there is a newer one. If you have joined, sign in. "
        "Otherwise ask an administrator of your organisation for a new link.",
        "Tautan ini sudah dipakai, terlalu lama, atau ada yang lebih baru. Bila sudah bergabung, "
        "silakan masuk. Bila belum, mintalah tautan baru kepada administrator lembaga Anda.",
    ),
}  # fmt: skip
