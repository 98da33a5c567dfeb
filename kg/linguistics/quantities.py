"""Find numbers with what they count: "mehr als 10.000 Soldaten", "zwei Milliarden Euro", "Dutzende".

In: a `Doc`, tagged and parsed where possible, with `kg_dates` where possible (numbers inside dates count nothing).
Out: `doc.spans["kg_quantities"]`: `label_` the class of what is counted, `kb_id_` "comparison|value|upper|unit".
Numbers in digits are read by Babel (CLDR), number words by the language's table (`quantities.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from kg.linguistics.batches import InBatches
from kg.linguistics.copying import page_of, write_layer
from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.numbers import QuantityWords, load_quantities
from kg.linguistics.page import Page, Stretch, Word
from kg.model import Comparison, Quantity

__all__ = ["QuantityFinder", "load_quantities", "read_quantity"]

LONGEST_PHRASE = 4  # words of comparison before a number
MOST_ADJECTIVES = 5  # words between the number and its noun
COUNTED_ONE = frozenset(
    {"people", "soldiers", "dead", "wounded", "arrested", "missing", "displaced"}
)  # classes that an article may count
_NOUN = re.compile(r"(?:[A-ZÄÖÜ]|[A-Za-z]+-[A-ZÄÖÜ])[\w.-]*")


def read_quantity(span: Stretch) -> Quantity:
    """The quantity that a span of `kg_quantities` holds.

    Args:
        span: A span that `QuantityFinder` wrote.
    """
    comparison, value, upper, unit = [*span.kb_id_.split("|", 3), "", "", "", ""][:4]
    return Quantity(
        text=span.text,
        value=float(value) if value else None,
        unit=unit or None,
        comparison=Comparison(comparison) if comparison else Comparison.EXACTLY,
        upper=float(upper) if upper else None,
    )


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as read: its tokens, its value, and how it compares."""

    start: int
    end: int
    value: float | None
    comparison: Comparison = Comparison.EXACTLY
    upper: float | None = None
    article: bool = False


