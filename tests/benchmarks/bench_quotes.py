"""Who says what: quotations and their speakers against annotated ones, by overlap of tokens.

    python tests/benchmarks/bench_quotes.py FILE.jsonl [--limit N] [--errors N] [--types Direct,Indirect]

FILE holds an article a line: `id`, `text`, `published` and `quotes`, each with `type` and the character ranges `quote`
and `speaker`; ranges as in Petersen-Frey and Biemann, Dataset of Quotation Attribution in German News Articles (2024).
A quotation found is the annotated one with which it shares most tokens. Of these pairs the tokens that name the speaker
are compared (precision, recall, F1); `end to end` counts the speakers of quotations that were not found as missed.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from spacy.tokens import Doc

from kg.linguistics.pipeline import annotate, load_pipeline
from kg.model import Article
from kg.text.clean import clean

Tokens = frozenset[int]
Quote = tuple[str, Tokens, Tokens]  # type, words said, words of the speaker


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--limit", type=int, help="first N articles only")
    parser.add_argument("--errors", type=int, default=0, help="show N wrong speakers of each kind")
    parser.add_argument("--types", default="Direct,Indirect", help="types of quotations that count, with commas")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][: options.limit]
    articles = [clean(Article(str(r["id"]), r["text"], published=r["published"] or None)) for r in rows]
    docs = [doc for _, doc in annotate(load_pipeline(), articles)]
    report(zip(rows, docs, strict=True), frozenset(options.types.split(",")), options.errors)


def report(pairs: Iterable[tuple[dict, Doc]], types: frozenset[str], errors: int = 0) -> dict[str, float]:
    """Print the figures and return the speaker F1 by type of quotation."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    shown: Counter[str] = Counter()
    for row, doc in pairs:
        gold, found = list(annotated(row, doc, types)), list(quotations(doc))
        for kind, said, speaker in gold:
            best = max(found, key=lambda f: len(f[1] & said), default=None)
            if best is not None and not best[1] & said:
                best = None
            named = best[2] if best is not None else frozenset()
            for name in (kind, "all"):
                counts[name].update(gold=1, found=best is not None, words=len(speaker))
                if best is not None and speaker:
                    counts[name].update(named=bool(named), hit=bool(named & speaker), paired=1)
                    counts[name].update(right=len(named & speaker), said=len(named), there=len(speaker))
            if best is not None and speaker and not named & speaker and shown[kind] < errors:
                shown[kind] += 1
                got = f"got [{words(doc, named)}] not [{words(doc, speaker)}]"
                print(f"{kind} {row['id']}: {got} :: {context(doc, said)}")
            if best is None and shown[kind + "-"] < errors:
                shown[kind + "-"] += 1
                print(f"{kind} {row['id']}: NOT FOUND :: {context(doc, said)}")
        for _, said, _ in found:
            mine = any(said & g[1] for g in annotated(row, doc, None))
            counts["all"].update(system=1, true=mine)
    out = {}
    for name, c in sorted(counts.items()):
        out[name] = f1(c["right"], c["said"], c["there"])
        whole = f1(c["right"], c["said"], c["words"])
        print(
            f"{name:22} found {c['found']}/{c['gold']}  speaker F1 {out[name]:.3f}, end to end {whole:.3f};", end="  "
        )
        print(f"of {c['paired']} speakers {c['named']} named, {c['hit']} right")
    system = counts["all"]
    print(f"{system['true']} of {system['system']} quotations found overlap with an annotated one of any type")
    return out


def f1(right: int, system: int, gold: int) -> float:
    """Harmonic mean of right/system and right/gold."""
    return 2 * right / (system + gold) if system + gold else 0.0


def annotated(row: dict, doc: Doc, types: frozenset[str] | None) -> Iterator[Quote]:
    """The quotations that people marked, as tokens without punctuation; all types for `None`."""
    for quote in row["quotes"]:
        if types is None or quote["type"] in types:
            yield quote["type"], covered(doc, quote["quote"]), covered(doc, quote["speaker"])


def quotations(doc: Doc) -> Iterator[Quote]:
    """The quotations that kg found, with the words that name the speaker."""
    named = {span.id_: span for span in doc.spans.get("kg_speakers", ())}
    for layer in ("kg_quotes", "kg_indirect"):
        for span in doc.spans.get(layer, ()):
            speaker = named.get(f"{layer}:{span.start}")
            words_of_speaker = plain(doc, speaker.start, speaker.end) if speaker is not None else frozenset()
            yield span.label_, plain(doc, span.start, span.end), words_of_speaker


def covered(doc: Doc, ranges: list[list[int]]) -> Tokens:
    """The tokens in character ranges."""
    out: set[int] = set()
    for start, end in ranges:
        span = doc.char_span(start, end, alignment_mode="expand")
        if span is not None:
            out |= plain(doc, span.start, span.end)
    return frozenset(out)


def plain(doc: Doc, start: int, end: int) -> Tokens:
    """The tokens of a range without punctuation and blanks."""
    return frozenset(t.i for t in doc[start:end] if not t.is_punct and not t.is_space and not t.is_quote)


def words(doc: Doc, tokens: Tokens) -> str:
    """The words of a set of tokens."""
    return " ".join(doc[i].text for i in sorted(tokens))


def context(doc: Doc, said: Tokens) -> str:
    """The words around a quotation, which stands in double brackets."""
    start, end = min(said, default=0), max(said, default=0) + 1
    return " ".join(f"{doc[max(0, start - 25) : start]} [[{doc[start:end]}]] {doc[end : end + 25]}".split())


if __name__ == "__main__":
    main()
