"""A4 with our letters: paragraphs, facts and tables, in Indonesian with English beside it."""

import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

MARGIN = 20
_FONTS = Path(__file__).parent / "fonts"
_GREY = (90, 90, 90)
_HEAD = FontFace(emphasis="BOLD", fill_color=(236, 239, 243))
# These libraries log the very letters that a font lacks, which may be those of a name.
for _name in ("fpdf", "fontTools"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

Rows = Iterable[tuple[str, str, str]]


class Page(FPDF):
    """A4 with our letters, and a foot that says on every page which document it belongs to."""

    def __init__(self, number: str, hash: str) -> None:
        super().__init__(format="A4", enforce_compliance="PDF/A-3B")
        self._foot = f"{number}  ·  {hash}"
        self.set_margins(MARGIN, 18, MARGIN)
        self.set_auto_page_break(True, 20)
        for style, file in (("", ""), ("B", "-Bold"), ("I", "-Italic")):
            self.add_font("Serif", style, _FONTS / f"DejaVuSerifCondensed{file}.ttf")
        self.set_font("Serif", size=10)
        self.set_draw_color(160)

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("Serif", size=6.5)
        self.set_text_color(*_GREY)
        self.cell(0, 4, self._foot)
        self.set_x(MARGIN)
        self.cell(0, 4, f"{self.page_no()}/{{nb}}", align="R")
        self.set_text_color(0)

    def line_of(self, text: str, size: float, style: str = "", *, align: str = "J",
                height: float = 1.35, grey: bool = False) -> None:  # fmt: skip
        """A paragraph over the whole width."""
        self.set_font("Serif", style, size)
        self.set_text_color(*(_GREY if grey else (0, 0, 0)))
        shown = self.shown(text)
        self.multi_cell(0, size * 0.3528 * height, shown, align=align,
                        new_x=XPos.LMARGIN, new_y=YPos.NEXT)  # fmt: skip
        self.set_text_color(0)

    def heading(self, indonesian: str, english: str) -> None:
        if self.will_page_break(24):
            self.add_page()
        self.ln(3.5)
        self.set_font("Serif", "B", 10)
        self.cell(self.get_string_width(indonesian) + 2, 5, indonesian)
        self.set_font("Serif", "I", 8)
        self.set_text_color(*_GREY)
        self.cell(0, 5.2, english, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(0)
        self.ln(0.8)

    def facts(self, rows: Rows) -> None:
        """Names and values: the Indonesian name with the English under it."""
        self.set_font("Serif", size=8.5)
        with self.table(
            col_widths=(52, 118), first_row_as_headings=False, line_height=4.2, padding=(0.7, 1.4),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES, text_align="LEFT",
        ) as table:  # fmt: skip
            for indonesian, english, value in rows:
                row = table.row()
                row.cell(f"{indonesian}\n{english}", style=FontFace(color=_GREY, size_pt=7.5))
                row.cell(self.shown(value))

    def listing(self, widths: Sequence[int], head: Sequence[str], rows: Iterable[Sequence[str]],
                small: Sequence[int] = ()) -> None:  # fmt: skip
        """A table; ``small`` are the columns of hashes and key names."""
        self.set_font("Serif", size=8)
        with self.table(
            col_widths=tuple(widths), line_height=3.9, padding=(0.9, 1.2), text_align="LEFT",
            headings_style=_HEAD, borders_layout=TableBordersLayout.ALL,
        ) as table:  # fmt: skip
            table.row(head)
            for cells in rows:
                row = table.row()
                for number, cell in enumerate(cells):
                    style = FontFace(size_pt=5.4) if number in small else None
                    row.cell(self.shown(cell), style=style)

    def shown(self, text: str) -> str:
        """The text with a mark for each letter that the font lacks; the attached file has them."""
        known = self.fonts["serif"].cmap  # type: ignore[union-attr]
        return "".join(c if c in "\n\t" or ord(c) in known else "\ufffd" for c in text)
