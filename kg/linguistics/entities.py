"""Component `kg_entities`: who and what a document speaks of.

Comes in: a document with parts of speech, lemmas, a parse and `doc.ents`. Goes out: `doc.spans["kg_mentions"]` and
`doc.user_data["kg_entities"]` (see `kg.linguistics`), without what needs the sentences before (`kg_coref`).
"""

from __future__ import annotations

from collections import Counter

from spacy.language import Language
from spacy.tokens import Doc

from kg.errors import AnnotationError
from kg.lexicon import Gazetteer, Sense, load_gazetteer
from kg.linguistics.agreement import Agreement, load_agreement
from kg.linguistics.batches import InBatches
from kg.linguistics.candidates import Candidates
from kg.linguistics.copying import page_of
from kg.linguistics.cues import Cues, load_cues
from kg.linguistics.metonyms import stands_for_government
from kg.linguistics.names import LABELS, Name, find_names, readable_tokens
from kg.linguistics.nominals import register_nominals
from kg.linguistics.page import Page, Word
from kg.linguistics.persons import register_persons
from kg.linguistics.registry import Registry
from kg.linguistics.titles import title_before
from kg.model import EntityType

__all__ = ["EntityFinder", "make_entity_finder"]

_UNKNOWN = {
    "PER": EntityType.PERSON,
    "LOC": EntityType.CITY,
    "ORG": EntityType.ORGANIZATION,
}
_COUNTRY_BOUND = (EntityType.MINISTRY, EntityType.POLITICAL_PARTY)
_BODIES = {EntityType.ORGANIZATION, EntityType.INTERNATIONAL_ORGANIZATION}
_NAMESAKES = (EntityType.MEDIA, EntityType.CITY, EntityType.REGION, EntityType.PLACE)
_LOCAL = (EntityType.CITY, EntityType.REGION, EntityType.PLACE, EntityType.COUNTRY)
_QUOTES = "“”«»"
_TWO = 2  # genders that an article may leave open, the form of the noun being one
_LONG = 3  # capital words of a name whose abbreviation comes from another language
_SHORT = 10  # longest abbreviation in brackets, letters


