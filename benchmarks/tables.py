"""The comparison as tables."""

from benchmarks.compare import CONCURRENCY, GOALS, MIDDLE, MODES, Comparison, Measured
from benchmarks.report import Sheet
from benchmarks.served import FLOOR, OURS, POSTGRAPHILE, sides


def sheets(result: Comparison) -> list[Sheet]:
    """Rates and times in each mode, then what a request costs whom."""
    modes = [mode for mode in MODES if any(m.bare is mode for m in result.measured)]
    return [*(_rates(result, mode) for mode in modes), _costs(result)]


def _rates(result: Comparison, bare: bool) -> Sheet:
    present = sides_of(result)
    others = [side for side in present if side != OURS]
    sheet = Sheet(
        f"Requests a second: {MODES[bare]}",
        "operation", "at once",
        *(f"{side}/s" for side in present),
        *(f"× {side}" for side in others), "goals",
        f"p50 ms: {', '.join(present)}", f"p99 ms: {', '.join(present)}",
    )  # fmt: skip
    for measured in result.measured:
        if measured.bare is not bare:
            continue
        goals = _goals(measured, others)
        for concurrency in CONCURRENCY:
            rates = [f"{measured.value(concurrency, side, 'rate'):,.0f}" for side in present]
            ratios = [measured.ratio(concurrency, side) for side in others]
            times = [
                " · ".join(_ms(measured.value(concurrency, side, name)) for side in present)
                for name in ("p50", "p99")
            ]
            title = measured.operation.title if concurrency == CONCURRENCY[0] else ""
            sheet.add(title, str(concurrency), *rates, *ratios, goals, *times)
    return sheet


def _goals(measured: Measured, others: list[str]) -> str:
    goals = dict(zip((POSTGRAPHILE, FLOOR), GOALS.get(measured.operation.key, "--"), strict=True))
    return " · ".join(goals[side] for side in others)


def _costs(result: Comparison) -> Sheet:
    sheet = Sheet(
        f"What a request costs whom, {MIDDLE} at once: ms of processor, cores kept busy",
        "operation", "of", "round trips", "server ms", "PostgreSQL ms", "together",
        "server cores", "PostgreSQL cores", "load generator cores",
    )  # fmt: skip
    for measured in result.measured:
        title = measured.operation.title.split("  ")[0] + ", bare" * measured.bare
        for side in sides_of(result):
            value = {
                name: measured.value(MIDDLE, side, name)
                for name in ("server", "database", "server cores", "database cores", "load cores")
            }
            trips = result.trips[measured.operation.key, side, measured.bare]
            sheet.add(
                title, side, f"{trips:.1f}", f"{value['server']:.2f}", f"{value['database']:.2f}",
                f"{value['server'] + value['database']:.2f}", f"{value['server cores']:.2f}",
                f"{value['database cores']:.2f}", f"{value['load cores']:.2f}",
            )  # fmt: skip
            title = ""
    return sheet


def told(result: Comparison) -> str:
    """What belongs beside the tables."""
    memory = ", ".join(f"{side} {mb:.0f} MB" for side, mb in result.memory.items())
    return (
        f"Resident memory of each side's process when it was done: {memory}. Other programs had"
        f" {result.others:.0%} of the processors meanwhile."
    )


def sides_of(result: Comparison) -> list[str]:
    """The sides that took part, in their order."""
    took_part = result.measured[0].runs[CONCURRENCY[0]][0]
    return [side for side in sides() if side in took_part]


def _ms(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
