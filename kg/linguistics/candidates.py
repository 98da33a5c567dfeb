"""Names that neither the gazetteer nor the recogniser saw, and what the whole article tells of a name's type.

A recogniser judges word by word; an article says more: a name behind a title is a person's everywhere in it, a name
behind "Provinz" is a region's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from kg.lexicon import Gazetteer
from kg.linguistics.agreement import Agreement
from kg.linguistics.cues import Cues
from kg.linguistics.names import Name
from kg.linguistics.page import Page, Word
from kg.linguistics.titles import title_before
from kg.model import EntityType

__all__ = ["Candidates"]

_PERSON, _PLACE, _ORGANISATION = "PER", "LOC", "ORG"
_SHORT = 8  # letters of an abbreviation, at most


class Candidates:
    """Finds overlooked names of one document and settles the types of unknown ones.

    Args:
        doc: The document.
        gazetteer: Known actors; first names are taken from it.
        cues: Word lists of the language.
        agreement: Gender and number, and the labels of the parser.
        readable: For each token whether it is read.
    """

    def __init__(self, doc: Page, gazetteer: Gazetteer, cues: Cues, agreement: Agreement, readable: list[bool]) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.cues = cues
        self.agreement = agreement
        self.grammar = agreement.grammar
        self.readable = readable
        self._prefixes = tuple(p for p in cues.inflection.name_particles if p.endswith("-"))
        # Where a run of proper nouns can begin.
        self._starts = [w.i for w in self.grammar.of_kind(doc, "name") if w.text[:1].isupper()]

    # --- evidence -----------------------------------------------------------------------------------------------

    def announced(self, start: int) -> tuple[Word, EntityType] | None:
        """The noun before a name that tells its type, quotation marks aside, also before the first of several."""
        i = start - 1
        while i > 0 and (self.doc[i].is_quote or self.doc[i].text in "„“«»"):
            i -= 1
        if i < 0 or not self.readable[i] or self.doc[start].is_sent_start:
            return None
        if self.grammar.is_(self.doc[i], "noun"):
            found = self.cues.type_of_cue(self.doc[i])
            return (self.doc[i], found) if found is not None else None
        token = self.doc[start]
        if self.grammar.has(token, "conjunct") and token.head.i < start and token.head != token:
            first = token.head
            while self.grammar.has(first, "conjunct") and first.head.i < first.i:
                first = first.head
            found_before = self.announced(first.i) if first.i < start else None
            plural = found_before is not None and self.agreement.plural_noun(found_before[0], bare=True)
            return found_before if plural else None
        return None

    def person(self, start: int, end: int) -> bool:
        """Whether a title stands before or beside the words, or they begin with a first name."""
        if title_before(self.doc, start, self.cues) is not None:
            return True
        root = self.doc.span(start, end).root
        near = [root.head] if self.grammar.has(root, "apposition", "flat") else []
        near += [c for c in self.grammar.children(root, "apposition") if c.i >= end]
        if any(self.grammar.is_(t, "noun") and self.cues.titles.gender(t.text) is not None for t in near if t != root):
            return True
        return end - start > 1 and self.doc[start].text in self.gazetteer.given

    def _located(self, start: int) -> bool:
        before = self.doc[start - 1] if start else None
        return before is not None and before.lower_ in self.cues.city["prepositions"]

    # --- overlooked ---------------------------------------------------------------------------------------------

    def overlooked(self, names: Iterable[Name]) -> list[Name]:
        """The names with those added that only the words around them give away."""
        kept = list(names)
        taken = {i for n in kept for i in range(n.start, n.end) if n.kind != "adjective"}
        found: list[Name] = []
        end = 0
        for start in self._starts:
            if start < end:
                continue
            end = self._run(start, taken)
            name = self._judge(start, end) if end > start else None
            if name is not None:
                found.append(name)
        found += self._abbreviated(taken)
        found = self._repeated(kept, found, taken)
        surnames = {self.doc[n.end - 1].text for n in [*kept, *found] if n.label == _PERSON and n.end - n.start > 1}
        taken.update(i for n in found for i in range(n.start, n.end))
        for token in self.doc if surnames else ():
            word = token.text
            if not word[:1].isupper() or token.i in taken or not self.readable[token.i]:
                continue
            bare = self.grammar.is_(token, "name") and any(
                word.removesuffix(e) in surnames for e in self.agreement.genitives
            )
            if word in surnames or bare:
                found.append(Name(token.i, token.i + 1, "name", (), _PERSON))
        return sorted([*kept, *found], key=lambda n: (n.start, -n.end))

    def _repeated(self, kept: list[Name], found: list[Name], taken: set[int]) -> list[Name]:
        """Proper nouns that the article uses as a name elsewhere."""
        unknown = [n for n in [*kept, *found] if n.kind == "name" and not n.senses]
        taken = taken | {i for n in found for i in range(n.start, n.end)}
        labels = {self._stem(n): n.label for n in unknown}
        result = list(found)
        for start in self._starts:
            end = self._run(start, taken)
            for stop in range(end, start, -1):
                text = self.doc.written(start, stop)
                forms = (text, *(text.removesuffix(e) for e in self.agreement.genitives))
                label = next((labels[f] for f in forms if f in labels), None)
                if label is not None:
                    result.append(Name(start, stop, "name", (), label))
                    taken |= set(range(start, stop))
                    break
        return result

    def _abbreviated(self, taken: set[int]) -> list[Name]:
        """Names that an abbreviation in brackets gives away: "Verband kommunaler Unternehmen (VKU)"."""
        found = []
        brackets = [token.i for token in self.doc if token.text == "("]
        for i in brackets:
            if not 0 < i < len(self.doc) - 2:
                continue
            short = self.doc[i + 1].text
            if self.doc[i + 2].text != ")" or not (short.isupper() and 1 < len(short) <= _SHORT):
                continue
            start = self._written_out(i, short)
            if start is not None and not any(j in taken for j in range(start, i)):
                found.append(Name(start, i, "name", (), _ORGANISATION))
                if i + 1 not in taken:
                    found.append(Name(i + 1, i + 2, "name", (), _ORGANISATION))
        return found

    def _written_out(self, end: int, short: str) -> int | None:
        """Where the words begin whose first letters make an abbreviation, the last word standing before `end`."""
        left = list(short.lower())
        for i in range(end - 1, max(end - 3 * len(short), -1), -1):
            word = self.doc[i].text
            if not self.readable[i] or self.doc[i].is_punct:
                return None
            if left and word[0].lower() == left[-1]:
                left.pop()
            elif word[:1].isupper() and left and any(c.lower() == left[-1] for c in word[1:]):
                while left and left[-1] in word[1:].lower():
                    left.pop()
                if left and word[0].lower() == left[-1]:
                    left.pop()
            if not left:
                return i if word[0].isupper() else None
            if self.doc[i].is_sent_start:
                return None
        return None

    def _run(self, start: int, taken: set[int]) -> int:
        """The end of a run of proper nouns from a token on; the start itself if there is none."""
        end = start
        while end < len(self.doc) and end not in taken and self.readable[end]:
            token = self.doc[end]
            joined = end > start and any(c.isupper() for c in token.text) and self._goes_on(token)
            if not (joined or (self.grammar.is_(token, "name") and token.text[:1].isupper())):
                break
            if end > start and token.is_sent_start:
                break
            end += 1
        return end

    def _goes_on(self, token: Word) -> bool:
        """Whether a token continues a name: by the parse, or as "al-Haddad" by its form."""
        return self.grammar.has(token, "flat") or token.text.lower().startswith(self._prefixes)

    def _judge(self, start: int, end: int) -> Name | None:
        if self.cues.titles.gender(self.doc[start].text) is not None:
            start += 1
        if start == end:
            return None
        if self.person(start, end):
            return Name(start, end, "name", (), _PERSON)
        if self.announced(start) is not None or self._located(start):
            return Name(start, end, "name", (), _PLACE)
        return None

    # --- settled ------------------------------------------------------------------------------------------------

    def settle(self, names: list[Name]) -> list[Name]:
        """Give unknown names of the same words one label and, where the article tells it, one type."""
        texts = {n: self._stem(n) for n in names if not n.senses and n.kind == "name"}
        labels: dict[str, Counter[str]] = defaultdict(Counter)
        told: dict[str, Counter[EntityType]] = defaultdict(Counter)
        persons: Counter[str] = Counter()
        for name, text in texts.items():
            labels[text][name.label] += 1
            announced = self.announced(name.start)
            if announced is not None:
                told[text][announced[1]] += 1
            elif self.person(name.start, name.end):
                persons[text] += 1
        families = {t.split()[-1] for t in persons if " " in t}
        families |= {t.split()[-1] for t, n in labels.items() if " " in t and n[_PERSON]}
        result = []
        for name in names:
            found = texts.get(name)
            if found is None:
                result.append(name)
            elif persons[found] > sum(told[found].values()) or (not told[found] and found in families):
                result.append(name._replace(label=_PERSON))
            elif told[found]:
                result.append(name._replace(label="", told=told[found].most_common(1)[0][0]))
            else:
                label = labels[found].most_common(1)[0][0]
                if label == _PERSON and " " not in found and self._located(name.start):
                    label = _PLACE
                result.append(name._replace(label=label))
        return result

    def _stem(self, name: Name) -> str:
        text = " ".join(self.doc.written(name.start, name.end).split())
        return self.agreement.base(self.doc[name.end - 1], text, ())
