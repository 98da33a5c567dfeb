"""A report to read: the figures, and examples of what is missed or wrong with the sentences they come from.

Everything that comes from articles is escaped, in HTML as in Markdown.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from kg.errors import SettingsError
from kg.evaluate_causes import Cause
from kg.evaluate_report import BY_PREDICATE, Mistake, Report

__all__ = ["FORMATS", "html_page", "markdown_page", "render_page"]

Rows = Sequence[Sequence[str]]

EXAMPLES = 10  # of missed and of wrong claims for each cause
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "table{border-collapse:collapse;margin:1rem 0}td,th{padding:.15rem .8rem;text-align:right;"
    "border-bottom:1px solid #d8dde3}td:first-child,th:first-child{text-align:left}"
    "blockquote{margin:.2rem 0 1rem;padding-left:1rem;border-left:3px solid #d8dde3;color:#444c56}"
    "@media(prefers-color-scheme:dark){body{background:#14171a;color:#e4e8ec}blockquote{color:#a9b3bd}}"
)
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|~])")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def render_page(report: Report, path: str | Path, *, examples: int = EXAMPLES, language: str = "de") -> str:
    """The report as a page whose format the file's ending tells.

    Args:
        report: From `kg.evaluate.evaluate`.
        path: The file that the page is for: `.html` or `.md`; nothing is written.
        examples: How many missed and how many wrong claims are shown for each cause.
        language: Two-letter code of the articles.

    Raises:
        SettingsError: If the ending is another one.

    Example:
        >>> render_page(Report(), "report.md").splitlines()[0]
        '# Evaluation'
    """
    renderer = FORMATS.get(Path(path).suffix.lower())
    if renderer is None:
        message = f"the page cannot be written as {Path(path).suffix or 'a file without ending'}"
        raise SettingsError(message, source=path, hint="give a file that ends in " + " or ".join(FORMATS))
    return renderer(report, examples=examples, language=language)


def html_page(report: Report, *, examples: int = EXAMPLES, language: str = "de") -> str:
    """The report as one HTML file without scripts; see `render_page` for the arguments."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    out = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Evaluation</title>',
        '<meta name="viewport" content="width=device-width">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}"><style>{_STYLE}</style></head><body>',
        "<h1>Evaluation</h1>",
    ]
    for title, rows in _tables(report):
        out.append(f"<h2>{_html(title)}</h2><table>")
        for number, row in enumerate(rows):
            tag = "td" if number else "th"
            out.append("<tr>" + "".join(f"<{tag}>{_html(value)}</{tag}>" for value in row) + "</tr>")
        out.append("</table>")
    for cause, title, mistakes in _groups(report):
        out.append(f"<h2>{_html(cause)}: {_html(title)} ({len(mistakes)})</h2>")
        for m in mistakes[:examples]:
            out.append(f"<p><b>{_html(m.subject)}</b> {_html(m.predicate)} <b>{_html(m.object)}</b>")
            out.append(f"<small>{_html(m.article)}</small></p>")
            out.append(f'<blockquote lang="{_html(language)}">{_html(m.sentence)}</blockquote>')
    return "\n".join([*out, "</body></html>", ""])


def markdown_page(report: Report, *, examples: int = EXAMPLES, language: str = "de") -> str:
    """The report as Markdown; see `render_page` for the arguments (the language is not used)."""
    out = ["# Evaluation", ""]
    for title, rows in _tables(report):
        out += [f"## {_markdown(title)}", ""]
        for number, row in enumerate(rows):
            out.append("| " + " | ".join(map(_markdown, row)) + " |")
            if number == 0:
                out.append("|---" + "|--:" * (len(row) - 1) + "|")
        out.append("")
    for cause, title, mistakes in _groups(report):
        out += [f"## {_markdown(cause)}: {title} ({len(mistakes)})", ""]
        for m in mistakes[:examples]:
            claim = f"**{_markdown(m.subject)}** {_markdown(m.predicate)} **{_markdown(m.object)}**"
            out += [f"- {claim} ({_markdown(m.article)})", f"  > {_markdown(m.sentence)}", ""]
    return "\n".join(out)


FORMATS = {".html": html_page, ".htm": html_page, ".md": markdown_page}


def _html(text: str) -> str:
    return html.escape(_plain(text))


def _markdown(text: str) -> str:
    return _MARKUP.sub(r"\\\1", html.escape(_plain(text), quote=False))


def _plain(text: str) -> str:
    """The text on one line, without characters that steer a terminal or turn the direction of writing."""
    return " ".join(_CONTROLS.sub(" ", str(text)).split())


def _tables(report: Report) -> Iterator[tuple[str, Rows]]:
    predicates = report.predicates
    overall = {name: f for name, f in report.figures.items() if not name.startswith(BY_PREDICATE)}
    head = ("precision", "recall", "F1", "right", "system", "gold")
    for title, figures in (("Figures", dict(sorted(overall.items()))), ("By predicate", predicates)):
        rows = [
            (name, f"{f.precision:.3f}", f"{f.recall:.3f}", f"{f.f1:.3f}", str(f.right), str(f.system), str(f.gold))
            for name, f in figures.items()
        ]
        yield title, [("", *head), *rows]
    shares = [(n, f"{a.share:.3f}", str(a.right), str(a.all)) for n, a in sorted(report.accuracies.items())]
    yield "Of the right ones", [("", "share", "right", "all"), *shares]
    causes = [(str(cause), str(missed), str(wrong)) for cause, (missed, wrong) in report.causes.items()]
    yield "By cause", [("", "missed", "wrong"), *causes]
    yield "Missed claims by predicate and cause", _crossed(report.missed)
    if report.reliability.pairs:
        bins = [
            (f"{b.low:.2f}–{b.high:.2f}", f"{b.stated:.3f}", f"{b.observed:.3f}", str(b.count))
            for b in report.reliability.bins()
        ]
        score = (f"Brier score {report.reliability.brier:.3f}", "", "", str(len(report.reliability.pairs)))
        yield "Confidence", [("confidence", "stated", "observed", "claims"), *bins, score]


def _crossed(mistakes: Sequence[Mistake]) -> Rows:
    causes = [cause for cause in Cause if any(m.cause is cause for m in mistakes)]
    grouped: dict[str, list[Cause]] = {}
    for mistake in mistakes:
        grouped.setdefault(mistake.predicate, []).append(mistake.cause)
    rows = [(name, *(str(found.count(cause) or "") for cause in causes)) for name, found in sorted(grouped.items())]
    return [("", *map(str, causes)), *rows]


def _groups(report: Report) -> Iterator[tuple[str, str, list[Mistake]]]:
    for cause in Cause:
        for title, mistakes in (("missed", report.missed), ("wrong", report.wrong), ("misjudged", report.misjudged)):
            if found := [m for m in mistakes if m.cause is cause]:
                yield str(cause), title, found
