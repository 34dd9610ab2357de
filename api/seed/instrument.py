"""What is asked at a school about being safe there (instrumen sekolah aman): invented, short."""

from db.instrument import AskIf, Band, Option, Part, Question, Questionnaire
from db.instrument import QuestionType as Q

_TEAM = AskIf("satgas", ["true"])
_REPORTED = AskIf("laporan", ["true"])

SAFE_SCHOOL = Questionnaire(
    sections=[
        Part(
            key="profil",
            title="Profil sekolah",
            title_en="The school",
            questions=[
                Question("siswa", Q.NUMBER, "Berapa jumlah siswa?", "How many pupils are there?",
                         unit="orang", least=0, most=5_000, whole=True),
                Question("kunjungan", Q.DATE, "Kapan terakhir dikunjungi pengawas?",
                         "When was the last visit by an inspector?", required=False),
            ],
        ),
        Part(
            key="pencegahan",
            title="Pencegahan",
            title_en="Prevention",
            questions=[
                Question("satgas", Q.BOOLEAN, "Apakah satuan tugas pencegahan sudah ditetapkan?",
                         "Has a prevention team been appointed?", points=4, weight=2),
                Question("satgas_aktif", Q.SCALE, "Seberapa aktif satuan tugas itu?",
                         "How active is it?", help="1: hanya di atas kertas; 5: rapat bulanan.",
                         help_en="1: on paper only; 5: meets every month.",
                         least=1, most=5, points=4, ask_if=_TEAM),
                Question("pelatihan", Q.CHOICE, "Siapa yang sudah dilatih mengenali tanda bahaya?",
                         "Who was trained to notice the signs?",
                         options=[
                             Option("semua", "Semua guru dan tenaga kependidikan", "All staff", 4),
                             Option("sebagian", "Sebagian guru", "Some of the teachers", 2),
                             Option("tidak", "Belum ada", "Nobody yet", 0),
                         ]),
                Question("ruang", Q.CHOICES, "Apa yang sudah ada di sekolah?", "What is there?",
                         options=[
                             Option("konseling", "Ruang konseling tertutup", "A closed room", 2),
                             Option("toilet", "Toilet terpisah dan terang", "Separate toilets", 2),
                             Option("cctv", "Pengawasan area sepi", "Quiet corners watched", 1),
                         ]),
            ],
        ),
        Part(
            key="pelaporan",
            title="Pelaporan dan penanganan",
            title_en="Reporting and response",
            questions=[
                Question("kanal", Q.CHOICES, "Kanal pengaduan apa yang diketahui siswa?",
                         "Which ways to report do pupils know?",
                         options=[
                             Option("kotak", "Kotak pengaduan", "A box", 1),
                             Option("telepon", "Telepon atau pesan", "Phone or messages", 2),
                             Option("guru_bk", "Guru BK", "The counsellor", 2),
                         ]),
                Question("anonim", Q.BOOLEAN, "Dapatkah melapor tanpa nama?",
                         "Can one report without a name?", points=3),
                Question("laporan", Q.BOOLEAN, "Adakah laporan dalam dua belas bulan terakhir?",
                         "Were there reports within a year?"),
                Question("waktu", Q.CHOICE, "Kapan laporan diteruskan?", "When are they passed on?",
                         options=[
                             Option("sehari", "Dalam 1x24 jam", "Within a day", 4),
                             Option("tiga_hari", "Dalam 3x24 jam", "Within three days", 3),
                             Option("lebih", "Lebih lama", "Later", 0),
                         ], weight=2, ask_if=_REPORTED),
                Question("damai", Q.BOOLEAN, "Pernahkah perkara diselesaikan secara damai?",
                         "Was a case ever settled outside court?",
                         help="Dilarang: UU 12/2022 pasal 23.",
                         help_en="Forbidden: UU 12/2022 article 23.",
                         points=6, lower_is_better=True, ask_if=_REPORTED),
                Question("catatan", Q.TEXT, "Catatan tim, tanpa nama anak.",
                         "Notes of the team, without names of children.", required=False),
            ],
        ),
    ],
    bands=[
        Band(0, "perlu pembenahan", "needs work"),
        Band(60, "cukup", "fair"),
        Band(80, "baik", "good"),
    ],
)  # fmt: skip