class QuantityFinder(InBatches):
    """The component `kg_quantities`: writes `doc.spans["kg_quantities"]`.

    Args:
        words: The words of quantities of the language.
        grammar: Its grammar.

    Example:
        >>> import spacy
        >>> finder = QuantityFinder(load_quantities("de"), load_grammar("de"))
        >>> doc = finder(spacy.blank("de")("Bis zu 10.000 Soldaten kamen, aber keine Panzer."))
        >>> [(q.text, q.kb_id_) for q in doc.spans["kg_quantities"]]
        [('Bis zu 10.000 Soldaten', 'at most|10000||Soldat'), ('keine Panzer', 'exactly|0||Panzer')]
    """

    def __init__(self, words: QuantityWords, grammar: Grammar) -> None:
        self.words = words
        self.grammar = grammar

    def __call__(self, doc: Doc) -> Doc:
        """Write the quantities of a document and return it."""
        page = page_of(doc)
        write_layer(doc, page, "kg_quantities", list(self.find(page)))
        return doc

    def find(self, doc: Page) -> Iterator[Stretch]:
        """Yield the quantities of a document, in order."""
        may_begin = self.words.may_begin
        starts = [word.i for word in doc if may_begin(word.text)]
        taken = self._taken(doc) if starts else set()
        end = 0  # of the last quantity
        for i in starts:
            number = None if i < end or i in taken else self._number(doc, i)
            if number is None:
                continue
            number = self._compared(doc, self._ranged(doc, number))
            span = self._counted(doc, number)
            if span is not None:
                yield span
            end = max(number.end, span.end if span is not None else 0)

    def _taken(self, doc: Page) -> set[int]:
        """Tokens that hold no quantity: dates and clutter."""
        taken = {t.i for span in doc.spans.get("kg_dates", ()) for t in span}
        return taken | {t.i for b in doc.spans.get("kg_blocks", ()) if b.label_ == "clutter" for t in b}

    def _number(self, doc: Page, i: int) -> _Number | None:
        words, token = self.words, doc[i]
        lower = token.lower_
        if lower in words.articles:
            following = doc[i + 1] if i + 1 < len(doc) else None
            scale = words.scales.get(following.text) if following is not None else None
            if scale is not None:
                return _Number(i, i + 2, float(scale))
            if following is not None and following.lower_ in words.vague:
                return _Number(i, i + 2, None, Comparison.ABOUT)
            return _Number(i, i + 1, 1.0, article=True)
        if lower in words.vague and not (token.text in words.scales and token.text[0].islower()):
            least = words.vague[lower]
            end, factor = self._scaled(doc, i + 1)
            value = float(least * factor) if least else None
            return _Number(i, end, value, Comparison.AT_LEAST if least else Comparison.ABOUT)
        if lower in words.exact:
            value = float(words.exact[lower])
            return _Number(i, i + 1, value if value >= 0 else None)
        value_read = words.read_number(token.text.removesuffix("."))
        ordinal = token.text.endswith(".") and i + 1 < len(doc) and not doc[i + 1].is_sent_start
        if value_read is None or ordinal:
            return None
        end, factor = self._scaled(doc, i + 1)
        return _Number(i, end, value_read * factor)

    def _scaled(self, doc: Page, i: int) -> tuple[int, int]:
        """The end of the number and the product of the scale words that follow it ("zwei Milliarden")."""
        factor = 1
        while i < len(doc) and doc[i].text in self.words.scales:
            factor *= self.words.scales[doc[i].text]
            i += 1
        return i, factor

    def _ranged(self, doc: Page, number: _Number) -> _Number:
        """Join "zwischen 20 und 30", "20 bis 30", "20-30"."""
        words, j = self.words, number.end
        if number.article or number.value is None or j + 1 >= len(doc) or doc[j].lower_ not in words.joiners:
            return number
        after_between = number.start > 0 and doc[number.start - 1].lower_ in words.between
        if doc[j].lower_ in words.coordination and not after_between:
            return number
        other = self._number(doc, j + 1)
        if other is None or other.article or other.value is None:
            return number
        low, high = number.value, other.value
        if low < high:
            _, factor = self._scaled(doc, j + 2)
            low = low * factor if low * factor < high else low
            start = number.start - 1 if after_between else number.start
            return _Number(start, other.end, low, Comparison.BETWEEN, high)
        return number

    def _compared(self, doc: Page, number: _Number) -> _Number:
        """Take in the words of comparison before the number."""
        words, start = self.words, number.start
        comparison = number.comparison
        while True:
            for size in range(min(LONGEST_PHRASE, start), 0, -1):
                phrase = " ".join(t.lower_ for t in doc[start - size : start])
                if phrase in words.comparisons:
                    break
            else:
                break
            before = doc[start - size - 1] if start > size else None
            if phrase in words.sum_words and before is not None and before.lemma_.lower().endswith(words.sums):
                break  # "ein Kredit über drei Millionen Dollar"
            if phrase in words.outside or (number.article and words.comparisons[phrase] is Comparison.EXACTLY):
                break
            found = words.comparisons[phrase]
            if found is not Comparison.EXACTLY and comparison is Comparison.EXACTLY:
                comparison = found
            start -= size
        return _Number(start, number.end, number.value, comparison, number.upper, number.article)

    def _counted(self, doc: Page, number: _Number) -> Stretch | None:
        """The span with what is counted, or `None` if the number counts nothing that claims are about."""
        words = self.words
        noun = self._noun(doc, number.end)
        if number.end < len(doc) and doc[number.end].text in words.percent:
            return self._span(doc, number, number.end + 1, "other", doc[number.end].text)
        if number.end < len(doc) and doc[number.end].text in words.symbols:
            return self._span(doc, number, number.end + 1, "money", words.symbols[doc[number.end].text])
        sign = words.prefixes.get(doc[number.start - 1].text) if number.start else None
        if sign is not None:
            whole = self._compared(doc, replace(number, start=number.start - 1))
            return self._span(doc, whole, number.end, "money", sign)
        if noun is None:
            return None if number.article else self._uncounted(doc, number)
        lemma = noun.lemma_ if noun.lemma_[:1].isupper() == noun.text[:1].isupper() else ""
        if "-" not in noun.text:
            lemma = lemma.rpartition("-")[2]
        name, unit = words.classify(noun.text, lemma)
        if name == "time":
            return None
        collective = noun.lower_.endswith(words.not_counting)
        if number.article and (collective or name not in COUNTED_ONE or self._predicated(noun)):
            return None
        return self._span(doc, number, self._coordinated(doc, noun.i + 1), name or "other", unit)

    def _predicated(self, noun: Word) -> bool:
        """Whether the noun says what somebody is ("sein Vater, ein Journalist"), and counts nobody."""
        grammar = self.grammar
        return grammar.has(noun, "apposition") or bool(grammar.children(noun, "copula"))

    def _coordinated(self, doc: Page, end: int) -> int:
        """Take in a second noun under the same number ("200 Frauen und Kinder")."""
        if end + 1 < len(doc) and doc[end].lower_ in self.words.coordination and self._nominal(doc[end + 1]):
            name, _ = self.words.classify(doc[end + 1].text)
            if name and name not in ("time", "money") and self.grammar.has(doc[end + 1], "conjunct"):
                return end + 2
        return end

    def _nominal(self, token: Word) -> bool:
        return bool(_NOUN.fullmatch(token.text)) or (token.text.islower() and self.grammar.is_(token, "noun"))

    def _noun(self, doc: Page, i: int) -> Word | None:
        """The noun that a number before token `i` counts."""
        words = self.words
        for j in range(i, min(i + MOST_ADJECTIVES, len(doc))):
            token = doc[j]
            if (token.is_sent_start and j > i) or token.is_punct or token.text in words.percent:
                return None
            if token.pos_ in ("NOUN", "PROPN") or (not token.pos_ and _NOUN.fullmatch(token.text)):
                return token if token.text[:1].isalpha() else None
            if token.pos_ in ("VERB", "AUX"):
                return None
            if token.pos_ == "ADJ" or token.lower_ in words.determiners or words.adjective.search(token.text):
                continue
            if _NOUN.fullmatch(token.text) and not token.pos_:
                return token
            if token.pos_ not in ("ADP", "ADV", "PROPN", "DET"):
                return None
            if token.pos_ in ("ADP", "DET") and token.lower_ not in words.determiners:
                return self._beyond(doc, i)
        return None

    def _beyond(self, doc: Page, i: int) -> Word | None:
        """The noun of a number whose adjective has complements ("drei in Kairo festgehaltene Reporter")."""
        number = doc[i - 1]
        noun = number.head
        if self.grammar.has(number, "numeral") and noun.i > number.i and self.grammar.is_(noun, "noun"):
            return noun
        return None

    def _uncounted(self, doc: Page, number: _Number) -> Stretch | None:
        """A number alone, whose verb says what it counts ("mehr als 30 wurden verletzt")."""
        token = doc[number.end - 1]
        if not token.has_dep() or self.grammar.has(token, "apposition", "loose_clause", "flat", "determiner"):
            return None
        verb = self.grammar.governor(token)
        name = "" if verb is None else self.words.verbs.get(verb.lemma_, "") or self._total(verb)
        if not name and (number.value or 0) >= self.words.large:
            name = "money"
        if not name and number.value is None:
            return None
        if not name and not self.grammar.has(token, "subject", "passive_subject", "object", "oblique"):
            return None
        return self._span(doc, number, number.end, name or "other", "")

    def _total(self, verb: Word) -> str:
        """The class of what a sum counts ("die Zahl der Toten stieg auf sieben"); "" without such a subject."""
        for noun in self.grammar.children(verb, "subject", "passive_subject"):
            if noun.lemma_ in self.words.counts:
                for counted in self.grammar.children(noun, "nominal"):
                    if name := self.words.classify(counted.text, counted.lemma_)[0]:
                        return name
        return ""

    def _span(self, doc: Page, number: _Number, end: int, label: str, unit: str) -> Stretch:
        value = "" if number.value is None else f"{number.value:.15g}"
        upper = "" if number.upper is None else f"{number.upper:.15g}"
        return Stretch(doc, number.start, end, label=label, kb_id=f"{number.comparison}|{value}|{upper}|{unit}")


@Language.factory("kg_quantities", default_config={"language": "", "scheme": "ud"}, assigns=["doc.spans"])
def create_quantities(nlp: Language, name: str, language: str, scheme: str) -> QuantityFinder:
    """Make the component from the data of a language, the pipeline's own if none is named."""
    language = language or str(nlp.lang)
    return QuantityFinder(load_quantities(language), load_grammar(language, scheme))
