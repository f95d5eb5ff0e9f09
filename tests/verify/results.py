"""``docs/RESULTS.md``: published figures, ours and those of plain Keras side by side."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence

from engine.recipe import Published, Recipe
from engine.run.conditions import versions
from engine.run.report import Report
from tests.verify.trainings import SEEDS, Outcomes

HEAD = """# Results

Written by `make verify`; nothing in here is typed by hand. Split seed 0, model seeds {seeds}, all
fixed in advance. `a ± b` is mean and standard deviation over the seeds. *Plain Keras* is a script
of `tests/plain/`: the same network, rows and batch size with `model.fit`, three runs. Its initial
weights are seeded, its order of rows is not: after `keras.utils.set_random_seed`, `fit` on
TensorFlow repeats one order in every epoch. p is Welch's t-test between ours and plain Keras: a
large p means that three runs of each give no reason to call them different. Seconds are of training
alone, validation included. A loss is the mean over all rows without penalties on weights. With an
embedding the two differ on purpose: Keras 3 on TensorFlow squares the gradient of a word that comes
twice in a batch in two parts, ours as a whole.
"""

COLUMNS = (
    "preset", "metric", "published", "ours", "to published", "plain Keras", "p", "epochs",
    "seconds, ours", "seconds, plain",
)  # fmt: skip


def head() -> str:
    """Return what stands above all sections."""
    return HEAD.format(seeds=", ".join(map(str, SEEDS)))


def section(recipe: Recipe, outcomes: Mapping[str, Outcomes], before: str) -> str:
    """Return the section of a recipe; waits for its trainings.

    Args:
        recipe: The recipe.
        outcomes: By preset.
        before: The section as it is; what it says of other presets stays.
    """
    reports = {name: [each.result() for each in found.ours] for name, found in outcomes.items()}
    lines = [f"## {recipe.name}: {recipe.title}", "", made(), ""]
    lines += [f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|"]
    for name, preset in recipe.presets.items():
        if name not in reports:
            lines += [line for line in before.splitlines() if line.startswith(f"| {name} |")]
            continue
        plain = [each.result() for each in outcomes[name].plain]
        if not preset.published:
            lines += _alone(recipe, name, reports[name])
        for figure in preset.published:
            lines.append(_held(name, figure, reports[name], plain))
    lines += ["", *_baselines(reports, before), ""]
    for name in recipe.presets:
        lines += _findings(name, reports.get(name, []), before)
    sources = sorted({each.source for p in recipe.presets.values() for each in p.published})
    return "\n".join([*lines, "", f"Published figures: {'; '.join(sources)}.", ""])


def _findings(name: str, reports: Sequence[Report], before: str) -> list[str]:
    """Return the line that says what the reports of a preset find."""
    start = f"- `{name}`:"
    if not reports:
        return [line for line in before.splitlines() if line.startswith(start)]
    codes = sorted({finding.code for report in reports for finding in report.findings})
    return [f"{start} the report finds {', '.join(codes)}.{_apart(reports)}"]


def made() -> str:
    """Say when, and with what, the figures were made."""
    with_versions = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, one CPU thread a training, Python "
        f"{platform.python_version()}, {with_versions}."
    )


def _apart(reports: Sequence[Report]) -> str:
    return " It validates on the test set, as its text does." if _on_test(reports) else ""


def _on_test(reports: Sequence[Report]) -> bool:
    return any(report.validates_on_test for report in reports)


def _alone(recipe: Recipe, preset: str, reports: Sequence[Report]) -> Iterator[str]:
    """Yield the rows of a preset for which no figure is published.

    Its test figure is held against the best that the recipe's texts print, if it is ours to beat.
    """
    headline = reports[0].headline
    best = [
        figure.upper or figure.value
        for each in recipe.presets.values()
        for figure in each.published
        if figure.metric == headline and figure.split in ("val", "test")
    ]
    for part in ("train", "val", "test"):
        ours = [_network(report, part, headline) for report in reports]
        distance = "–"
        if preset == "tuned" and part == "test" and headline == "accuracy" and best:
            distance = f"{100 * (statistics.mean(ours) - max(best)):+.2f} points on the best"
        yield _row(
            preset, f"{part} {headline}", "–", _spread(ours), distance, "–", "–", reports, "–"
        )


def _held(
    preset: str, figure: Published, reports: Sequence[Report], plain: Sequence[Mapping[str, object]]
) -> str:
    """Return the row of a published figure."""
    ours = [_network(report, figure.split, figure.metric) for report in reports]
    theirs: list[float] = [each[figure.metric][figure.split] for each in plain]  # type: ignore[index]
    shown = f"{figure.value:.4g}" + (f"–{figure.upper:.4g}" if figure.upper else "")
    seconds = statistics.mean(sum(each["epoch_seconds"]) for each in plain) if plain else None  # type: ignore[call-overload]
    return _row(
        preset,
        f"{figure.split} {figure.metric}",
        shown,
        _spread(ours),
        _distance(statistics.mean(ours), figure),
        _spread(theirs) if theirs else "–",
        f"{_welch(ours, theirs):.2f}" if theirs else "–",
        reports,
        f"{seconds:.0f}" if seconds is not None else "–",
    )


def _row(preset: str, metric: str, *cells: object) -> str:
    *figures, reports, plain = cells
    epochs = sorted({report.epochs for report in reports})  # type: ignore[attr-defined]
    shown = f"{epochs[0]}" if len(epochs) == 1 else f"{epochs[0]}–{epochs[-1]}"
    ours = statistics.mean(report.seconds for report in reports)  # type: ignore[attr-defined]
    return f"| {' | '.join(map(str, (preset, metric, *figures, shown, f'{ours:.0f}', plain)))} |"


def _distance(ours: float, figure: Published) -> str:
    """Say how far a figure of ours is from a published one, in points where that is a share."""
    if figure.upper is not None and figure.value <= ours <= figure.upper:
        return "within"
    nearest = min((figure.value, figure.upper or figure.value), key=lambda each: abs(each - ours))
    if figure.metric == "accuracy":
        return f"{100 * (ours - nearest):+.2f} points"
    return f"{100 * (ours / nearest - 1):+.1f} %"


def _baselines(reports: Mapping[str, Sequence[Report]], before: str) -> Iterator[str]:
    """Yield the table of the baselines, by the rows that they were measured on."""
    first = next(iter(reports.values()))[0]
    table = before.partition("| baseline |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = {line.split(" | ")[0]: line for line in table}
    for found in reports.values():
        for score in found[0].scores[1:]:
            figures = [f"{score.parts[p][first.headline]:.4f}" for p in ("train", "val", "test")]
            note = ", validated on test" if _on_test(found) else ""
            name = f"| {score.name}{note}"
            rows[name] = f"{name} | {' | '.join(figures)} |"
    yield f"Baselines on the same rows ({first.headline}; they do not depend on the model seed):"
    yield ""
    yield "| baseline | train | val | test |"
    yield "|---|---|---|---|"
    yield from rows.values()


def _network(report: Report, part: str, metric: str) -> float:
    return report.scores[0].parts[part][metric]


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.mean(values):.4f} ± {statistics.stdev(values):.4f}"


def _welch(ours: Sequence[float], theirs: Sequence[float]) -> float:
    from scipy.stats import ttest_ind

    return float(ttest_ind(ours, theirs, equal_var=False).pvalue)