class EntityFinder(InBatches):
    """The component: finds names, persons, groups and nominal actors of a document.

    Args:
        gazetteer: Known actors.
        cues: Word lists of the language.
        agreement: Gender and number, and the labels of the parser.
    """

    def __init__(self, gazetteer: Gazetteer, cues: Cues, agreement: Agreement) -> None:
        self.gazetteer = gazetteer
        self.cues = cues
        self.agreement = agreement
        self.grammar = agreement.grammar

    def __call__(self, document: Doc) -> Doc:
        """Write the layers of a document.

        Raises:
            AnnotationError: If the document is not tagged or parsed.
        """
        if len(document) and not (document.has_annotation("DEP") and document.has_annotation("POS")):
            message = "the document has no parse or no parts of speech"
            raise AnnotationError(message, source="kg_entities", hint="put kg_entities behind a tagger and a parser")
        doc = page_of(document)
        registry = Registry(doc, self.gazetteer)
        readable = readable_tokens(doc)
        candidates = Candidates(doc, self.gazetteer, self.cues, self.agreement, readable)
        names = list(find_names(doc, self.gazetteer, self.cues, self.grammar))
        names = [n for n in names if n.senses or not self._common(doc, n)]
        names = candidates.settle(candidates.overlooked(names))
        countries = self._countries(names)
        persons = [n for n in names if self._is_person(doc, n, countries)]
        full = {doc[n.end - 1].text for n in persons if n.end - n.start > 1}
        certain = set(persons)
        persons += [n for n in names if n not in certain and self._is_surname(doc, n, full)]
        certain.update(persons)
        persons.sort(key=lambda n: n.start)
        register_persons(persons, registry, self.cues, self.agreement, set(countries))
        self._register(doc, [n for n in names if n not in certain], registry, countries, candidates)
        register_nominals(registry, self.cues, self.agreement, readable)
        registry.write(document)
        return document

    # --- persons ------------------------------------------------------------------------------------------------

    def _is_person(self, doc: Page, name: Name, countries: Counter[str]) -> bool:
        types = {self.gazetteer.actors[s.actor].type for s in name.senses}
        if name.kind == "modifier":
            return types == {EntityType.PERSON}
        if name.kind in ("adjective", "inhabitant", "metonym"):
            return False
        if not name.senses:
            return name.label == "PER"
        if EntityType.PERSON not in types:
            return False
        title = title_before(doc, name.start, self.cues)
        if len(types) > 1:
            return name.label == "PER" or title is not None
        if name.safe or name.label == "PER" or title is not None or name.end - name.start > 1:
            return True
        homes = {self.gazetteer.actors[s.actor].country for s in name.senses}
        return self.grammar.is_(doc[name.start], "name") and any(countries[h] for h in homes)

    def _is_surname(self, doc: Page, name: Name, full: set[str]) -> bool:
        if name.kind == "modifier":
            return not name.senses and doc[name.start].text.rsplit("-", 1)[0] in full
        if name.kind != "name" or name.end - name.start != 1 or not (name.senses or name.label):
            return False
        text = doc[name.start].text
        genitive = not name.senses and self.agreement.genitive(doc[name.start])
        return text in full or (genitive and any(text.removesuffix(e) in full for e in self.agreement.genitives))

    # --- others -------------------------------------------------------------------------------------------------

    def _common(self, doc: Page, name: Name) -> bool:
        """Whether a span of the recogniser is a noun phrase of the lists, no name ("britisches Außenministerium")."""
        if name.kind != "name" or name.label == "PER":
            return False
        root = doc.span(name.start, name.end).root
        if not root.text.isalpha() or root.text.isupper():
            return False
        rest = [t for t in doc[name.start : name.end] if t != root]
        known = [self.gazetteer.senses(t.text) or self.gazetteer.origin(t.text) for t in rest]
        if any(
            not k and not (t.pos_ in ("DET", "ADP") or t.text[:1].islower()) for t, k in zip(rest, known, strict=True)
        ):
            return False
        forms = (root.text, root.lemma_)
        if not rest and not self.grammar.is_(root, "name") and name.label in ("LOC", "MISC"):
            return True
        listed = any(nouns.match(*forms) for nouns in self.cues.nominal.values()) or self.cues.group.match(*forms)
        return listed or (not rest and self.cues.type_of_cue(root) is not None)

    def _countries(self, names: list[Name]) -> Counter[str]:
        """How often the article names each country, by whatever word."""
        counts: Counter[str] = Counter()
        for name in names:
            actors = dict.fromkeys(self.gazetteer.country_of(s.actor) for s in name.senses if s.safe)
            first = next((a for a in actors if a), "")
            if first and self.gazetteer.actors[name.senses[0].actor].type in _LOCAL:
                counts[first] += 1
        return counts

    def _register(
        self, doc: Page, names: list[Name], registry: Registry, countries: Counter[str], candidates: Candidates
    ) -> None:
        chosen: dict[Name, Sense | None] = {}
        certain = {s.actor for n in names for s in n.senses if s.safe and len(n.senses) == 1}
        for name in names:
            chosen[name] = self._choose(doc, name, countries, certain, candidates)
        for name, sense in chosen.items():
            if sense is not None:
                self._note_known(doc, name, sense, registry)
        unnamed = [n for n, sense in chosen.items() if sense is None and (n.label or n.told) and n.kind == "name"]
        # "das Außenministerium" of a country that the gazetteer has no such name for
        unknown = [n for n in unnamed if not (n.senses and self._common(doc, n))]
        texts = {doc.written(n.start, n.end) for n in unknown}
        for name in unknown:
            self._note_unknown(doc, name, texts, registry, candidates)
        for name, sense in chosen.items():
            if name.kind == "modifier" and sense is None:
                self._note_modifier(doc, name, registry)
        self._nested(doc, registry)
        self._abbreviations(doc, registry)

    def _nested(self, doc: Page, registry: Registry) -> None:
        """Countries and cities inside longer names: "Oberlandesgericht Stuttgart", "UN-Büro in Lima"."""
        for mention in list(registry.mentions):
            if mention.end - mention.start < 2 or mention.kind != "name" or mention.type is EntityType.PERSON:
                continue
            for i in range(mention.start + 1, mention.end):
                senses = self.gazetteer.senses(doc[i].text) if self.grammar.is_(doc[i], "noun") else ()
                places = [
                    s
                    for s in senses
                    if s.safe and s.kind == "name" and self._place(s.actor) and s.actor != mention.entity
                ]
                if places and not registry.ending(i, ("name",)):
                    registry.mention(i, i + 1, registry.known(places[0].actor), "name")

    def _place(self, actor: str) -> bool:
        return self.gazetteer.actors[actor].type in _LOCAL

    def _choose(
        self, doc: Page, name: Name, countries: Counter[str], certain: set[str], candidates: Candidates
    ) -> Sense | None:
        actors = self.gazetteer.actors
        senses = list(name.senses)
        if not senses:
            return None
        if name.kind == "metonym" or any(s.kind == "metonym" for s in senses):
            return self._metonym(doc, name, countries)
        allowed = LABELS.get(name.label)
        if allowed is not None and name.kind == "name":
            fitting = [s for s in senses if actors[s.actor].type in allowed]
            senses = fitting or [s for s in senses if s.safe]
        announced = candidates.announced(name.start) if name.kind == "name" else None
        cue = announced[1] if announced is not None else None
        senses = [s for s in senses if actors[s.actor].type is cue] or senses
        supported = [s for s in senses if s.safe or s.actor in certain or self._supported(doc, name, s, cue, countries)]
        if (
            senses
            and not supported
            and name.label
            and name.kind == "name"
            and self._at_home(doc, name, senses, countries)
        ):
            return senses[0]
        if len(supported) > 1:
            best = [s for s in supported if s.actor in certain]
            near = sorted(
                (s for s in supported if countries[self.gazetteer.country_of(s.actor)]),
                key=lambda s: -countries[self.gazetteer.country_of(s.actor)],
            )
            homes = {actors[a].country for a in certain}
            kin = [s for s in supported if actors[s.actor].country in homes]
            free = [s for s in supported if s.safe or not actors[s.actor].country]
            word = doc.written(name.start, name.end)
            called = [s for s in supported if actors[s.actor].name in (word, word.partition("-")[0])]
            supported = best or near or kin or free or called
        return supported[0] if supported else None

    def _at_home(self, doc: Page, name: Name, senses: list[Sense], countries: Counter[str]) -> bool:
        """Whether a party or ministry is meant although its country is not named: nothing else is in question."""
        if any(self.gazetteer.actors[s.actor].type not in _COUNTRY_BOUND for s in senses):
            return False
        return not countries or (len(senses) == 1 and doc.written(name.start, name.end).isupper())

    def _supported(self, doc: Page, name: Name, sense: Sense, cue: EntityType | None, countries: Counter[str]) -> bool:
        """Whether a risky name is meant: announced by a noun, or seen by the recogniser and fit for the article."""
        actor = self.gazetteer.actors[sense.actor]
        if name.kind in ("adjective", "inhabitant", "modifier") or cue is actor.type:
            return True
        if (
            actor.type is EntityType.CITY
            and name.start
            and doc[name.start - 1].lower_ in self.cues.city["prepositions"]
        ):
            return True
        if name.start and self._of_country(doc[name.start - 1], actor.country):
            return True
        if not name.label:
            return name.end - name.start > 1 and bool(countries[actor.country])
        if actor.type in _COUNTRY_BOUND and actor.country:
            return bool(countries[actor.country])
        return True

    def _of_country(self, token: Word, country: str) -> bool:
        """Whether a word is the adjective of a country."""
        return bool(country) and any(s.actor == country for s in self.gazetteer.adjective(token.text))

    def _metonym(self, doc: Page, name: Name, countries: Counter[str]) -> Sense:
        """The government or the city: what the sentence does with the name decides."""
        places = [s for s in name.senses if s.kind != "metonym"]
        powers = [s for s in name.senses if s.kind == "metonym"]
        powers.sort(key=lambda s: -countries[s.actor])
        if places and (
            not powers
            or not (name.kind == "modifier" or stands_for_government(self._root(doc, name), self.cues, self.grammar))
        ):
            return places[0]
        return powers[0]

    @staticmethod
    def _root(doc: Page, name: Name) -> Word:
        return doc.span(name.start, name.end).root

    def _note_known(self, doc: Page, name: Name, sense: Sense, registry: Registry) -> None:
        actor = self.gazetteer.actors[sense.actor]
        capital = any(s.kind == "metonym" for s in name.senses)
        kind = name.kind if name.kind in ("modifier", "adjective", "inhabitant") else ("metonym" if capital else "name")
        if kind == "inhabitant" and actor.type is not EntityType.PEOPLE and self._many(doc, name):
            self._note_people(doc, name, actor.id, registry)
            return
        entity = registry.known(actor.id)
        registry.mention(name.start, name.end, entity, kind, alias=kind != "modifier")
        if kind == "modifier":
            registry.alias(entity, doc[name.start].text.rsplit("-", 1)[0] if "-" in doc[name.start].text else "")
        elif kind == "name" and name.label == "ORG":
            self._note_long_form(doc, name, entity, registry)

    def _note_long_form(self, doc: Page, name: Name, entity: str, registry: Registry) -> None:
        """Note the compound before its abbreviation as an alias: "das UN-Menschenrechtskommissariat OHCHR"."""
        short, before = doc[name.start], doc[max(name.start - 1, 0)]
        beside = self.grammar.has(short, "apposition", "flat") and short.head == before
        if name.end - name.start == 1 and short.text.isupper() and beside and "-" in before.text:
            registry.alias(entity, before.text)

    def _many(self, doc: Page, name: Name) -> bool:
        """Whether inhabitants are spoken of in the plural: a people, not one person of it."""
        token = doc[name.end - 1]
        following = doc[name.end] if name.end < len(doc) else token
        return self.agreement.plural_noun(token, bare=True) and not self.grammar.is_(following, "name")

    def _note_people(self, doc: Page, name: Name, country: str, registry: Registry) -> None:
        """Note inhabitants as a people of their own: "die Briten", "bosnische Serben"."""
        token = doc[name.end - 1]
        text = token.text
        if self.agreement.case(token) in ("dative", "oblique"):
            bare = next((text.removesuffix(e) for e in self.cues.inflection.plural if text.endswith(e)), text)
            if bare in self.gazetteer.actors[country].inhabitants:
                text = bare
        start, home = name.start, country
        adjectives = [s.actor for s in self.gazetteer.adjective(doc[start - 1].text)] if start else []
        if adjectives and adjectives[0] != country and self.grammar.is_(doc[start - 1], "adjective"):
            start, home = start - 1, adjectives[0]
            ending = self.cues.inflection.nominative.get("p", "")
            stem = next((e for e in self.cues.inflection.adjective if doc[start].text.endswith(e)), "")
            text = f"{doc[start].text.removesuffix(stem)}{ending} {text}"
        entity = registry.new(EntityType.PEOPLE, text, country=home, gender="p")
        registry.mention(start, name.end, entity, "inhabitant")
        registry.alias(entity, token.text)

    def _note_unknown(self, doc: Page, name: Name, texts: set[str], registry: Registry, candidates: Candidates) -> None:
        text = " ".join(doc.written(name.start, name.end).split())
        text = self.agreement.base(doc[name.end - 1], text, texts)
        type_ = self._type(doc, name, text)
        if type_ is None:
            return
        nominative = self._nominative(doc, name) or text
        senses = [x for x in self.gazetteer.senses(nominative) if x.safe and x.kind == "name"]
        allowed = LABELS.get(name.label, frozenset(EntityType))
        known = next((x.actor for x in senses if self.gazetteer.actors[x.actor].type in allowed), None)
        entity = registry.new(type_, nominative) if known is None else registry.known(known)
        registry.mention(name.start, name.end, entity, "name")
        registry.alias(entity, text)
        registry.alias(entity, nominative)
        announced = candidates.announced(name.start)
        if announced is not None and announced[0].i == name.start - 1:
            registry.alias(entity, doc.written(name.start - 1, name.end))

    def _nominative(self, doc: Page, name: Name) -> str:
        """The nominative of a name that is a noun phrase with an article: "des Obersten Rates der Stadt"; else empty.

        What stands behind the noun stays as it is, adjectives from cities ("Pariser") have no ending to change.
        """
        span = doc.span(name.start, name.end)
        noun = span.root
        proper = self.grammar.is_(noun, "name") and not self.cues.kinds_of(noun.text, noun.lemma_)
        if proper or self.agreement.article(noun) is None or len(span) < 2:
            return ""
        genders = self.agreement.genders(noun)
        singular = "p" not in genders and len(genders) <= _TWO
        if not (singular and noun.text.startswith(noun.lemma_) and noun.lemma_[:1].isupper()):
            return ""
        words = []
        for token in span:
            text = token.text
            if token == noun:
                text = noun.lemma_
            elif token.i < noun.i and self.grammar.has(token, "adjectival") and not self.gazetteer.origin(text):
                ending = next((e for e in self.cues.inflection.adjective if text.endswith(e)), "")
                told = self.cues.inflection.nominative.get("".join(genders), ending)
                text = text.removesuffix(ending) + told if ending else text
            words.append(text + token.whitespace_)
        return " ".join("".join(words).split())

    def _type(self, doc: Page, name: Name, text: str) -> EntityType | None:
        """The type of an unknown name by what the article tells, its head, its end, and the recogniser."""
        if name.told is not None:
            return name.told
        allowed = LABELS.get(name.label)
        root = doc.span(name.start, name.end).root
        by_head = self.cues.kinds_of(root.text, root.lemma_)
        for told in (self.cues.type_of_cue(doc[name.start]), *by_head, self.cues.type_of_name(text)):
            if told is not None and (allowed is None or told in allowed):
                return told
        return _UNKNOWN.get(name.label)

    def _note_modifier(self, doc: Page, name: Name, registry: Registry) -> None:
        """A compound whose first part is a name that the article uses elsewhere."""
        front = doc[name.start].text.rsplit("-", 1)[0]
        for mention in list(registry.mentions):
            if mention.kind == "name" and doc.written(mention.start, mention.end) == front:
                registry.mention(name.start, name.end, mention.entity, "modifier", alias=False)
                return

    def _abbreviations(self, doc: Page, registry: Registry) -> None:
        """One entity for a name and the abbreviation in brackets behind it."""
        merged: dict[str, str] = {}
        for first in list(registry.mentions):
            if first.kind != "name" or first.type in (EntityType.PERSON, EntityType.COUNTRY):
                continue
            end = first.end
            while end < len(doc) and (doc[end].is_quote or doc[end].text in _QUOTES):
                end += 1
            if end + 2 >= len(doc) or doc[end].text != "(" or doc[end + 2].text != ")":
                continue
            short = doc[end + 1].text
            initials = [w[0] for w in doc.written(first.start, first.end).replace("-", " ").split() if w[0].isupper()]
            second = registry.ending(end + 1, ("name",))
            spelt = bool(initials) and short[0] in initials
            alike = second is not None and (second.type is first.type or {second.type, first.type} == _BODIES)
            foreign = alike and len(initials) >= _LONG
            if len(short) > _SHORT or sum(c.isupper() for c in short) < 2 or not (spelt or foreign):
                continue
            if second is None:
                registry.mention(end + 1, end + 2, first.entity, "name")
            elif second.type in _NAMESAKES and first.type is not second.type:
                registry.rename(short, second.entity, first.entity)  # "die Saalfelder Zuckerwerke (SZ)"
            elif second.entity != first.entity:
                merged[first.entity if second.entity in self.gazetteer.actors else second.entity] = (
                    second.entity if second.entity in self.gazetteer.actors else first.entity
                )
        for old, new in merged.items():
            registry.merge(old, new)


@Language.factory("kg_entities", requires=["token.pos", "token.dep", "token.lemma", "doc.ents"])
def make_entity_finder(nlp: Language, name: str) -> EntityFinder:
    """Make the component for a pipeline's language."""
    language = nlp.lang
    return EntityFinder(load_gazetteer(language), load_cues(language), load_agreement(language))
