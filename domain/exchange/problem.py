"""What can be wrong with a file or a row of it: a code, a sentence in both languages, and where."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.refusal import SENTENCES, Refusal, RefusalCode


class ExchangeCode(StrEnum):
    """Why a file or a row is not imported; beside them stand the codes of refusals."""

    NOT_A_TABLE = "NOT_A_TABLE"
    ENCRYPTED = "ENCRYPTED"
    MACROS = "MACROS"
    UNPACKS_TOO_LARGE = "UNPACKS_TOO_LARGE"
    ENTITIES = "ENTITIES"
    WRONG_ENCODING = "WRONG_ENCODING"
    NO_ROWS = "NO_ROWS"
    TOO_MANY_ROWS = "TOO_MANY_ROWS"
    TOO_MANY_COLUMNS = "TOO_MANY_COLUMNS"
    SEVERAL_SHEETS = "SEVERAL_SHEETS"
    HIDDEN = "HIDDEN"
    MERGED_CELLS = "MERGED_CELLS"
    FORMULA = "FORMULA"
    CELL_ERROR = "CELL_ERROR"
    CONTROL_CHARACTER = "CONTROL_CHARACTER"
    BEYOND_THE_HEADER = "BEYOND_THE_HEADER"
    HEADER_UNKNOWN = "HEADER_UNKNOWN"
    HEADER_TWICE = "HEADER_TWICE"
    HEADER_MISSING = "HEADER_MISSING"
    REQUIRED = "REQUIRED"
    NOT_A_TIME = "NOT_A_TIME"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    AMBIGUOUS_NUMBER = "AMBIGUOUS_NUMBER"
    NOT_A_CHOICE = "NOT_A_CHOICE"
    AMBIGUOUS_NAME = "AMBIGUOUS_NAME"
    ROW_TWICE = "ROW_TWICE"
    NOT_CHANGED_HERE = "NOT_CHANGED_HERE"


C = ExchangeCode
WORDS: dict[ExchangeCode, tuple[str, str]] = {
    C.NOT_A_TABLE: (
        "Berkas ini bukan CSV atau XLSX yang utuh.",
        "This is not a whole CSV or XLSX file.",
    ),
    C.ENCRYPTED: (
        "Berkas dikunci dengan kata sandi, atau berformat lama (.xls): simpan sebagai .xlsx biasa.",
        "The file is locked with a password, or in the old format (.xls): save it as plain .xlsx.",
    ),
    C.MACROS: (
        "Berkas berisi makro: simpan sebagai .xlsx tanpa makro.",
        "The file holds macros: save it as .xlsx without them.",
    ),
    C.UNPACKS_TOO_LARGE: (
        "Isi berkas terlalu besar setelah dibuka.",
        "The file becomes too large when it is unpacked.",
    ),
    C.ENTITIES: (
        "Berkas berisi deklarasi XML yang tidak diterima.",
        "The file holds declarations of XML that are not accepted.",
    ),
    C.WRONG_ENCODING: (
        "Berkas harus berupa teks UTF-8: pilih «CSV UTF-8» ketika menyimpan.",
        "The file must be text in UTF-8: choose “CSV UTF-8” when you save it.",
    ),
    C.NO_ROWS: ("Tidak ada baris data.", "There is no row of data."),
    C.TOO_MANY_ROWS: ("Terlalu banyak baris.", "There are too many rows."),
    C.TOO_MANY_COLUMNS: ("Terlalu banyak kolom.", "There are too many columns."),
    C.SEVERAL_SHEETS: (
        "Hanya satu lembar yang boleh berisi data: hapus atau pindahkan yang lain.",
        "Only one sheet may hold data: delete or move the others.",
    ),
    C.HIDDEN: (
        "Lembar, baris atau kolom ini disembunyikan: tampilkan atau hapus.",
        "This sheet, row or column is hidden: show it or delete it.",
    ),
    C.MERGED_CELLS: (
        "Sel digabung: pisahkan dan isi setiap sel.",
        "Cells are merged: split them and fill each one.",
    ),
    C.FORMULA: (
        "Sel berisi rumus, yang tidak dihitung di sini: tempel nilainya.",
        "The cell holds a formula, and none is worked out here: paste its value.",
    ),
    C.CELL_ERROR: (
        "Sel berisi galat lembar kerja.",
        "The cell holds an error of the spreadsheet.",
    ),
    C.CONTROL_CHARACTER: (
        "Sel berisi karakter kendali.",
        "The cell holds control characters.",
    ),
    C.BEYOND_THE_HEADER: (
        "Ada isi di kolom yang tidak berjudul.",
        "There is something in a column that has no header.",
    ),
    C.HEADER_UNKNOWN: ("Judul kolom tidak dikenal.", "The header of this column is not known."),
    C.HEADER_TWICE: ("Judul kolom muncul dua kali.", "This header stands twice."),
    C.HEADER_MISSING: ("Kolom wajib ini tidak ada.", "This column is required and missing."),
    C.REQUIRED: ("Sel ini wajib diisi.", "This cell must be filled."),
    C.NOT_A_TIME: (
        "Bukan tanggal dan waktu yang dikenal, misalnya 31/12/2026 09.00 WIB.",
        "Not a date and time that is known, such as 2026-12-31 09:00 WIB.",
    ),
    C.NOT_A_NUMBER: ("Bukan angka.", "Not a number."),
    C.AMBIGUOUS_NUMBER: (
        "Pemisahnya dapat berarti ribuan atau desimal: tulis tanpa pemisah ribuan.",
        "Its mark may mean thousands or decimals: write it without marks for thousands.",
    ),
    C.NOT_A_CHOICE: ("Bukan salah satu pilihan.", "Not one of the choices."),
    C.AMBIGUOUS_NAME: (
        "Beberapa lembaga bernama demikian: tulis id-nya.",
        "Several organisations are called so: give the id.",
    ),
    C.ROW_TWICE: (
        "Baris lain dalam berkas ini sudah menyebut nomor yang sama.",
        "Another row of this file names the same number.",
    ),
    C.NOT_CHANGED_HERE: (
        "Nilai ini tidak diubah melalui impor.",
        "This value is not changed by an import.",
    ),
}


@dataclass(frozen=True)
class RowProblem:
    """What is wrong, in which row as the spreadsheet numbers it, in which column by its name."""

    code: ExchangeCode | RefusalCode
    row: int | None = None
    column: str | None = None
    most: int | None = None

    def told(self) -> dict[str, Any]:
        """For people and programs, in both languages."""
        if isinstance(self.code, RefusalCode):
            indonesian, english = SENTENCES[self.code]
        else:
            indonesian, english = WORDS[self.code]
        if self.most is not None:
            indonesian += f" Paling banyak {self.most}."
            english += f" At most {self.most}."
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code.value,
            "message": {"id": indonesian, "en": english},
        }


class FileRefused(Exception):
    """The file is refused as a whole, or for all these reasons."""

    def __init__(self, *problems: RowProblem) -> None:
        super().__init__([problem.code.value for problem in problems])
        self.problems = problems


def refuse(code: ExchangeCode, **where: Any) -> FileRefused:
    return FileRefused(RowProblem(code, **where))


def of_refusal(
    refusal: Refusal, row: int, column: Callable[[str | None], str | None]
) -> RowProblem:
    return RowProblem(refusal.code, row, column(refusal.field), refusal.most)
