"""Draws docs/handoff-life.svg from `domain.handoff_life.STEPS`.

A column for each state, a row for each step: dots where it may be taken, an arrow to where it
leads. Places are chosen by hand, what is drawn is not: a state or step this file does not know
stops it, so the picture cannot lag behind the rules.

    python -m scripts.draw_handoff_life            writes the picture
    python -m scripts.draw_handoff_life --check    fails when it is not up to date
"""

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

from db.enums import HandoffStatus as S
from domain import handoff_life as life
from domain.handoff_life import Side, Step

PICTURE = Path(__file__).parent.parent / "docs" / "handoff-life.svg"

COLUMNS = {  # state: (middle of its column, Indonesian)
    S.DRAFT: (280, "rancangan"),
    S.REQUESTED: (367, "dikirim"),
    S.RECEIVED: (454, "diterima masuk"),
    S.ACCEPTED: (541, "diterima"),
    S.IN_PROGRESS: (628, "dikerjakan"),
    S.COMPLETED: (715, "selesai"),
    S.INFO_REQUESTED: (811, "dikembalikan"),
    S.REJECTED: (907, "ditolak"),
    S.FAILED: (994, "tidak berhasil"),
    S.CANCELLED: (1081, "dibatalkan"),
    S.REVOKED: (1168, "dicabut"),
}
CLOSED = (S.REJECTED, S.FAILED, S.CANCELLED, S.REVOKED)

ROWS: tuple[tuple[str, tuple[tuple[Step, str], ...]], ...] = (
    (
        "The way through",
        (
            (life.SEND, "sendDraftedHandoff"),
            (life.RECEIVE, "receiveHandoff"),
            (life.ACCEPT, "acceptHandoff"),
            (life.START, "startHandoff"),
            (life.COMPLETE, "completeHandoff"),
        ),
    ),
    (
        "A question back",
        (
            (life.ASK_INFO, "requestHandoffInfo"),
            (life.GIVE_INFO, "provideHandoffInfo"),
        ),
    ),
    (
        "Another end",
        (
            (life.REJECT, "rejectHandoff"),
            (life.FAIL, "failHandoff"),
            (life.CANCEL, "cancelHandoff"),
            (life.ASK_CANCEL, "requestHandoffCancellation"),
            (life.AGREE_CANCEL, "answerHandoffCancellation: yes"),
            (life.DECLINE_CANCEL, "answerHandoffCancellation: no"),
            (life.REVOKE, "revokeHandoff"),
        ),
    ),
)
STAYS = (life.ASK_CANCEL, life.DECLINE_CANCEL)
"""Steps that leave the state as it is; what they change is whether a cancellation is asked for."""
RETURNS = life.GIVE_INFO
"""Goes back to where the question was asked; RECEIVED stands for all of these."""

DASHES = ' stroke-dasharray="5 4"'
WIDTH, TOP, ROW, GROUP = 1232, 160, 30, 34
STYLE = """
  text { font-family: system-ui, -apple-system, "Segoe UI", "Liberation Sans", sans-serif; }
  .paper { fill: #ffffff; stroke: #d5dbe1; } .ink { fill: #1f2933; } .soft { fill: #5b6770; }
  .title { font-size: 19px; font-weight: 600; } .note { font-size: 13px; }
  .step { font-size: 13.5px; } .group { font-size: 13px; font-weight: 600; }
  .state { font-size: 11px; font-weight: 600; } .local { font-size: 11px; font-style: italic; }
  .box { fill: #f3f6f8; stroke: #aab4be; } .closes { fill: #fbeeee; stroke: #cf9a9a; }
  .waits { fill: #fdf5e2; stroke: #d3b066; } .shade { fill: #cf9a9a; opacity: .10; }
  .guide { stroke: #e3e8ec; } .mark { font-size: 12px; }
  .sender { stroke: #1d5fae; } .sender-fill { fill: #1d5fae; }
  .receiver { stroke: #15784f; } .receiver-fill { fill: #15784f; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14191f; stroke: #333d47; } .ink { fill: #e6ebf0; } .soft { fill: #a3afba; }
    .box { fill: #212932; stroke: #56626e; } .closes { fill: #382226; stroke: #91585c; }
    .waits { fill: #362d17; stroke: #8c7338; } .guide { stroke: #2a333c; }
    .sender { stroke: #74b3ff; } .sender-fill { fill: #74b3ff; }
    .receiver { stroke: #5fd0a0; } .receiver-fill { fill: #5fd0a0; }
  }
"""


def draw() -> str:
    """The picture as SVG."""
    _complete()
    rows = list(_rows())
    bottom = rows[-1][0] + ROW
    parts = [*_head(bottom), *_states(bottom)]
    for y, row in rows:
        parts += _group(y, row) if isinstance(row, str) else _step(y, *row)
    parts += _legend(bottom)
    return "\n".join(parts) + "\n</svg>\n"


def _complete() -> None:
    """Stop when the rules know a state or a step that the picture does not, or the reverse."""
    if missing := set(S) ^ set(COLUMNS):
        raise SystemExit(f"states without a column, or columns without a state: {missing}")
    drawn = [step for _, group in ROWS for step, _ in group]
    if len(drawn) != len(life.STEPS) or set(drawn) != set(life.STEPS):
        raise SystemExit("the steps drawn are not domain.handoff_life.STEPS")


