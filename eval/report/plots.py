"""Plots of a run as inline SVG: measures in, `<svg>` text that follows the page's colours out.

The same measures give the same bytes, whatever the machine's matplotlibrc says. Colours are CSS
variables of the page with a light fallback, and words stay text.
"""

import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, PercentFormatter

Parts = Mapping[str, Any]
"""`parts` of measures.json: for `tuning`, `held_out` and `all` what was measured."""

_WIDTH_IN = 4.6
_ROW_IN = 0.42
_FRAME_IN = 1.05
_LEAST_MS = 0.01
"""What is drawn for a stage that took no time, as its axis is logarithmic."""
_FEW_TICKS = 200
"""Where an axis spans less, its powers of ten alone would be too few to read it by."""
_INK, _MUTED, _LINE, _TUNING, _HELD_OUT = "#010203", "#010204", "#010205", "#010206", "#010207"
"""Stand-ins that no other part of a plot has; `_VARIABLES` says what they become."""
_VARIABLES = {
    _INK: "var(--ink, #1d2429)",
    _MUTED: "var(--muted, #57616a)",
    _LINE: "var(--line, #e0dbd0)",
    _TUNING: "var(--tuning, #14566b)",
    _HELD_OUT: "var(--held-out, #a85200)",
}
_PARTS = (("tuning", "tuning", _TUNING, "o", "-"), ("held_out", "held out", _HELD_OUT, "D", "--"))
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "alsqa",
    "text.parse_math": False,
    "font.size": 11,
    "text.color": _INK,
    "axes.labelcolor": _MUTED,
    "axes.edgecolor": _LINE,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "figure.facecolor": "none",
    "grid.color": _LINE,
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _MUTED,
    "ytick.labelcolor": _INK,
    "legend.frameon": False,
}
_PROLOGUE = re.compile(r"^.*?(?=<svg )", re.DOTALL)
_PAGE_WIDE = re.compile(
    r"\s*(?:<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>)", re.DOTALL
)
"""What would hold for the whole page: its rules for lines go onto the element instead."""
_LINES = "stroke-linejoin: round; stroke-linecap: butt"
_SIZE = re.compile(r' (?:width|height)="[^"]*pt"')
_FONT = re.compile(r"font-family: [^;\"]+")
_NAMES = re.compile(r'(\bid="|href="#|url\(#)')


def share_plot(parts: Parts, *, baseline: Parts | None = None) -> str | None:
    """Share right by kind with its confidence interval; None where nothing was scored.

    Args:
        parts: what was measured.
        baseline: the same of the run to compare with; drawn as upright strokes.
    """
    kinds = list(dict.fromkeys(kind for part, *_ in _PARTS for kind in parts[part]["kinds"]))
    rows = [(row, kind, *place) for row, kind in enumerate(kinds) for place in enumerate(_PARTS)]
    if not any(_kind(parts, part[0], kind)["share"] is not None for _, kind, _, part in rows):
        return None
    with _styled(len(kinds)) as (figure, axes):
        for row, kind, place, (part, _, colour, marker, _) in rows:
            level, now = row + 0.32 * place - 0.16, _kind(parts, part, kind)
            before = _kind(baseline, part, kind)["share"] if baseline else None
            if before is not None:
                axes.plot(100 * before, level, "|", ms=12, mew=2, color=_MUTED)
            if now["share"] is not None:
                if now["ci"]:
                    axes.plot([100 * end for end in now["ci"]], [level] * 2, color=colour, lw=1.8)
                axes.plot(100 * now["share"], level, marker, color=colour, ms=5.5)
        _name_rows(axes, kinds)
        axes.set_xlim(-2, 102)
        axes.xaxis.set_major_formatter(PercentFormatter(decimals=0))
        handles = [
            Line2D([], [], color=colour, marker=marker, lw=1.8, ms=5.5, label=label)
            for part, label, colour, marker, _ in _PARTS
            if parts[part]["kinds"]
        ]
        if baseline:
            handles.append(_stroke("baseline", _MUTED))
        figure.legend(handles=handles, loc="outside upper left", ncols=3)
        return _svg(figure, name="share", label="Share of right answers by kind, with intervals")


