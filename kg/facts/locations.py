"""Where places and organisations lie: places in places, beside each other, inside names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kg.facts.resolve import Filler, Resolver
from kg.lexicon_facts import FactWords
from kg.linguistics.antecedents import DASHES
from kg.linguistics.page import Stretch, Word

__all__ = ["Locations"]

_PLACES = frozenset({"City", "Region", "Place"})
_WIDER: Mapping[str, tuple[str, ...]] = {
    "City": ("Region", "Country"),
    "Place": ("City", "Region", "Country"),
    "Region": ("Country", "Region"),
    "Country": ("Region",),
}
_ANY = ("City", "Region", "Country")
# A base "der USA" may lie anywhere, a city or province is where its owner is.
_OWNED = frozenset({"City", "Region"})
_CITY, _REGION, _COUNTRY, _MINISTRY, _PLURAL = "City", "Region", "Country", "Ministry", "p"
_AT_HOME = frozenset({"Organization", "Company", "Media"})
# What has offices in many countries lies in none of them ("das Hilfswerk in Uganda").
_EVERYWHERE = frozenset({"InternationalOrganization"})
_GAP = 3  # words between a preposition and the name of the place
_JOINTS = frozenset({"/", ","})  # between the places of a dateline
_BRACKET = 6  # words that a bracket after a name may hold
_OPENING, _CLOSING = "([", ")]"

Found = tuple[Filler, str, float]


class Locations:
    """Finds what a mention lies in.

    Args:
        resolver: Entity lookup of the document.
        words: Word lists of the language.
    """

    def __init__(self, resolver: Resolver, words: FactWords) -> None:
        self.resolver = resolver
        self.grammar = resolver.grammar
        self.words = words
        self._datelines = set(resolver.dateline) | _datelines(resolver)
        self._starts: dict[int, Stretch] = {}
        self._ends: dict[int, int] = {}  # where a place's name ends, and where the longest such name begins
        for span in resolver.mentions:
            if span.id_ in ("name", "metonym", "description"):
                self._starts.setdefault(span.start, span)
            if span.id_ == "name" and resolver.type(span.kb_id_) in _PLACES:
                self._ends[span.end] = min(span.start, self._ends.get(span.end, span.start))

    def of(self, span: Stretch, heads: list[Word]) -> Iterator[Found]:
        """What the mention lies in.

        Args:
            span: A mention of a place or an organisation.
            heads: Its own head and the noun that it stands in apposition to.

        Yields:
            The wider place, the name of the rule, the weight.
        """
        kind = self.resolver.type(span.kb_id_)
        if span.start in self._datelines or span.root.lemma_.lower().endswith(tuple(self.words.no_organs)):
            return
        gazetteer = self.resolver.gazetteer
        actor = gazetteer.actors.get(span.kb_id_) if gazetteer is not None and kind == _REGION else None
        if actor is not None and not actor.country:
            return  # "der Weg nach Europa in der Sahara": a part of the world lies in nothing smaller
        if self._ends.get(span.end, span.start) < span.start:
            return  # "Oblast Kursk" lies somewhere, the city in its name is not spoken of
        if span.root.lemma_ in self.words.directions and (len(span) == 1 or span.id_ == "nominal"):
            return  # "im Westen Syriens" names no place of its own
        wider = _WIDER.get(kind, (_CITY,) if kind in _EVERYWHERE else _ANY)
        for found, rule, weight in (
            (self._below(span, heads, kind) if kind in _WIDER else [], "place", 0.85),
            (self._after(span, kind) if kind != _COUNTRY else [], "after", 0.8),  # "hat Peru in Afrika …"
            (self._inside(span, kind), "inside", 0.75),
            (self._adjectives(span, heads, kind), "adjective", 0.7),
            (self._capital(span, heads), "capital", 0.75),
        ):
            fitting = [f for f in found if self._fits(span, f, wider)]
            if fitting:
                yield from ((f, rule, weight) for f in fitting)
                return
        country = self._beside(span)
        if country is not None and kind in _PLACES:
            yield country, "beside", 0.6
            return
        city = self._part_of_town(span, heads) if kind in _PLACES and span.id_ == "name" else None
        if city is not None and city.entity != span.kb_id_:
            yield city, "announced", 0.6
            return
        country = self._announced(span) if kind in _PLACES and span.id_ == "name" else None
        if country is not None and self._fits(span, country, wider):
            yield country, "announced", 0.6

    def _fits(self, span: Stretch, owner: Filler, wider: tuple[str, ...]) -> bool:
        """Whether it is another, wider place and the gazetteer does not know better."""
        resolver = self.resolver
        if owner.entity == span.kb_id_ or resolver.type(owner.entity) not in wider:
            return False
        if owner.token.lemma_ in self.words.directions:
            return False
        if span.id_ == "nominal" and owner.entity == resolver.country(span.kb_id_):
            return False  # "die Behörden im Libanon" belong to it
        if resolver.type(span.kb_id_) == _COUNTRY and resolver.entities[owner.entity].get("country"):
            return False  # "Peru in Antofagasta": there it does something
        country = resolver.entities[span.kb_id_].get("country")
        return not country or resolver.type(owner.entity) != _COUNTRY or country == owner.entity

    def _below(self, span: Stretch, heads: list[Word], kind: str) -> list[Filler]:
        """`Aleppo in Syrien`, `Ägyptens Hauptstadt Kairo`, as the parser has it."""
        grammar = self.grammar
        found: list[Filler] = []
        for head in heads:
            for child in grammar.children(head, "nominal"):
                preposition = grammar.preposition(child)
                if (
                    preposition is not None
                    and preposition.word in grammar.group("seat")
                    and not span.start <= child.i < span.end
                ):
                    found += self.resolver.at(child)
            if kind in _OWNED:
                found += [f for f in self.resolver.owners(head) if not span.start <= f.token.i < span.end]
            if found:
                return found
        return found

    def _after(self, span: Stretch, kind: str) -> list[Filler]:
        """`der Rat (XYZ) in Genf`, `Homs im Westen Syriens`: the words after the name, however the parser joined them.

        In "der Gipfel der Union in Genf" they belong to the noun before.
        """
        doc = span.doc
        if (
            kind in _EVERYWHERE
            and self.grammar.has(span.root, "nominal")
            and self.grammar.preposition(span.root) is None
        ):
            return []
        prepositions = self.grammar.group("seat")  # "nahe" and "bei" are not in
        index = _past_bracket(span)
        found: list[Filler] = []
        while index < len(doc):
            place, end = self._place(index, prepositions)
            if place is None:
                break
            found.append(place)
            index = end
            if index < len(doc) and self.grammar.role(doc[index]) == "coordinator":
                index += 1
        return found

    def next(self, span: Stretch, prepositions: frozenset[str]) -> Filler | None:
        """The place that follows the mention and one of the prepositions, brackets between them left out.

        Args:
            span: A mention.
            prepositions: Prepositions without their articles.
        """
        index = _past_bracket(span)
        return self._place(index, prepositions)[0] if index < len(span.doc) else None

    def _place(self, index: int, prepositions: frozenset[str]) -> tuple[Filler | None, int]:
        """A place after a preposition at `index`, and where it ends."""
        doc, grammar = self.resolver.doc, self.grammar
        preposition = grammar.written_preposition(doc[index])
        if preposition is None or preposition.word not in prepositions:
            return None, index
        for place in range(index + 1, min(index + 2 + _GAP, len(doc))):
            word = doc[place]
            other = self._starts.get(place)
            if other is not None and not word.is_sent_start:
                plural = self.resolver.entities[other.kb_id_].get("gender") == _PLURAL
                two_way = preposition.word in grammar.group("locative")
                if two_way and preposition.case == "acc" and place > index + 1 and not plural:
                    return None, index  # "in den Irak" tells where to, "in den USA" where
                return Filler(other.kb_id_, other.root, other.id_), other.end
            if not (
                grammar.has(word, "determiner")
                or grammar.is_(word, "adjective")
                or word.lemma_ in self.words.directions
                or grammar.is_(word, "adposition")
                or self._introduces(word)
            ):
                break
        return None, index

    def _introduces(self, noun: Word) -> bool:
        """Whether a noun stands right before the name of what it is: "der Provinz Manabí"."""
        named = self._starts.get(noun.i + 1)
        return named is not None and self.grammar.is_(noun, "noun") and named.root.head.i == noun.i

    def _inside(self, span: Stretch, kind: str) -> list[Filler]:
        """`Landgericht Stuttgart`, `die Südprovinzen Thailands`: a place inside the name of an unknown one."""
        entity = self.resolver.entities[span.kb_id_]
        if entity.get("known") or len(span) < 2:
            return []
        inner = (s for s in self.resolver.mentions if span.start < s.start and s.end <= span.end)
        found = [s for s in inner if s.id_ in ("name", "metonym", "description")]
        if kind in _WIDER:
            # "Erzfeind Pakistan" is Pakistan; a genitive or a preposition puts one into the other.
            found = [s for s in found if self.grammar.has(s.root, "nominal")]
        else:
            found = [s for s in found if self.resolver.type(s.kb_id_) == _CITY]
        return [Filler(s.kb_id_, s.root, s.id_) for s in found if span.root not in s]

    def _adjectives(self, span: Stretch, heads: list[Word], kind: str) -> list[Filler]:
        """`das Washingtoner Institut`, `das Pariser Museum`: adjectives of cities."""
        if kind == _MINISTRY:
            return []
        found = [f for head in heads for f in self.resolver.adjectives(head)]
        homes = (_CITY, _REGION) if kind in _AT_HOME and span.id_ == "name" else (_CITY,)
        return [f for f in found if self.resolver.type(f.entity) in homes]

    def _capital(self, span: Stretch, heads: list[Word]) -> list[Filler]:
        """`die Hauptstadt Sanaa`, in an article that names the country."""
        country = self.resolver.country(span.kb_id_)
        if country is None or not any(head.lemma_ in self.words.capital_nouns for head in heads):
            return []
        return [Filler(country, span.root, "implicit", "implicit")]

    def _beside(self, span: Stretch) -> Filler | None:
        """The gazetteer's country of a known entity, if the same sentence names it."""
        country = self.resolver.country(span.kb_id_)
        entity = self.resolver.entities[span.kb_id_]
        if country is None or not entity.get("known") or self.resolver.capital(span.kb_id_):
            return None
        sentence = span.sent
        for other in self.resolver.mentions:
            apart = other.end <= span.start or other.start >= span.end
            if (
                other.kb_id_ == country
                and sentence.start <= other.start < sentence.end
                and other.id_ == "name"
                and apart
            ):
                return Filler(country, other.root, other.id_)
        return None

    def _part_of_town(self, span: Stretch, heads: list[Word]) -> Filler | None:
        """The city last named before what a noun says to be a part of one: `im Vorort Beispiel`."""
        if not any(head.lemma_ in self.words.suburb_nouns for head in heads):
            return None
        before = [s for s in self.resolver.mentions if s.end <= span.start and s.id_ in ("name", "metonym")]
        cities = [s for s in before if self.resolver.type(s.kb_id_) == _CITY]
        cities = [s for s in cities if self.resolver.entities[s.kb_id_].get("known")] or cities
        return Filler(cities[-1].kb_id_, span.root, "implicit", "implicit") if cities else None

    def _announced(self, span: Stretch) -> Filler | None:
        """The country of what a noun says to be part of one: `die Provinz Beispiel`, in an article about it."""
        grammar, first = self.grammar, span.root
        while grammar.has(first, "conjunct") and first.head.i < first.i:
            first = first.head
        noun = first.head
        if not grammar.has(first, "apposition", "flat") or not grammar.is_(noun, "noun") or noun.i > first.i:
            return None
        if not noun.lemma_.lower().endswith(tuple(self.words.division_nouns)):
            return None
        known = self.resolver.entities[span.kb_id_].get("known")
        country = self.resolver.country(span.kb_id_) if known else self.resolver.around(noun)
        return Filler(country, span.root, "implicit", "implicit") if country is not None else None


def _datelines(resolver: Resolver) -> set[int]:
    """The words of the places that open a sentence before a dash: "Lima/Quito/Addis Abeba –"."""
    places = {i for s in resolver.mentions if resolver.type(s.kb_id_) in _WIDER for i in range(s.start, s.end)}
    found: set[int] = set()
    for sentence in resolver.doc.sents:
        index = sentence.start
        while index < sentence.end and (index in places or resolver.doc[index].text in _JOINTS):
            index += 1
        if sentence.start < index < sentence.end and resolver.doc[index].text in DASHES:
            found.update(range(sentence.start, index))
    return found


def _past_bracket(span: Stretch) -> int:
    """The word after the mention and a bracket that follows it; the end of the document if it is not closed."""
    doc, index = span.doc, span.end
    if index >= len(doc) or doc[index].text not in _OPENING:
        return index
    last = min(index + _BRACKET, len(doc))
    return next((i + 1 for i in range(index, last) if doc[i].text in _CLOSING), len(doc))
