"""A table as a picture (SVG): bars for one row of figures, shades for a grid of them.

Every figure is printed as well, so that nobody has to tell colours apart, and what is suppressed is
hatched and marked, never drawn as nothing. There is no script and no style in it, and nothing is
fetched: it stands under a policy that forbids all that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from xml.etree.ElementTree import Element, SubElement, tostring

from db.statistics import Dimension
from domain.refusal import Language
from domain.statistics.export import called_in
from domain.statistics.reading import StatisticsTable

MOST_LINES = 60
MOST_COLUMNS = 40
_LINE, _LEFT, _BAR = 24, 280, 420
_TOP, _SLANTED_TOP = 48, 176
_CELL = 64
_INK, _PAPER = "#1b1b1b", "#ffffff"
_SHADES = ("#f1f5fa", "#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c")
"""One hue from light to dark, which everybody sees; dark ones carry white figures."""
_TITLES = {
    "HANDOFFS": ("Serah terima kasus", "Case handoffs"),
    "ACTIVITIES": ("Kegiatan bersama", "Joint activities"),
}
_BY = {
    Dimension.REGION: ("provinsi", "province"),
    Dimension.AGE_BAND: ("kelompok umur", "age band"),
    Dimension.URGENCY: ("kedaruratan", "urgency"),
    Dimension.SENDER_TYPE: ("jenis lembaga pengirim", "type of sender"),
    Dimension.RECEIVER_TYPE: ("jenis lembaga penerima", "type of receiver"),
    Dimension.CASE_CATEGORY: ("kategori kasus", "category of case"),
    Dimension.SERVICE: ("layanan", "service"),
    Dimension.ACTIVITY_KIND: ("jenis kegiatan", "kind of activity"),
    Dimension.LEAD_TYPE: ("jenis lembaga penyelenggara", "type of lead"),
    Dimension.PARTICIPANT_TYPE: ("jenis lembaga peserta", "type of participant"),
}
_HELD = ("ditahan", "suppressed")


@dataclass(frozen=True)
class _Grid:
    """Lines and columns with names, and a figure for each; one column makes bars."""

    lines: Sequence[str]
    columns: Sequence[str]
    figures: Sequence[Sequence[int | None]]


def as_svg(table: StatisticsTable, language: Language) -> str:
    """The picture. More lines than fit are left to the table, and it says so."""
    grid = _grid(table, language)
    wide = len(grid.columns) > 1
    lines = len(grid.lines)
    width = _LEFT + (_CELL * len(grid.columns) + 112 if wide else _BAR + 96)
    start = _SLANTED_TOP if wide else _TOP
    english = language == "en"
    foot = wrap(f"* {_HELD[english]}. {table.note(language)}", width // 7)
    height = start + _LINE * (lines + 1) + 16 * len(foot)
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}",
            "width": str(width), "height": str(height), "role": "img",
            "aria-labelledby": "title desc", "font-family": "sans-serif", "font-size": "13",
            "lang": language,
        },
    )  # fmt: skip
    named = ", ".join(_BY[axis.dimension][english] for axis in table.axes)
    periods = [release.period for release in table.releases]
    span = " - ".join(dict.fromkeys([periods[0], periods[-1]])) if periods else ""
    title = " ".join(filter(None, [_TITLES[table.dataset][english], span, named and f"({named})"]))
    SubElement(svg, "title", {"id": "title"}).text = title
    SubElement(svg, "desc", {"id": "desc"}).text = _described(grid, english)
    SubElement(svg, "rect", {"width": "100%", "height": "100%", "fill": _PAPER})
    pattern = SubElement(
        SubElement(svg, "defs"), "pattern",
        {"id": "held", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"},
    )  # fmt: skip
    SubElement(pattern, "path", {"d": "M0 6L6 0", "stroke": "#767676"})
    _text(svg, 8, 24, title, size=16)
    if wide:
        for n, name in enumerate(grid.columns):
            _text(svg, _LEFT + _CELL * (n + 0.5), start - 8, name[:26], turned=-40)
    most = max((figure for row in grid.figures for figure in row if figure), default=1)
    for n, (name, row) in enumerate(zip(grid.lines, grid.figures, strict=True)):
        top = start + _LINE * n
        _text(svg, _LEFT - 8, top + 16, name[:38], anchor="end")
        for place, figure in enumerate(row):
            draw = _shade if wide else _bar
            draw(svg, _LEFT + _CELL * place, top, figure, most)
    for n, line in enumerate(foot):
        _text(svg, 8, start + _LINE * (lines + 1) + 16 * n, line, size=11)
    return tostring(svg, encoding="unicode")


def _grid(table: StatisticsTable, language: Language) -> _Grid:
    """The first dimension downwards; then the other, or the periods, across."""
    figures = {(cell.period, *cell.codes): cell.count for cell in table.cells}
    periods = [release.period for release in table.releases]
    named = [[(v.code, called_in(v, language)) for v in axis.values] for axis in table.axes]
    whole = [(period, period) for period in periods]
    if len(named) == 2:
        # A column more for each further period: small multiples, side by side.
        across = [((p, code), name if len(periods) == 1 else f"{p} {name}")
                  for p in periods for code, name in named[1]]  # fmt: skip
        down = named[0]
        found = [[figures.get((p, line, code)) for (p, code), _ in across] for line, _ in down]
        columns = [name for _, name in across]
    else:
        down = named[0] if named else whole
        columns = periods if named else [""]
        found = [
            [figures.get((p, line)) for p in periods] if named else [figures.get((line,))]
            for line, _ in down
        ]
    kept = [n for n, row in enumerate(found) if any(row)] if len(down) > MOST_LINES else None
    lines = [name for _, name in down]
    if kept is not None:
        lines, found = [lines[n] for n in kept], [found[n] for n in kept]
    return _Grid(
        lines[:MOST_LINES], columns[:MOST_COLUMNS],
        [row[:MOST_COLUMNS] for row in found[:MOST_LINES]],
    )  # fmt: skip


def _described(grid: _Grid, english: bool) -> str:
    """The figures in words, for whoever does not see the picture."""
    said = []
    for name, row in zip(grid.lines, grid.figures, strict=True):
        shown = [
            f"{column} {_HELD[english] if figure is None else figure}".strip()
            for column, figure in zip(grid.columns, row, strict=True)
        ]
        said.append(f"{name}: {', '.join(shown)}")
    return "; ".join(said)


def _bar(svg: Element, left: float, top: float, figure: int | None, most: int) -> None:
    long = _BAR * (figure or 0) / most if figure else 28
    fill = "url(#held)" if figure is None else _SHADES[4]
    _box(svg, left, top + 3, long, _LINE - 6, fill)
    _text(svg, left + long + 6, top + 16, "*" if figure is None else str(figure))


def _shade(svg: Element, left: float, top: float, figure: int | None, most: int) -> None:
    step = 0 if not figure else round((len(_SHADES) - 1) * figure / most)
    _box(svg, left, top, _CELL - 2, _LINE - 2, "url(#held)" if figure is None else _SHADES[step])
    dark = figure is not None and step >= 4
    shown = "*" if figure is None else str(figure)
    _text(svg, left + _CELL / 2, top + 16, shown, anchor="middle", ink=_PAPER if dark else _INK)


def _box(svg: Element, x: float, y: float, width: float, height: float, fill: str) -> None:
    SubElement(svg, "rect", {"x": f"{x:g}", "y": f"{y:g}", "width": f"{width:.1f}",
                             "height": f"{height:g}", "fill": fill})  # fmt: skip


def _text(
    svg: Element, x: float, y: float, text: str, *, anchor: str = "start", size: int = 13,
    ink: str = _INK, turned: int = 0,
) -> None:  # fmt: skip
    said = SubElement(svg, "text", {"x": f"{x:.1f}", "y": f"{y:g}", "text-anchor": anchor,
                                    "font-size": str(size), "fill": ink})  # fmt: skip
    if turned:
        said.set("transform", f"rotate({turned} {x:.1f} {y:g})")
    said.text = text