def latency_plot(latency_ms: Mapping[str, Mapping[str, float]]) -> str | None:
    """Median and 95th percentile of each stage, in ms on a log axis; None where nothing was timed."""
    if not latency_ms:
        return None
    with _styled(len(latency_ms)) as (figure, axes):
        for row, figures in enumerate(latency_ms.values()):
            ends = [max(figures[name], _LEAST_MS) for name in ("median", "p95")]
            axes.plot(ends, [row] * 2, color=_TUNING, lw=1.8, zorder=1)
            axes.plot(ends[0], row, "o", color=_TUNING, ms=6)
            axes.plot(ends[1], row, "|", color=_TUNING, ms=12, mew=2)
        axes.set_xscale("log")
        axes.margins(x=0.08)
        low, high = axes.get_xlim()
        subs = (1.0,) if high / low > _FEW_TICKS else (1.0, 2.0, 5.0)
        axes.xaxis.set_major_locator(LogLocator(subs=subs))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.minorticks_off()
        axes.set_xlabel("ms")
        _name_rows(axes, list(latency_ms))
        handles = [
            Line2D([], [], color=_TUNING, marker="o", ms=6, lw=0, label="median"),
            _stroke("95th percentile", _TUNING),
        ]
        figure.legend(handles=handles, loc="outside upper left", ncols=2)
        return _svg(figure, name="latency", label="Latency by stage: median and 95th percentile")


def risk_coverage_plot(parts: Parts) -> str | None:
    """Share that is wrong among the surest answers, by how many are given; None without points."""
    curves = [
        (parts[part]["risk_coverage"]["points"], label, colour, dashes)
        for part, label, colour, _, dashes in _PARTS
    ]
    if not any(points for points, *_ in curves):
        return None
    with _styled(6) as (figure, axes):
        for points, label, colour, dashes in curves:
            if points:
                places = [(100 * coverage, 100 * risk) for coverage, risk, _ in points]
                dots = "o" if len(places) == 1 else ""
                style = f"{dots}{dashes}"
                axes.plot(*zip(*places, strict=True), style, color=colour, lw=1.8, label=label)
        axes.grid(lw=0.7)
        axes.tick_params(axis="y", labelcolor=_MUTED)
        axes.set_xlim(0, 102)
        axes.set_ylim(bottom=0)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(PercentFormatter(decimals=0))
        axes.set_xlabel("answered, surest first")
        axes.set_ylabel("wrong among these")
        figure.legend(loc="outside upper left", ncols=2)
        return _svg(figure, name="risk", label="Risk by coverage")


def _kind(parts: Parts, part: str, kind: str) -> Mapping[str, Any]:
    nothing = {"share": None, "ci": None}
    return parts.get(part, {}).get("kinds", {}).get(kind, nothing)  # type: ignore[no-any-return]


@contextmanager
def _styled(rows: int) -> Iterator[tuple[Figure, Axes]]:
    """An empty figure that is as high as its rows need; drawn and saved in matplotlib's defaults."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        figure = Figure(figsize=(_WIDTH_IN, _FRAME_IN + _ROW_IN * rows), layout="constrained")
        yield figure, figure.subplots()


def _stroke(label: str, colour: str) -> Line2D:
    return Line2D([], [], color=colour, marker="|", ms=12, mew=2, lw=0, label=label)


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", lw=0.7)


def _svg(figure: Figure, *, name: str, label: str) -> str:
    """The figure as an element for a page: no prologue, no date, ids of its own, any width."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = _PAGE_WIDE.sub("", _PROLOGUE.sub("", buffer.getvalue()))
    text = _SIZE.sub("", text, count=2)
    text = _NAMES.sub(rf"\g<1>{name}-", text)
    text = _FONT.sub("font-family: inherit", text)
    for stand_in, variable in _VARIABLES.items():
        text = text.replace(stand_in, variable)
    about = f'<svg role="img" aria-label="{html.escape(label)}" style="{_LINES}" '
    return text.replace("<svg ", about, 1).strip()
