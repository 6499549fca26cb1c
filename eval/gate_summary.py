"""What the gate found, as Markdown for a review."""

from eval.gate import GateReport

_TITLES = {"fail": "Regressions and unaccepted changes", "warn": "To look at", "note": "Differs"}


def markdown_summary(report: GateReport) -> str:
    """A heading that says pass or fail, the kinds, and what was found."""
    passed = {0: "passed", 1: "failed", 3: "passed, with warnings"}[report.exit_code]
    lines = [f"# Eval gate: {passed}", "", f"Run `{report.run_id}`, hash `{report.run_hash}`.", ""]
    lines += ["| part | kind | right | of | share | baseline |", "|---|---|--:|--:|--:|--:|"]
    for part, kinds in report.kinds.items():
        for kind, one in kinds.items():
            before = report.baseline_kinds.get(part, {}).get(kind, {}).get("share")
            lines.append(
                f"| {part} | {kind} | {one['right']} | {one['n']} | {_share(one['share'])} "
                f"| {_share(before)} |"
            )
    for level, title in _TITLES.items():
        found = [one for one in report.findings if one.level == level]
        if found:
            lines += ["", f"## {title}", ""]
            lines += [f"- `{one.name}`: {_plain(one.text)}" for one in found]
    if total := report.latency_ms.get("total"):
        lines += ["", f"An answer takes {total['median']:.0f} ms in the median (not gated)."]
    return "\n".join(lines) + "\n"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _plain(text: str) -> str:
    """Text of cases cannot become markup."""
    for mark in "\\`*_<>[]|":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
