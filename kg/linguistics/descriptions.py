"""What definite descriptions mean: "der Kremlchef", "das Land", "die 47-Jährige", "die Regierung"."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator

from kg.lexicon import Gazetteer
from kg.linguistics.antecedents import Antecedents, Seen
from kg.linguistics.cues import Cues
from kg.linguistics.page import Word
from kg.linguistics.referring import CorefWords
from kg.linguistics.registry import slug
from kg.linguistics.titles import title_before
from kg.model import EntityType

__all__ = ["Descriptions"]

_TITLE = 4  # letters that two titles must share at the end, and more
_FAR = 12  # sentences back in which a title was seen with a name
_SEVERAL = 2
_PHRASE = 7  # tokens between an office and the name that follows in its phrase
_OWN = ("name", "metonym", "group", "inhabitant", "adjective", "description")


class Descriptions:
    """Finds what the definite descriptions of one document mean.

    Args:
        seen: The mentions of the document.
        words: The words that stand for something named before.
        cues: Word lists of the language.
        gazetteer: Known actors.
    """

    def __init__(self, seen: Antecedents, words: CorefWords, cues: Cues, gazetteer: Gazetteer) -> None:
        self.seen = seen
        self.words = words
        self.cues = cues
        self.agreement = seen.agreement
        self.grammar = seen.grammar
        self.gazetteer = gazetteer
        self.titles: dict[str, list[tuple[Word, str]]] = defaultdict(list)
        for mention in seen.all:
            if mention.type is EntityType.PERSON and mention.kind == "name":
                self.titles[mention.entity].extend((t, self.owner(t)) for t in self._titles_of(mention))

    def resolve(self, token: Word) -> None:
        """Note what a noun describes; a nominal actor that turns out to be a named one is taken back."""
        if not self._listed(token) and self._is_said_to_be(token) is None:
            if token.head.lemma_ in self.words.marches:
                self.crowd(token)
            elif token.head.lemma_ in self.words.deeds:
                self.befallen(token, [m for m in self.seen.over(token.i) if m.kind == "inhabitant"])
            return
        over = self.seen.over(token.i)
        if not over and self.colleagues(token):
            return
        own = [m for m in over if m.kind in _OWN]
        compound = any(m.kind == "modifier" for m in over)
        if own and all(m.kind == "inhabitant" for m in own) and self.befallen(token, own) is not None:
            return
        if own and not (compound and all(m.kind == "adjective" for m in own)):
            return
        nominal = next((m for m in over if m.kind == "nominal"), None)
        if nominal is not None and (self.seen.entities[nominal.entity]["country"] or nominal.end - nominal.start > 1):
            return
        if self.named(token):
            return
        if nominal is None and token.lemma_ in self.words.kin and self.relative(token) is not None:
            return
        definite = self.definite(token)
        if not definite and (nominal is not None or {token.text, token.lemma_}.isdisjoint(self.words.lone)):
            if nominal is None:
                self.befallen(token, [])
            return
        owner = self.owner(token)
        found = self._meant(token, owner, nominal, definite=definite)
        if found is None:
            if nominal is None and self.nameless(token, owner, definite=definite) is None:
                self.befallen(token, [])
            return
        if nominal is not None:
            self.seen.dropped.add(nominal)
        self.seen.add(self._start(token), token.i + 1, found.entity, found.type, "description")

    def _listed(self, noun: Word) -> bool:
        """Whether any list says of the noun that it may describe something."""
        text, lemma, listed = noun.text, noun.lemma_, self.words.listed
        return (
            self.cues.titles.gender(text) is not None
            or text in listed
            or lemma in listed
            or self.cues.group.match(text, lemma)
            or self.words.age.fullmatch(text) is not None
        )

    def _meant(self, token: Word, owner: str, nominal: Seen | None, *, definite: bool) -> Seen | None:
        if not definite:
            return None
        same = self._is_said_to_be(token)
        if same is not None:
            return same
        forms = {token.text, token.lemma_}
        if self.words.age.fullmatch(token.text):
            return self.person(token)
        noun = next((f for f in (token.lemma_, token.text) if f in self.words.descriptions), None)
        if noun is not None:
            return self.thing(token, self.words.descriptions[noun])
        if nominal is not None:
            return None
        if self.cues.titles.gender(token.text) is not None:
            post = {token.head.text, token.head.lemma_} & self.words.posts and self.grammar.has(token, "nominal")
            if post or self.agreement.plural_noun(token):
                return None
            found = self.title(token, owner)
            return self.person(token) if found is None and forms & self.words.persons else found
        if self.cues.group.match(token.text, token.lemma_) and not forms & self.cues.owned and not owner:
            return self.power(token)
        return None

    def _is_said_to_be(self, noun: Word) -> Seen | None:
        """The person that the sentence itself names ("Der neue Präsident ist der Franzose Jean Maurel")."""
        head = noun.head
        if not self.grammar.has(noun, "subject") or not self.grammar.children(head, "copula"):
            return None
        named = [self.seen.at(t) for t in (head, *self.grammar.children(head, "apposition", "flat"))]
        return next((m for m in named if m is not None and m.type is EntityType.PERSON), None)

    def named(self, noun: Word) -> bool:
        """Whether a name stands beside the noun, or the noun is a predicate ("ist Präsident")."""
        beside = list(self.grammar.children(noun, "apposition", "flat"))
        if self.grammar.has(noun, "apposition", "flat"):
            beside.append(noun.head)
        if any(self.seen.at(t) is not None for t in beside if t != noun):
            return True
        if self._named_behind(noun):
            return True
        return bool(self.grammar.children(noun, "copula")) or self.grammar.has(noun, "apposition")

    def _named_behind(self, noun: Word) -> bool:
        """Whether a person's name follows in the same phrase ("Kommissar für Energie Anna Berg")."""
        doc = self.seen.doc
        for i in range(noun.i + 1, min(noun.i + 1 + _PHRASE, len(doc))):
            if doc[i].is_sent_start or doc[i].is_punct or self.grammar.is_(doc[i], "verb"):
                return False
            if any(m.start == i and m.kind == "name" and m.type is EntityType.PERSON for m in self.seen.over(i)):
                return not self.agreement.genitive(doc[i]) and self.grammar.preposition(doc[i]) is None
        return False

    def definite(self, noun: Word) -> bool:
        """Whether the noun has a definite article or demonstrative."""
        if any(c.lower_ in self.words.definite for c in self.grammar.children(noun, "determiner", "case")):
            return True
        i = noun.i - 1
        while i >= 0 and self.grammar.is_(self.seen.doc[i], "adjective"):
            i -= 1
        return i >= 0 and self.seen.doc[i].lower_ in self.words.definite

    def owner(self, noun: Word) -> str:
        """The country or organisation that a title belongs to by the words beside it, or empty."""
        wanted = [noun.i, *(c.i for c in self.grammar.children(noun, "adjectival"))]
        wanted.extend(g.i for g in self.grammar.genitives(noun))
        i = noun.i - 1
        while i >= 0 and self.grammar.is_(self.seen.doc[i], "adjective"):
            wanted.append(i)
            i -= 1
        for index in wanted:
            for mention in self.seen.rooted(index):
                if mention.type is not EntityType.PERSON and mention.kind not in ("nominal", "description"):
                    country = str(self.seen.entities[mention.entity].get("country", ""))
                    return mention.entity if mention.type is EntityType.COUNTRY or not country else country
        return ""

    def _titles_of(self, mention: Seen) -> Iterator[Word]:
        before = title_before(self.seen.doc, mention.start, self.cues)
        if before is not None:
            yield from (self.seen.doc[i] for i in range(before.start, before.end))
        root = mention.root
        near = list(self.grammar.children(root, "apposition"))
        if self.grammar.has(root, "apposition", "flat"):
            near.append(root.head)
        if self.grammar.has(root, "subject") and self.grammar.children(root.head, "copula"):
            near.append(root.head)
        for token in near:
            if self.grammar.is_(token, "noun") and self.cues.titles.gender(token.text) is not None:
                yield token

    def title(self, noun: Word, owner: str) -> Seen | None:
        """The person that an office or profession with a definite article means."""
        if not owner and any(g.i > noun.i for g in self.grammar.genitives(noun)):
            return None  # an office of something that is not known
        word = noun.text.rsplit("-", 1)[-1]
        gender = self.cues.titles.gender(noun.text)
        found = []
        for mention in self._outside(noun, self.seen.before(noun, _FAR, ("name", "description", "pronoun"))):
            if mention.type is not EntityType.PERSON or (gender and gender not in mention.genders):
                continue
            if self._called(mention.entity, noun, word, owner) or (owner and self._office(mention.entity, word, owner)):
                found.append(mention)
        if len({m.entity for m in found}) == 1 or (found and self.seen.sentence[noun.i] - found[0].sentence <= 1):
            return found[0]
        return None

    def _called(self, entity: str, noun: Word, word: str, owner: str) -> bool:
        for title, country in self.titles[entity]:
            same = self._same_title(title.text.rsplit("-", 1)[-1], word) or title.lemma_ == noun.lemma_
            if same and (not owner or not country or owner == country):
                return True
        return False

    @staticmethod
    def _same_title(a: str, b: str) -> bool:
        a, b = a.lower(), b.lower()
        return a == b or (len(b) > _TITLE and a.endswith(b)) or (len(a) > _TITLE and b.endswith(a))

    def _office(self, entity: str, word: str, owner: str) -> bool:
        """Whether this is the only known person of a country in the article, and may have the office."""
        actor = self.gazetteer.actors.get(entity)
        lesser = tuple(end for end in self.words.lesser if word.lower().endswith(end))
        if actor is None or actor.country != owner:
            return False
        if lesser and not any(o.split()[0].lower().endswith(lesser) for o in actor.offices):
            return False
        others = (self.gazetteer.actors.get(e) for e in self.titles if e != entity)
        return not any(a is not None and a.country == owner for a in others)

    def person(self, noun: Word) -> Seen | None:
        """The one person of the last sentences that a noun such as "der Politiker" or an age can mean."""
        told = self.cues.titles.gender(noun.text)
        gender = frozenset(told) if told else self.agreement.genders(noun) & {"m", "f"}
        near = self._outside(noun, self.seen.before(noun, 2))
        found = [m for m in near if m.type is EntityType.PERSON and m.genders & gender]
        return self.seen.best(noun, found, lead=10.0)

    def _outside(self, noun: Word, mentions: list[Seen]) -> list[Seen]:
        """The mentions of what the noun's own phrase does not name: "der von X angegriffene Staat" is not X."""
        first = min((c.i for c in self.grammar.children(noun, "determiner")), default=noun.i)
        inside = {m.entity for m in mentions if first < m.start < noun.i}
        return [m for m in mentions if m.entity not in inside]

    def thing(self, noun: Word, types: frozenset[EntityType]) -> Seen | None:
        """The last named thing of the noun's types ("das Land", "die Miliz")."""
        if self.agreement.plural_noun(noun) or any(g.i > noun.i for g in self.grammar.genitives(noun)):
            return None
        kinds = ("name", "metonym", "group", "description", "adjective", "modifier")
        found = [m for m in self._outside(noun, self.seen.before(noun, 2, kinds)) if m.type in types]
        strong = [m for m in found if m.kind not in ("adjective", "modifier")]
        return self.seen.best(noun, strong or found, lead=1.0) or self._only(noun, types & {EntityType.ARMED_GROUP})

    def _only(self, noun: Word, types: frozenset[EntityType]) -> Seen | None:
        """The only armed group that was named anywhere before: of parties and bodies texts speak in passing."""
        before = [m for m in self.seen.all if m.end <= noun.i and m.kind == "name" and m.type in types]
        named = self._outside(noun, before)
        return named[-1] if len({m.entity for m in named}) == 1 else None

    def power(self, noun: Word) -> Seen | None:
        """The country whose government or army is spoken of without saying whose."""
        if any("-" in c.text for c in self.grammar.children(noun, "adjectival")):
            return None  # "bosnisch-serbische Truppen" are somebody else's
        kinds = ("name", "metonym", "group", "description", "adjective", "inhabitant", "modifier")
        found = [m for m in self._outside(noun, self.seen.before(noun, 1, kinds)) if m.type is EntityType.COUNTRY]
        if len({m.entity for m in found}) == 1:
            return found[0]
        countries = {e for e, record in self.seen.entities.items() if record["type"] == EntityType.COUNTRY}
        counts = Counter({e: n for e, n in self.seen.frequency.items() if e in countries})
        for entity, count in counts.most_common(1):
            if 2 * count > counts.total():
                return next((m for m in self.seen.all if m.entity == entity and m.end <= noun.i), None)
        return None

    def nameless(self, noun: Word, owner: str, *, definite: bool) -> Seen | None:
        """A person of whom only an office with its owner is said ("der venezolanische Erdölminister")."""
        lone = bool({noun.text, noun.lemma_} & self.words.lone)
        post = {noun.head.text, noun.head.lemma_} & self.words.posts and self.grammar.has(noun, "nominal")
        unique = definite and not post and bool({noun.text, noun.lemma_} & self.words.unique)
        acting = self.grammar.has(noun, "subject", "passive_subject", "object", "dative", "agent")
        office = definite and acting and bool(owner) and self.cues.titles.gender(noun.text) is not None
        if not (lone or office or unique) or self.agreement.plural_noun(noun, bare=not lone):
            return None
        return self._described(noun, owner, [self.seen.doc[i] for i in range(self._start(noun), noun.i) if owner])

    def befallen(self, noun: Word, inhabitants: list[Seen]) -> Seen | None:
        """A person of whom age, origin or both are said, as one side of a deed ("ein 34-jähriger Deutscher").

        Args:
            noun: The noun.
            inhabitants: The mentions of a country over it that the noun makes as the name of an inhabitant.
        """
        grammar = self.grammar
        if not grammar.has(noun, "subject", "passive_subject", "object", "agent") or not grammar.children(
            noun, "determiner"
        ):
            return None
        aged = bool(self.words.age.fullmatch(noun.text))
        if noun.head.lemma_ not in self.words.deeds or self.agreement.plural_noun(noun) or self.named(noun):
            return None
        if not (aged or inhabitants or {noun.text, noun.lemma_, noun.lemma_.rpartition("-")[2]} & self.words.described):
            return None
        adjectives = [self.seen.doc[i] for i in range(self._start(noun), noun.i)]
        told = [a for a in grammar.children(noun, "adjectival") if a.i < noun.i] or adjectives
        origins = [a for a in told if self._of_country(a)]
        told = origins or [a for a in told if self.words.age.fullmatch(a.text)]
        owner = inhabitants[0].entity if inhabitants else self.owner(noun)
        if not (told or aged or inhabitants or owner):
            return None
        self.seen.dropped.update(inhabitants)
        return self._described(noun, owner, told)

    def _of_country(self, adjective: Word) -> bool:
        return any(m.kind == "adjective" for m in self.seen.rooted(adjective.i))

    def _described(self, noun: Word, owner: str, told: list[Word]) -> Seen:
        """Note a person whom a noun and the adjectives that tell him apart describe."""
        start = self._start(noun)
        adjectives = [a.text for a in told]
        gender = self.cues.titles.gender(noun.text) or next(
            iter(sorted(self.agreement.genders(noun) & {"m", "f"})[-1:]), ""
        )
        ending = self.cues.inflection.nominative.get(gender, "")
        words = [self._nominative(a, ending) for a in adjectives]
        head = noun.lemma_ if noun.lemma_[:1].isupper() else noun.text
        name = " ".join([*words, head])
        entity = f"{EntityType.PERSON.value}_{slug(name)}_{self._digest()}"
        same = [m.entity for m in self.seen.before(noun, _FAR, ("nominal",)) if m.type is EntityType.PERSON]
        if not owner and not told:
            entity = next((e for e in same if self.seen.entities[e]["name"].endswith(head)), entity)
        texts = {name, head, noun.text, " ".join(self.seen.doc.written(start, noun.i + 1).split())}
        country = owner if owner in self.gazetteer.actors else ""
        return self._note(entity, start, noun, name, texts, country, gender)

    def crowd(self, noun: Word) -> bool:
        """Note those who protest where only a number is said ("Zehntausende protestierten"); whether it is so."""
        protest = self.grammar.has(noun, "subject") and noun.head.lemma_ in self.words.marches
        if not protest or noun.lower_ not in self.agreement.plural:
            return False
        name = self.words.crowd
        entity = f"{EntityType.PEOPLE.value}_{slug(name)}_{self._digest()}"
        self._note(entity, noun.i, noun, name, {name, noun.text}, "", "p", EntityType.PEOPLE)
        return True

    def colleagues(self, noun: Word) -> bool:
        """Note the countries whose unnamed office holders act together ("die Außenminister Perus und Chiles")."""
        if self.cues.titles.gender(noun.text) is None or not self.agreement.plural_noun(noun):
            return False
        owners = [m for g in self.grammar.genitives(noun) for t in self.grammar.conjuncts(g) if (m := self.seen.at(t))]
        countries = list(dict.fromkeys(m.entity for m in owners if m.type is EntityType.COUNTRY))
        if len(countries) < _SEVERAL or len(owners) > len(countries) or self.named(noun):
            return False
        for country in countries:
            self.seen.add(noun.i, noun.i + 1, country, EntityType.COUNTRY, "group")
        return True

    def _note(
        self,
        entity: str,
        start: int,
        noun: Word,
        name: str,
        texts: set[str],
        country: str,
        gender: str,
        type_: EntityType = EntityType.PERSON,
    ) -> Seen:
        """Note somebody without a name of its own, known in this article only."""
        record = self.seen.entities.setdefault(
            entity,
            {
                "type": type_.value,
                "name": name,
                "aliases": [],
                "wikidata": "",
                "country": country,
                "known": False,
                "gender": gender,
            },
        )
        record["aliases"] = sorted({*record["aliases"], *texts})
        return self.seen.add(start, noun.i + 1, entity, type_, "nominal")

    def relative(self, noun: Word) -> Seen | None:
        """A person of whom only the kinship to another one is said ("seine Frau")."""
        if self.agreement.plural_noun(noun):
            return None
        owners = (*self.grammar.possessives(noun), *self.grammar.genitives(noun))
        persons = [m for t in owners for m in self.seen.over(t.i) if m.type is EntityType.PERSON]
        if len({m.entity for m in persons}) != 1:
            return None
        grammar = self.grammar
        called = {
            e
            for e, titles in self.titles.items()
            if any(t.lemma_ == noun.lemma_ and (*grammar.possessives(t), *grammar.genitives(t)) for t, _ in titles)
        }
        named = [m for m in self.seen.all if {m.entity} == called - {persons[0].entity} and m.kind == "name"]
        if named:
            return self.seen.add(noun.i, noun.i + 1, named[0].entity, EntityType.PERSON, "description")
        name = f"{noun.lemma_} {self.words.kin_of} {self.seen.entities[persons[0].entity]['name']}"
        gender = self.cues.titles.gender(noun.text) or ""
        entity = f"{EntityType.PERSON.value}_{slug(name)}_{self._digest()}"
        return self._note(entity, noun.i, noun, name, {name, noun.text}, "", gender)

    def _nominative(self, adjective: str, ending: str) -> str:
        stem = next((e for e in self.cues.inflection.adjective if adjective.endswith(e)), "")
        return adjective.removesuffix(stem) + ending if stem and ending else adjective

    def _digest(self) -> str:
        """What tells this article's entities from those of others."""
        return hashlib.sha256(self.seen.doc.text.encode("utf-8", "surrogatepass")).hexdigest()[:10]

    def _start(self, noun: Word) -> int:
        start = noun.i
        while (
            start > 0
            and self.grammar.is_(self.seen.doc[start - 1], "adjective")
            and not self.seen.doc[start].is_sent_start
        ):
            start -= 1
        return start
