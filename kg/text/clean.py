"""Tell an article from the clutter of its page: the text stays as it is, ranges of it are marked as blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from kg.model import Article, Block, BlockKind
from kg.text.clutter import LONGEST, ClutterRules, Reach, load_clutter
from kg.text.days import parse_day

__all__ = ["clean"]

_LINE_END = re.compile(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CREDIT = 60  # longest credit of a picture, code points
_CAPTION = 300  # longest caption without a repetition to prove it, code points
_HEADLINE = 200  # longest headline, code points
_SUBHEAD = 90  # longest heading between paragraphs, code points
_LEAD = 900  # longest lead, code points
_TITLE = 5  # a headline of so many words is no kicker
_TEASERS = 12  # longest list of teasers, lines
_BROKEN = 25  # shortest line that may be broken in mid-sentence, code points
_WIDTH = 120  # widest line of a text with fixed line breaks, code points
_REPEAT = 15  # shortest line whose repetition is no accident, code points


@dataclass(slots=True)
class _Line:
    """A line or part of one, without the blanks around it. `gap` tells whether an empty line stands before it."""

    start: int
    end: int
    words: str
    gap: bool
    prose: bool
    kind: BlockKind | None = None
    credited: bool = False
    wrapped: bool = False


def clean(article: Article) -> Article:
    r"""Mark the blocks of an article: headline, lead, body (one per paragraph), caption, source line, clutter.

    Every character that is no white space lies in exactly one block. Headline, publisher (of a source line) and day (of
    a dateline at the top) are taken over if the article's metadata lack them. Cleaning twice is cleaning once.

    Args:
        article: The article; blocks that it has are made anew.

    Returns:
        The same article with `blocks`, perhaps with `title`, `publisher` and `published`.

    Raises:
        UnsupportedLanguage: If there are no patterns for the article's language.

    Example:
        >>> text = "Lima und Quito einig\n\nDas Treffen fand am Montag statt.\n\n12 Kommentare"
        >>> for block in clean(Article("a", text)).blocks:
        ...     print(block.kind, text[block.start : block.end])
        headline Lima und Quito einig
        body Das Treffen fand am Montag statt.
        clutter 12 Kommentare
    """
    rules = load_clutter(article.language)
    lines = list(_split(article.text, rules))
    publisher: str | None = None
    day: date | None = None
    # A text in one line is one body: what it says cannot be told from its page by its form.
    if len(lines) > 1:
        lines = _part_credits(lines, rules)
        publisher = _mark_patterns(lines, rules)
        day = _day(lines, rules, article.language)
        _mark_captions(lines)
        _mark_repetitions(lines)
        _mark_wrapped(lines, rules)
        _mark_headlines(lines, article.title)
        _mark_rest(lines, rules)
        _mark_lead(lines, titled=article.title is not None)
    blocks = tuple(_blocks(lines))
    return replace(
        article,
        blocks=blocks,
        title=article.title or _title(lines),
        publisher=article.publisher or publisher,
        published=article.published or day or _opening(lines, rules, article.language),
    )


def _split(text: str, rules: ClutterRules) -> Iterator[_Line]:
    start, gap = 0, False
    ends = [(m.start(), m.end()) for m in _LINE_END.finditer(text)]
    for stop, following in [*ends, (len(text), len(text))]:
        line = _line(text, start, stop, rules, gap=gap)
        if line is not None:
            yield line
        gap = line is None
        start = following


def _line(text: str, start: int, stop: int, rules: ClutterRules, *, gap: bool) -> _Line | None:
    raw = text[start:stop]
    stripped = raw.strip()
    if not stripped:
        return None
    start += len(raw) - len(raw.lstrip())
    words = " ".join(stripped.split()) if len(stripped) <= LONGEST else stripped
    prose = len(words) >= rules.prose and rules.sentence_end.search(words[-12:]) is not None
    return _Line(start, start + len(stripped), words, gap, prose)


def _part_credits(lines: Sequence[_Line], rules: ClutterRules) -> list[_Line]:
    """Cut the credit of a picture off the caption before it, in the same line."""
    parts: list[_Line] = []
    for line in lines:
        whole = len(line.words) > LONGEST or line.end - line.start != len(line.words)
        found = None if whole or rules.credit_line.fullmatch(line.words) else rules.credit_suffix.search(line.words)
        caption = line.words[: found.start()].rstrip(" |–-") if found else ""
        if not caption:
            parts.append(line)
            continue
        credit = line.words[len(caption) :].lstrip()
        cut = line.end - len(credit)
        parts.append(_Line(line.start, line.start + len(caption), caption, line.gap, False, BlockKind.CAPTION))
        parts.append(_Line(cut, line.end, credit, False, False, BlockKind.CLUTTER, credited=True))
    return parts


def _mark_patterns(lines: Sequence[_Line], rules: ClutterRules) -> str | None:
    publisher: str | None = None
    gaps = any(line.gap for line in lines)
    top = True
    index = 0
    read = 0  # how much prose stands before, of all
    total = sum(len(line.words) for line in lines if line.prose)
    while index < len(lines):
        line = lines[index]
        index += 1
        read += len(line.words) if line.prose else 0
        if line.kind is not None:
            continue
        if len(line.words) > LONGEST:
            top = top and not line.prose
            continue
        source = next((m for p in rules.source if (m := p.fullmatch(line.words))), None)
        if source is not None:
            line.kind = BlockKind.SOURCE
            publisher = publisher or source.groupdict().get("publisher")
            continue
        if rules.credit_line.fullmatch(line.words):
            line.kind, line.credited = BlockKind.CLUTTER, True
            continue
        if rules.caption.fullmatch(line.words):
            line.kind = BlockKind.CAPTION
            continue
        rule = rules.rule(line.words, top=top)
        if rule is None:
            top = top and not line.prose
            continue
        line.kind = BlockKind.CLUTTER
        if rule.reach is Reach.END:
            reached = len(lines) - index if 3 * (total - read) < total else 0
        else:
            reached = _reach(lines[index : index + _TEASERS], rule.reach, gaps=gaps)
        for other in lines[index : index + reached]:
            other.kind = BlockKind.CLUTTER
            read += len(other.words) if other.prose else 0
        index += reached
    return publisher


def _reach(following: Sequence[_Line], reach: Reach, *, gaps: bool) -> int:
    """How many of the lines after a heading belong to its box."""
    count = 0
    if reach is Reach.NEXT:
        return 1 if following and len(following[0].words) <= LONGEST else 0
    if reach is Reach.PARAGRAPH:
        while gaps and count < min(3, len(following)) and not following[count].gap:
            count += 1
        return count
    if reach is Reach.TEASERS:
        # A list whose items stand close together ends at the empty line; one with gaps all through, at a sentence.
        spaced = not following or following[0].gap
        while count < len(following):
            line = following[count]
            if line.prose or line.kind is not None or (gaps and not spaced and line.gap):
                break
            count += 1
    return count


def _day(lines: Sequence[_Line], rules: ClutterRules, language: str) -> date | None:
    """The one day that the lines before the second paragraph state."""
    stated: set[date] = set()
    changed: set[date] = set()
    paragraphs = 0
    for line in lines:
        paragraphs += line.prose and line.kind is None
        if paragraphs > 1:
            break
        if line.kind is not BlockKind.CLUTTER or len(line.words) > LONGEST:
            continue
        for pattern, days in ((rules.stated, stated), (rules.changed, changed)):
            found = pattern.fullmatch(line.words)
            day = parse_day(found["date"], language=language) if found else None
            if day is not None:
                days.add(day)
                break
    for days in (stated, changed):
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def _opening(lines: Sequence[_Line], rules: ClutterRules, language: str) -> date | None:
    """The day with which the first paragraph opens: "Paris, 12. März 2025 (dpa) – "."""
    first = next((line for line in lines if line.prose and line.kind in (None, BlockKind.BODY, BlockKind.LEAD)), None)
    found = rules.opening.match(first.words) if first is not None else None
    return parse_day(found["date"], language=language) if found else None


def _mark_captions(lines: Sequence[_Line]) -> None:
    """The text before the bare credit of a picture is its caption."""
    for index, line in enumerate(lines):
        if not (line.credited and line.kind is BlockKind.CLUTTER) or index == 0:
            continue
        before = lines[index - 1]
        if before.kind is not None:
            continue
        repeated = index > 1 and lines[index - 2].words == before.words
        alone = index == 1 or before.gap or not before.prose
        if repeated or (alone and len(before.words) <= _CAPTION and index > 1):
            before.kind = BlockKind.CAPTION
            described = lines[index - 2] if index > 1 else before
            if described.kind is None and not before.gap and _described(described, before):
                described.kind = BlockKind.CAPTION


def _described(line: _Line, caption: _Line) -> bool:
    """Whether a line says in other words what the caption below it says: the text for those who cannot see."""
    one, other = set(line.words.split()), set(caption.words.split())
    return not line.prose and 2 * len(one & other) >= len(other)


def _mark_repetitions(lines: Sequence[_Line]) -> None:
    """Of a line that stands twice in a row only the first is read."""
    kept: list[_Line] = []
    for line in lines:
        if line.kind in (BlockKind.CLUTTER, BlockKind.SOURCE):
            continue
        twin = next((k for k in kept[-2:] if k.words == line.words), None) if len(line.words) >= _REPEAT else None
        glued = next((k for k in kept[-1:] if _glued(k, line)), None)
        if glued is not None:
            glued.kind, line.kind = BlockKind.CAPTION, BlockKind.CLUTTER
        elif twin is None:
            kept.append(line)
        else:
            twin.kind = twin.kind or line.kind
            line.kind = BlockKind.CLUTTER


def _glued(caption: _Line, line: _Line) -> bool:
    """Whether a line repeats a caption and goes straight on with the credit: two elements of a page run together."""
    rest = line.words.removeprefix(caption.words)
    return len(caption.words) >= _REPEAT and len(rest) < len(line.words) and len(rest) <= _CREDIT and rest[:1].isupper()


def _mark_wrapped(lines: Sequence[_Line], rules: ClutterRules) -> None:
    """Join the lines of paragraphs that are broken at a fixed width, and those that plainly go on in the next."""
    for before, line in pairwise(lines):
        if before.kind is None and line.kind is None and not line.gap and not _ended(before):
            goes_on = len(before.words) <= LONGEST and rules.open_end.fullmatch(before.words) is not None
            line.wrapped = goes_on or (len(before.words) >= _BROKEN and line.words[0].islower())
    for run in _runs(lines):
        width = max(len(line.words) for line in run)
        full = [not _ended(line) and len(line.words) >= 0.6 * width for line in run[:-1]]
        small = [line.words[0].islower() for line in run[1:]]
        # Headlines in a row are unended too, but never begin with a small letter.
        if len(run) > 2 and width <= _WIDTH and 2 * sum(full) >= len(full) and 4 * sum(small) >= len(small):
            for before, line in pairwise(run):
                short = len(before.words) < (0.8 if _ended(before) else 0.6) * width
                line.wrapped = line.wrapped or not short


def _ended(line: _Line) -> bool:
    return line.prose or line.words[-1] in ".!?:…"


def _runs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    run: list[_Line] = []
    for line in lines:
        if line.kind is not None or line.gap:
            if run:
                yield run
            run = []
        if line.kind is None:
            run.append(line)
    if run:
        yield run


def _mark_headlines(lines: Sequence[_Line], title: str | None) -> None:
    free = [line for line in lines if line.kind is None]
    wrapped = {id(b) for a, b in pairwise(lines) if b.wrapped for b in (a, b)}
    name = " ".join(title.split()) if title else None
    first = next((i for i, line in enumerate(free) if line.prose or id(line) in wrapped), len(free))
    if first < len(free) and free[first].words == name and all(line.words != name for line in free[:first]):
        first += 1
    for line in free[:first]:
        at_top = line is free[0]
        unended = line.words[-1] not in (".:…" if at_top else ".:…!?")
        if line.words == name or (len(line.words) <= _HEADLINE and unended):
            line.kind = BlockKind.HEADLINE
    for before, line, after in zip(free[first:], free[first + 1 :], free[first + 2 :], strict=False):
        short = len(line.words) <= _SUBHEAD and line.words[-1] not in ".!?:…,;"
        if short and not line.prose and id(line) not in wrapped and before.prose and after.prose:
            line.kind = BlockKind.HEADLINE


def _mark_rest(lines: Sequence[_Line], rules: ClutterRules) -> None:
    """Below the last sentence, what follows on clutter and is none is a list of links or keywords."""
    last = max((i for i, line in enumerate(lines) if line.kind is None and _sentence(line, rules)), default=len(lines))
    ended = False
    for line in lines[last + 1 :]:
        ended = ended or (line.kind in (BlockKind.CLUTTER, BlockKind.SOURCE) and not line.credited)
        if ended and line.kind in (None, BlockKind.HEADLINE):
            line.kind, line.wrapped = BlockKind.CLUTTER, False


def _sentence(line: _Line, rules: ClutterRules) -> bool:
    return line.wrapped or rules.sentence_end.search(line.words[-12:]) is not None


def _mark_lead(lines: Sequence[_Line], *, titled: bool) -> None:
    """The first paragraph under a headline is the lead if others follow."""
    first = next((i for i, line in enumerate(lines) if line.kind is None and line.prose), None)
    if first is None or len(lines[first].words) > _LEAD or lines[first].wrapped:
        return
    headed = titled or any(line.kind is BlockKind.HEADLINE for line in lines[:first])
    if headed and any(line.kind is None and not line.wrapped for line in lines[first + 1 :]):
        lines[first].kind = BlockKind.LEAD


def _title(lines: Sequence[_Line]) -> str | None:
    """The headline before the first paragraph: not the word or two above it, nor what explains it below."""
    heads: list[str] = []
    for line in lines:
        if line.kind is BlockKind.HEADLINE:
            heads.append(line.words)
        elif line.prose and line.kind in (None, BlockKind.LEAD):
            break
    whole = (head for head in heads if head.count(" ") >= _TITLE - 1)
    return next(whole, max(heads, key=len, default=None))


def _blocks(lines: Sequence[_Line]) -> Iterator[Block]:
    blocks: list[Block] = []
    for line in lines:
        if line.wrapped and blocks:
            blocks[-1] = replace(blocks[-1], end=line.end)
        else:
            blocks.append(Block(line.kind or BlockKind.BODY, line.start, line.end))
    yield from blocks
