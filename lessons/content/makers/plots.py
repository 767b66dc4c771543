"""Making plots: what runs of a lab measure, over time, over a setting or over seeds."""

from cluster_engine.labs import get_lab
from cluster_engine.labs.declaration import Measure, SettingError
from lessons.content.blocks import LabBlock, Plot
from lessons.content.findings import did_you_mean
from lessons.content.makers.bench import Bench
from lessons.content.makers.exercises import compiles
from lessons.content.options import Options
from lessons.content.plots import MOST_RUNS, MOST_WINDOW_MS, Sweep, check_sweep, sweep_of
from lessons.content.scan import Raw

MOST_MEASURES = 4


def make_plot(raw: Raw, bench: Bench) -> Plot | None:
    """Return a chart of a lab's measures; with the table of its numbers behind it."""
    options = Options(raw, bench.findings)
    name, lab = bench.named(options), bench.known_lab(options)
    measures = _measures(options, lab)
    sweep = _sweep(options, lab)
    seeds = options.whole("experiment", 1, low=1, high=MOST_RUNS)
    window, until = options.duration("window", 5_000.0), _until(options, lab)
    alt, caption = options.text("alt", needed=True), bench.html(raw.markdown(), raw.text_line)
    _check_work(options, sweep, seeds, window)
    options.close()
    if lab is None or not measures:
        return None
    return Plot(name, raw.line, lab, measures, sweep, seeds, window, until, alt, caption)


def _measures(options: Options, block: LabBlock | None) -> tuple[Measure, ...]:
    option = options.get("y", needed=True)
    if option is None or block is None:
        return ()
    known = {measure.name: measure for measure in get_lab(block.lab).measures if measure.kind == "number"}
    names = [part.strip() for part in option.value.split(",")]
    for name in names:
        if name not in known:
            line, column = option.place(option.value.find(name))
            message = f"{block.lab} measures no number `{name}`."
            options.findings.error("bad-expression", line, column, message, did_you_mean(name, known))
    if len(names) > MOST_MEASURES:
        options.wrong(option, f"`:y:` names {MOST_MEASURES} measures at most.")
    return tuple(known[name] for name in names if name in known)


def _sweep(options: Options, block: LabBlock | None) -> Sweep | None:
    option = options.get("by")
    if option is None or block is None:
        return None
    try:
        sweep = sweep_of(get_lab(block.lab), block.settings, option.value)
        check_sweep(block.lab, block.settings, sweep)
    except SettingError as error:
        options.wrong(option, str(error), code="unknown-setting")
        return None
    return sweep


def _until(options: Options, block: LabBlock | None) -> str | None:
    option = options.get("until")
    if option is None or block is None:
        return None
    return option.value if compiles(options, option, get_lab(block.lab)) else None


def _check_work(options: Options, sweep: Sweep | None, seeds: int, window: float) -> None:
    """A plot is measured while a reader waits for it."""
    runs = seeds * (len(sweep.values) if sweep else 1)
    if runs > MOST_RUNS and (option := options.get("experiment")):
        options.wrong(option, f"A plot is made of {MOST_RUNS} runs at most; this one of {runs:,}.")
    if not 0 < window <= MOST_WINDOW_MS and (option := options.get("window")):
        options.wrong(option, f"`:window:` is a time up to {MOST_WINDOW_MS / 1000:g} s.")