def _rows() -> Iterator[tuple[int, str | tuple[Step, str]]]:
    y = TOP
    for title, group in ROWS:
        y += GROUP
        yield y, title
        for row in group:
            y += ROW
            yield y, row


def _head(bottom: int) -> list[str]:
    height = bottom + 92
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="title about">',
        '<title id="title">The life of a handoff</title>',
        '<desc id="about">A table of steps: who may take each, from which states, and to which '
        "state it leads. The same is said in words in partners.md.</desc>",
        f"<style>{STYLE}</style>",
        f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="10"/>',
        '<text class="ink title" x="28" y="42">The life of a handoff (serah terima)</text>',
        '<text class="soft note" x="28" y="66">Each row is a step: a dot where it may be taken, '
        "an arrow to where it leads.</text>",
    ]


def _states(bottom: int) -> Iterator[str]:
    left, right = COLUMNS[CLOSED[0]][0] - 46, WIDTH - 18
    yield (
        f'<rect class="shade" x="{left}" y="86" width="{right - left}" height="{bottom - 86}" '
        'rx="6"/>'
    )
    yield _text((left + right) // 2, 105, "soft mark", "the content closes", "middle")
    yield _text(COLUMNS[S.INFO_REQUESTED][0], 105, "soft mark", "sender’s turn", "middle")
    for state, (x, indonesian) in COLUMNS.items():
        kind = "closes" if state in CLOSED else "waits" if state is S.INFO_REQUESTED else "box"
        yield f'<line class="guide" x1="{x}" y1="176" x2="{x}" y2="{bottom}"/>'
        yield f'<rect class="{kind}" x="{x - 41}" y="114" width="82" height="38" rx="6"/>'
        first, _, second = state.value.partition("_")
        if second:
            yield _text(x, 130, "ink state", f"{first}_", "middle")
            yield _text(x, 145, "ink state", second, "middle")
        else:
            yield _text(x, 137, "ink state", first, "middle")
        yield _text(x, 169, "soft local", indonesian, "middle")


def _group(y: int, title: str) -> Iterator[str]:
    yield _text(28, y, "ink group", title)


def _step(y: int, step: Step, mutation: str) -> Iterator[str]:
    side = step.side.value.lower()
    yield _text(40, y, f"{side}-fill step", mutation)
    starts = sorted(COLUMNS[state][0] for state in step.start)
    middle, end = y - 4, COLUMNS[step.end][0]
    if step in STAYS:
        for x in starts:
            yield _ring(step.side, x, middle)
        return
    leftwards = end < starts[0]
    tail, tip = (starts[-1], end + 5) if leftwards else (starts[0], end - 5)
    base = tip + 9 if leftwards else tip - 9
    yield (
        f'<line class="{side}" x1="{tail}" y1="{middle}" x2="{base}" y2="{middle}" '
        f'stroke-width="2"{DASHES if step is RETURNS else ""}/>'
    )
    yield f'<path class="{side}-fill" d="M{tip} {middle}L{base} {middle - 5}V{middle + 5}Z"/>'
    for x in starts:
        yield f'<circle class="{side}-fill" cx="{x}" cy="{middle}" r="5"/>'
    if step is life.SEND:
        yield _text(end + 10, y, "soft mark", "sendHandoff writes and sends at once")
    if step.reason:
        yield _text(end + 8, y, "soft mark", "why?")


def _legend(bottom: int) -> Iterator[str]:
    first, second, third = (bottom + 26 + 24 * line for line in range(3))
    left, right = 28, 300
    for y, side, words in (
        (first, Side.SENDER, "sender’s step (pengirim)"),
        (second, Side.RECEIVER, "receiver’s step (penerima)"),
    ):
        yield f'<circle class="{side.value.lower()}-fill" cx="{left + 6}" cy="{y - 4}" r="5"/>'
        yield _text(left + 22, y, "ink note", words)
    yield _text(left, third, "soft mark", "why?")
    yield _text(left + 34, third, "ink note", "a reason is required (alasan)")
    yield _ring(Side.SENDER, right + 10, first - 4)
    yield _text(
        right + 34, first, "ink note",
        "the state stays: a cancellation is asked for, or declined; both need a reason",
    )  # fmt: skip
    yield (
        f'<line class="sender" x1="{right}" y1="{second - 4}" x2="{right + 24}" '
        f'y2="{second - 4}" stroke-width="2"{DASHES}/>'
    )
    yield _text(right + 34, second, "ink note", "back to the state in which the question was asked")
    yield _text(
        right + 34, third, "ink note",
        "After an accepted transfer (pelimpahan) the sender may only answer questions and ask for "
        "cancellation.",
    )  # fmt: skip


def _ring(side: Side, x: int, y: int) -> str:
    kind = side.value.lower()
    return f'<circle class="{kind}" cx="{x}" cy="{y}" r="5" fill="none" stroke-width="2"/>'


def _text(x: int, y: int, kind: str, words: str, anchor: str = "start") -> str:
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x}" y="{y}"{at}>{escape(words)}</text>'


def main() -> None:
    picture = draw()
    if "--check" not in sys.argv:
        PICTURE.write_text(picture, encoding="utf-8")
    elif PICTURE.read_text(encoding="utf-8") != picture:
        raise SystemExit(f"{PICTURE.name} is not what the rules say: draw it again.")


if __name__ == "__main__":
    main()
