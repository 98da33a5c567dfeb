"""From a web page to its article: main text and metadata, through trafilatura."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import lxml.html
from lxml.etree import ParserError

from kg.errors import ArticleError
from kg.limit import TooLong, within

__all__ = ["Page", "declared_encoding", "looks_like_html", "read_fragment", "read_page"]

_DECLARED = re.compile(rb"""<(?:meta[^>]+charset|\?xml[^>]+encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_OPENING = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b", re.IGNORECASE | re.DOTALL)
_HEAD = 4096
_WORD = re.compile(r"[^\W\d_]{2,}")
_MARKUP = re.compile(r"<[a-zA-Z/!]|&[#\w]+;")
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCKS = frozenset("blockquote br dd div dt figcaption h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul".split())
_UNREAD = frozenset("audio iframe noscript script style svg video".split())
_TAGS = 100_000  # the time to find the text grows with their square
_WORDS = 3  # fewer are left-overs of markup, no article


@dataclass(frozen=True, slots=True)
class Page:
    """The article of a page. `text` has one paragraph per line; `published` is as the page writes it."""

    text: str
    title: str | None = None
    published: str | None = None
    publisher: str | None = None
    url: str | None = None


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the head of a page names.

    Example:
        >>> declared_encoding(b'<meta charset="iso-8859-1">')
        'iso-8859-1'
    """
    found = _DECLARED.search(data[:_HEAD])
    return found[1].decode("ascii") if found else None


def looks_like_html(data: bytes) -> bool:
    """Whether the first bytes open a web page.

    Example:
        >>> looks_like_html(b"<!DOCTYPE html><html>"), looks_like_html(b"Text")
        (True, False)
    """
    return _OPENING.match(data[:_HEAD]) is not None


def read_page(html: str, *, source: object, max_seconds: float | None = 300.0) -> Page:
    """Find the article in a page.

    Args:
        html: The page; tag soup is fine.
        source: What to call it in messages.
        max_seconds: Longest time that finding the text may take; `None` sets no limit.

    Returns:
        The main text without navigation, comments and boxes, and what the page says about itself.

    Raises:
        ArticleError: If there is no text to be found, or not in time.
    """
    # Only dates that the page states: a search of its whole text finds dates of other things.
    if html.count("<") > _TAGS:
        message = f"the page has more than {_TAGS:,} tags"
        raise ArticleError(message, source=source, hint="give the page of one article, or its text as .txt")
    dates = {"original_date": True, "extensive_search": False}
    import trafilatura  # needed for this alone, and slow to load

    find = partial(trafilatura.bare_extraction, with_metadata=True, include_comments=False, include_tables=False)
    try:
        document = within(max_seconds, lambda: find(html, date_extraction_params=dates))
    except TooLong as error:
        message = f"takes longer to read than the {max_seconds:g} seconds that an article may take"
        hint = "give its text as .txt, or allow more with --max-seconds (max_seconds)"
        raise ArticleError(message, source=source, hint=hint) from error
    except (ValueError, TypeError, AttributeError, RecursionError, AssertionError) as error:  # lxml on hostile markup
        message = f"the page cannot be parsed: {error}"
        raise ArticleError(message, source=source, hint="save the page again or give its text as .txt") from error
    text = None if document is None else getattr(document, "text", None)
    if not isinstance(text, str) or len(_WORD.findall(text)) < _WORDS:
        message = "no article text found in the page"
        raise ArticleError(message, source=source, hint="give the page as the browser shows it, or its text as .txt")
    return Page(
        text=text,
        title=_attribute(document, "title"),
        published=_attribute(document, "date"),
        publisher=_attribute(document, "sitename") or _attribute(document, "hostname"),
        url=_attribute(document, "url"),
    )


def read_fragment(html: str) -> str:
    """The text of a piece of markup without navigation around it, such as an item of a feed: one paragraph per line.

    Example:
        >>> read_fragment("<p>Lima &amp; Quito<br/>sind <b>einig</b>.</p><p>Ende</p>").splitlines()
        ['Lima & Quito', 'sind einig.', 'Ende']
        >>> read_fragment("5 < 7")
        '5 < 7'
    """
    if not _MARKUP.search(html):
        return html.strip()
    try:
        tree = lxml.html.fragment_fromstring(html, create_parent="div")
    except (ParserError, ValueError):  # nothing but a comment, characters that XML forbids
        return ""
    for element in tree.iter():
        if element.tag in _UNREAD or not isinstance(element.tag, str):
            for child in element:
                element.remove(child)
            element.text = None
        elif element.tag in _BLOCKS:
            element.text = "\n" + _NOT_XML.sub(" ", element.text or "")
            element.tail = "\n" + _NOT_XML.sub(" ", element.tail or "")
    lines = (" ".join(line.split()) for line in str(tree.text_content()).splitlines())
    return "\n".join(line for line in lines if line)


def _attribute(document: object, name: str) -> str | None:
    value = getattr(document, name, None)
    return value if isinstance(value, str) and value.strip() else None
