"""What the pages of one's own account say."""

ACCOUNT: dict[str, tuple[str, str]] = {
    "account.title": ("My account", "Akun saya"),
    "account.you": ("You", "Anda"),
    "account.name": ("Name", "Nama"),
    "account.organisation": ("Organisation", "Lembaga"),
    "account.roles": ("Roles", "Peran"),
    "account.permits": (
        "{role}: what programs may do for you",
        "{role}: yang boleh dilakukan aplikasi untuk Anda",
    ),
    "account.permits-nothing": (
        "Nothing, for your organisation was not granted it.",
        "Tidak ada, karena lembaga Anda tidak diberi izin itu.",
    ),
    "account.wrong": (
        "Name or roles are not right? Administrators of your organisation can change them.",
        "Nama atau peran tidak tepat? Administrator lembaga Anda dapat mengubahnya.",
    ),
    "account.language": ("Language of these pages", "Bahasa halaman ini"),
    "account.save": ("Save", "Simpan"),
    "account.ways": ("How you sign in", "Cara Anda masuk"),
    "account.elsewhere": (
        "You sign in with your organisation's account. Passwords are kept there.",
        "Anda masuk dengan akun lembaga. Kata sandi disimpan di sana.",
    ),
    "account.password": ("Password", "Kata sandi"),
    "account.password-at": ("Chosen on {at}", "Dipilih pada {at}"),
    "account.password-none": ("You have none here", "Belum ada di sini"),
    "account.change": ("Change", "Ubah"),
    "account.change-password": ("Change the password", "Ubah kata sandi"),
    "account.app": ("Authenticator app", "Aplikasi autentikator"),
    "account.app-at": ("Set up on {at}", "Disiapkan pada {at}"),
    "account.app-none": ("Not set up", "Belum disiapkan"),
    "account.app-renew": ("Set up anew", "Siapkan ulang"),
    "account.app-first": ("Set up", "Siapkan"),
    "account.codes": ("Recovery codes", "Kode pemulihan"),
    "account.codes-left": ("{count} of 10 left", "Tersisa {count} dari 10"),
    "account.codes-new": ("New codes", "Kode baru"),
    "account.passkeys": ("Passkeys", "Kunci sandi"),
    "account.passkeys-none": (
        "None yet. A passkey on your phone or computer replaces password and code.",
        "Belum ada. Kunci sandi di ponsel atau komputer menggantikan kata sandi dan kode.",
    ),
    "account.passkeys-keep": ("Add or remove", "Tambah atau hapus"),
    "account.access": ("Programs that may act for you", "Aplikasi yang bertindak untuk Anda"),
    "account.access-none": ("There are none just now.", "Saat ini tidak ada."),
    "account.access-of": ("of {organisation}", "milik {organisation}"),
    "account.access-since": (
        "Since {since}, at the latest until {until}",
        "Sejak {since}, paling lama sampai {until}",
    ),
    "account.access-what": ("What it may do", "Yang boleh dilakukan"),
    "account.access-end": ("End access of {name}", "Akhiri akses {name}"),
    "account.end": ("End", "Akhiri"),
    "account.sessions": ("Where you are signed in", "Tempat Anda masuk"),
    "account.session-here": ("this browser", "peramban ini"),
    "account.session-at": (
        "Signed in on {at}; last seen on {seen}",
        "Masuk pada {at}; terakhir terlihat pada {seen}",
    ),
    "account.session-from": ("from {address}", "dari {address}"),
    "account.session-end": ("End the session of {browser}", "Akhiri sesi {browser}"),
    "account.session-unknown": ("A browser", "Sebuah peramban"),
    "account.sessions-end": (
        "Sign out everywhere but here",
        "Keluar dari semua tempat selain ini",
    ),
    "done.language": ("The language was saved.", "Bahasa disimpan."),
    "done.session": ("That session was ended.", "Sesi itu diakhiri."),
    "done.sessions": (
        "You are signed in only here now.",
        "Sekarang Anda hanya masuk di sini.",
    ),
    "done.access": ("The access was ended.", "Akses diakhiri."),
    "done.password": (
        "The password was changed. You are signed in only here now.",
        "Kata sandi diubah. Sekarang Anda hanya masuk di sini.",
    ),
    "done.app": (
        "The authenticator app was set up. The former one no longer works.",
        "Aplikasi autentikator disiapkan. Yang lama tidak berlaku lagi.",
    ),
    "done.passkey": ("The passkey was added.", "Kunci sandi ditambahkan."),
    "done.passkey-removed": ("The passkey was removed.", "Kunci sandi dihapus."),
    "change-password.title": ("Change the password", "Ubah kata sandi"),
    "change-password.lead": (
        "Wherever else you are signed in, you will be signed out.",
        "Anda akan dikeluarkan dari semua tempat lain.",
    ),
    "old-password": ("Password until now", "Kata sandi saat ini"),
    "old-password.wrong": (
        "The password until now is not right.",
        "Kata sandi saat ini tidak benar.",
    ),
    "new-codes.title": ("New recovery codes", "Kode pemulihan baru"),
    "new-codes.lead": (
        "You get ten new codes. Those that you have now stop working.",
        "Anda mendapat sepuluh kode baru. Kode yang Anda miliki sekarang tidak berlaku lagi.",
    ),
    "new-codes.submit": ("Make new codes", "Buat kode baru"),
    "passkeys.title": ("Passkeys", "Kunci sandi"),
    "passkeys.lead": (
        "With a passkey you sign in by unlocking your phone or computer, without password and "
        "code. It cannot be typed into a false page.",
        "Dengan kunci sandi Anda masuk dengan membuka kunci ponsel atau komputer, tanpa kata sandi "
        "dan kode. Kunci sandi tidak dapat diketik di halaman palsu.",
    ),
    "passkeys.add": ("Add a passkey", "Tambahkan kunci sandi"),
    "passkeys.yours": ("Your passkeys", "Kunci sandi Anda"),
    "passkeys.added": ("Added on {at}", "Ditambahkan pada {at}"),
    "passkeys.used": ("last used on {at}", "terakhir dipakai pada {at}"),
    "passkeys.rename": ("Rename", "Ubah nama"),
    "passkeys.remove": ("Remove {name}", "Hapus {name}"),
    "passkeys.remove-short": ("Remove", "Hapus"),
    "passkeys.none-possible": (
        "This browser cannot add passkeys, or does not run scripts. Everything else on Rangkul "
        "works without.",
        "Peramban ini tidak dapat menambahkan kunci sandi atau tidak menjalankan skrip. Selain "
        "itu, semua di Rangkul dapat dipakai tanpanya.",
    ),
    "passkey.name": ("Name of the device", "Nama perangkat"),
    "passkey.name-hint": ("Such as: my phone", "Misalnya: ponsel saya"),
    "passkey.unnamed": ("Passkey", "Kunci sandi"),
    "passkey.not-added": (
        "The passkey was not added. Perhaps it is here already.",
        "Kunci sandi tidak ditambahkan. Mungkin sudah terdaftar.",
    ),
    "passkey.again": (
        "Reload this page and sign in once more, then try again.",
        "Muat ulang halaman ini dan masuk sekali lagi, lalu coba lagi.",
    ),
}
