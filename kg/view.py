"""A knowledge graph as one HTML file: a network to look at that leads from every line to the sentence that proves it.

The file holds everything: data, layout, style, our script, and vis-network from pyvis. It opens no connection, and its
Content-Security-Policy allows none. All data come from strangers: they stand in a JSON block that cannot be left, and
the script writes them as text only.
"""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.util
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kg.config import data_dir
from kg.errors import DataError, SettingsError, StoreError
from kg.network import ClaimSource
from kg.view_data import page_data

__all__ = ["html_page", "write_html"]

_LANGUAGE = "de"  # where neither the caller nor the browser asks for one that the page speaks
_LIBRARY = "lib/vis-9.1.2/vis-network.min.js"
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_ESCAPES = tuple((c, f"\\u{ord(c):04x}") for c in "<>&\u2028\u2029")
_HALF = re.compile("[\ud800-\udfff]")


def write_html(
    graph: ClaimSource, path: str | Path, *, title: str | None = None, language: str | None = None, strict: bool = False
) -> Path:
    """Write a graph as one self-contained HTML file.

    Args:
        graph: A knowledge graph, or a `kg.network.ClaimSet`.
        path: The file; it is replaced.
        title: Heading of the page; without it the single article's title, or a general word.
        language: Of the page at first, `de` or `en`; without it the one that the reader's browser prefers. It can be
            switched in the page, and `lang=` in the address wins.
        strict: Show asserted claims only.

    Returns:
        The path.

    Raises:
        SettingsError: If the page does not speak the language.
        StoreError: If the file cannot be written.
        DataError: If pyvis, which brings vis-network, is missing or of another make.

    Example:
        >>> import tempfile
        >>> from kg.network import ClaimSet
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_html(ClaimSet(), Path(folder) / "graph.html").name
        'graph.html'
    """
    path = Path(path)
    page = html_page(graph, title=title, language=language, strict=strict)
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        message = "the page cannot be written"
        raise StoreError(message, source=path, hint=error.strerror or str(error)) from error
    return path


def html_page(
    graph: ClaimSource, *, title: str | None = None, language: str | None = None, strict: bool = False
) -> str:
    """Make the page that `write_html` writes. The same graph gives the same page.

    Args:
        graph: A knowledge graph, or a `kg.network.ClaimSet`.
        title: Heading of the page; without it the single article's title, or a general word.
        language: Of the page at first, `de` or `en`; without it the one that the reader's browser prefers.
        strict: Show asserted claims only.

    Raises:
        SettingsError: If the page does not speak the language.
        DataError: If pyvis, which brings vis-network, is missing or of another make.
    """
    messages = _messages()
    if language is not None and language not in messages:
        message = f"the page does not speak {language!r}"
        raise SettingsError(message, hint="there are: " + ", ".join(sorted(messages)))
    written = language or _LANGUAGE
    words = messages[written]
    data = page_data(graph, strict=strict)
    if not title:
        headlines = [a["title"] for a in data["articles"] if a["title"]]
        title = headlines[0] if data["read"] == 1 and headlines else None
    data |= {"language": language, "messages": messages, "title": title}
    title = title or words["title"]
    library, script, style = _library(), _joined(".js"), _joined(".css")
    script = f'"use strict";\n(() => {{\n{script}\n}})();\n'
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_digest(library)} {_digest(script)}",
            f"style-src {_digest(style)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    parts = {
        "language": written,
        "policy": html.escape(policy),
        "title": html.escape(_HALF.sub("\ufffd", title)),
        "noscript": html.escape(" · ".join(m["noscript"] for m in ([words] if language else messages.values()))),
        "style": style,
        "library": library,
        "script": script,
        "data": _json(data),
    }
    # one pass, so that braces inside the data are left alone
    return _PLACEHOLDER.sub(lambda match: parts[match[1]], _file("template.html"))


@cache
def _names(suffix: str) -> tuple[str, ...]:
    """The parts of the page with a suffix, in the order of the numbers that their names begin with."""
    folder = data_dir() / "view"
    names = [path.name for path in folder.iterdir() if path.suffix == suffix] if folder.is_dir() else []
    return tuple(sorted(names, key=lambda name: (int((re.match(r"\d+", name) or ["0"])[0]), name)))


def _joined(suffix: str) -> str:
    return "\n".join(_file(name) for name in _names(suffix))


def _messages() -> dict[str, dict[str, str]]:
    """The words of the page by language, from all files of words."""
    found: dict[str, dict[str, str]] = {}
    for name in _names(".json"):
        if name.startswith("messages"):
            for language, words in json.loads(_file(name)).items():
                found.setdefault(language, {}).update(words)
    return found


@cache
def _file(name: str) -> str:
    path = data_dir() / "view" / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        message = "a file of the network view is missing"
        raise DataError(message, source=path, hint="install kg-geopolitics again") from error


@cache
def _library() -> str:
    """The script of vis-network out of pyvis; pyvis itself is not imported, for it would bring IPython with it."""
    found = importlib.util.find_spec("pyvis")
    for folder in (found.submodule_search_locations or ()) if found else ():
        path = Path(folder) / _LIBRARY
        if path.is_file():
            # browsers read all line ends as \n, and the digest in the policy is of what they read
            text = path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\r", "\n")
            if not re.search(r"</script|<!--", text, re.IGNORECASE):
                return text
    message = "pyvis has no vis-network that the page can use"
    raise DataError(message, source=_LIBRARY, hint="pip install 'pyvis==0.3.2'")


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Mapping[str, Any]) -> str:
    """JSON that no HTML parser can take for markup; half characters, which UTF-8 cannot write, are replaced."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign, escape in _ESCAPES:
        text = text.replace(sign, escape)
    return _HALF.sub("\ufffd", text)
