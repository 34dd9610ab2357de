"""Letting a program in: the consent page, and the pages on which a device is let in."""

CONSENT: dict[str, tuple[str, str]] = {
    "consent.title": ("Let {client} in?", "Izinkan {client}?"),
    "consent.lead": (
        "{client} of {organisation} asks to act in Rangkul in your name.",
        "{client} dari {organisation} meminta izin bertindak di Rangkul atas nama Anda.",
    ),
    "consent.client": ("Application", "Aplikasi"),
    "consent.of": ("Belongs to", "Milik"),
    "consent.returns-to": ("Takes you back to", "Membawa Anda kembali ke"),
    "consent.as": ("You are", "Anda adalah"),
    "consent.somebody-else": ("Sign in as somebody else", "Masuk sebagai orang lain"),
    "consent.how-long": ("For how long", "Selama"),
    "consent.minutes": (
        "{count} minutes at most; after that it has to ask again",
        "paling lama {count} menit; setelah itu harus meminta lagi",
    ),
    "consent.hours": (
        "{count} hours at most; after that it has to ask again",
        "paling lama {count} jam; setelah itu harus meminta lagi",
    ),
    "consent.days": (
        "{count} days at most; after that it has to ask again",
        "paling lama {count} hari; setelah itu harus meminta lagi",
    ),
    "consent.asked": ("What it may do", "Yang boleh dilakukannya"),
    "consent.asked-hint": (
        "Untick what it should not do. Leave nothing ticked to refuse.",
        "Hapus centang pada yang tidak boleh dilakukan. Tanpa centang berarti menolak.",
    ),
    "consent.weighty": ("Sensitive", "Sensitif"),
    "consent.beyond": ("Asked, but not yours to give", "Diminta, tetapi tidak dapat Anda berikan"),
    "consent.beyond-role": (
        "None of your roles covers this.",
        "Tidak tercakup oleh peran Anda.",
    ),
    "consent.beyond-organisation": (
        "KPAI has not granted this to your organisation.",
        "Tidak diberikan KPAI kepada lembaga Anda.",
    ),
    "consent.elsewhere": (
        "{client} serves people of {organisation} only, and you are not one of them. "
        "Nothing was shown to it.",
        "{client} hanya melayani pengguna {organisation}, dan Anda bukan salah satunya. "
        "Tidak ada yang diperlihatkan kepadanya.",
    ),
    "consent.nothing": (
        "Nothing of what {client} asks is yours to give. Nothing was shown to it. "
        "Ask an administrator of your organisation if you need it for your work.",
        "Tidak ada yang diminta {client} dapat Anda berikan. Tidak ada yang diperlihatkan "
        "kepadanya. Hubungi administrator lembaga Anda bila Anda memerlukannya untuk pekerjaan.",
    ),
    "consent.allow": ("Allow", "Izinkan"),
    "consent.refuse": ("Refuse", "Tolak"),
    "consent.return": ("Back to {client}", "Kembali ke {client}"),
    "asked-by-nobody.title": ("Unknown application", "Aplikasi tidak dikenal"),
    "asked-by-nobody.text": (
        "Whoever sent you here is not an application that Rangkul knows, or no longer is one. "
        "Nothing was shown to it. For its makers: the client_id is unknown or disabled.",
        "Yang mengirim Anda ke sini bukan aplikasi yang dikenal Rangkul, atau tidak lagi. "
        "Tidak ada yang diperlihatkan kepadanya. Untuk pembuatnya: client_id tidak dikenal atau "
        "dinonaktifkan.",
    ),
    "asked-from-nowhere.title": ("Unknown return address", "Alamat kembali tidak dikenal"),
    "asked-from-nowhere.text": (
        "The application that sent you here wants the answer at an address that it has not "
        "registered, so it gets none. Nothing was shown to it. For its makers: redirect_uri must "
        "be one of the registered ones, character by character.",
        "Aplikasi yang mengirim Anda ke sini meminta jawaban di alamat yang tidak didaftarkannya, "
        "maka tidak diberi jawaban. Tidak ada yang diperlihatkan kepadanya. Untuk pembuatnya: "
        "redirect_uri harus sama persis dengan salah satu yang terdaftar.",
    ),
    "asked-too-late.title": ("Please start again", "Silakan mulai lagi"),
    "asked-too-late.text": (
        "This request is over: it was answered already, was left for too long, or began in "
        "another browser. Go back to the application and sign in from there once more. Your "
        "browser must accept cookies.",
        "Permintaan ini sudah berakhir: sudah dijawab, terlalu lama ditinggalkan, atau dimulai di "
        "peramban lain. Kembalilah ke aplikasi dan masuk sekali lagi dari sana. Peramban harus "
        "menerima kuki.",
    ),
    "device.title": ("Let a device in", "Izinkan perangkat"),
    "device.text": (
        "Type the code that the device shows.",
        "Ketik kode yang ditampilkan perangkat.",
    ),
    "device.code": ("Code", "Kode"),
    "device.hint": ("Eight letters, such as {example}", "Delapan huruf, misalnya {example}"),
    "device.warning": (
        "Continue only if you started this yourself, on a device that you have before you and that "
        "shows this very code. Nobody from KPAI or Rangkul will ever send you a code or ask you to "
        "type one.",
        "Lanjutkan hanya bila Anda sendiri yang memulainya, pada perangkat di hadapan Anda yang "
        "menampilkan kode ini. Petugas KPAI atau Rangkul tidak pernah mengirim kode atau meminta "
        "Anda mengetiknya.",
    ),
    "device.unknown": (
        "There is no such code, or it has expired. Compare it with what the device shows.",
        "Kode itu tidak ada atau sudah kedaluwarsa. Cocokkan dengan yang ditampilkan perangkat.",
    ),
    "device-allowed.title": ("The device is let in", "Perangkat diizinkan"),
    "device-allowed.text": (
        "Go on there; it notices within seconds. You may close this page.",
        "Lanjutkan di sana; perangkat mengetahuinya dalam beberapa detik. Halaman ini boleh "
        "ditutup.",
    ),
    "device-refused.title": ("The device is not let in", "Perangkat tidak diizinkan"),
    "device-refused.text": (
        "It was told so. If somebody else gave you the code, tell an administrator of your "
        "organisation.",
        "Perangkat sudah diberi tahu. Bila kode itu Anda terima dari orang lain, beri tahu "
        "administrator lembaga Anda.",
    ),
}  # fmt: skip
