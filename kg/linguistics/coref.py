"""Component `kg_coref`: what pronouns and definite descriptions refer to.

Comes in: a document with the layers of `kg_entities`. Goes out: the same layers with mentions of kind `pronoun` and
`description`, and the words of descriptions among the entities' aliases. What stays doubtful is left alone: a claim
about the wrong one is worse than a missing claim.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from kg.errors import DataError
from kg.lexicon import Gazetteer, load_gazetteer, read_table, words_of
from kg.linguistics.cues import Cues, load_cues
from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.names import readable_tokens
from kg.linguistics.titles import title_before
from kg.model import EntityType

__all__ = ["CorefWords", "Resolver", "load_coref_words", "make_resolver"]

_REACH = 3  # sentences back in which the antecedent of a pronoun is looked for
_FAR = 12  # the same for a title seen with a name
_STRONG = ("name", "metonym", "group", "nominal", "description", "pronoun", "inhabitant")
_ACTORS = (EntityType.PERSON, EntityType.COUNTRY, EntityType.PEOPLE, EntityType.ARMED_GROUP)
_GENDERS = {"Masc": "m", "Fem": "f", "Neut": "n"}


@dataclass(frozen=True, slots=True)
class CorefWords:
    """The words of a language that stand for something named before; genders are `m`, `f`, `n`, `p` (plural)."""

    pronouns: dict[str, frozenset[str]]
    possessives: dict[str, frozenset[str]]
    demonstratives: dict[str, frozenset[str]]
    places: frozenset[str]
    definite: frozenset[str]
    descriptions: dict[str, frozenset[EntityType]]
    age: re.Pattern[str]
    persons: frozenset[str]


def load_coref_words(language: str) -> CorefWords:
    """Load `coref.toml` of a language.

    Raises:
        DataError: If the file is missing or wrong.
    """
    source = "coref.toml"
    data = read_table(language, source)

    def table(name: str) -> dict[str, object]:
        value = data.get(name)
        if not isinstance(value, dict):
            message = f"table [{name}] is missing"
            raise DataError(message, source=source, hint="compare with coref.toml of German")
        return value

    def genders(name: str) -> dict[str, frozenset[str]]:
        return {key: frozenset(words_of(table(name), key, source)) for key in table(name)}

    known = {t.value: t for t in EntityType}
    descriptions: dict[str, set[EntityType]] = defaultdict(set)
    for name, nouns in genders("descriptions").items():
        if name not in known:
            message = f"[descriptions] names the unknown entity type {name!r}"
            raise DataError(message, source=source, hint="types: " + ", ".join(known))
        for noun in nouns:
            descriptions[noun].add(known[name])
    return CorefWords(
        genders("pronouns"),
        genders("possessives"),
        genders("demonstratives"),
        frozenset(words_of(table("places"), "words", source)),
        frozenset(words_of(table("articles"), "definite", source)),
        {noun: frozenset(types) for noun, types in descriptions.items()},
        re.compile(str(table("persons").get("age", "(?!)"))),
        frozenset(words_of(table("persons"), "nouns", source)),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A mention that may be referred to: its head token, its sentence's number, its genders."""

    start: int
    end: int
    entity: str
    type: EntityType
    kind: str
    root: Token
    sentence: int
    genders: frozenset[str]


class _Document:
    """One document while it is resolved."""

    def __init__(self, doc: Doc, words: CorefWords, cues: Cues, grammar: Grammar, gazetteer: Gazetteer) -> None:
        self.doc = doc
        self.words = words
        self.cues = cues
        self.grammar = grammar
        self.gazetteer = gazetteer
        self.entities: dict[str, dict[str, object]] = doc.user_data.get("kg_entities", {})
        self.sentence = [0] * len(doc)
        for number, sent in enumerate(doc.sents):
            self.sentence[sent.start : sent.end] = [number] * len(sent)
        self.readable = readable_tokens(doc)
        self.seen: list[_Seen] = []
        self.dropped: set[_Seen] = set()
        for span in doc.spans.get("kg_mentions", ()):
            self._note(span.start, span.end, span.kb_id_, EntityType(span.label_), span.id_)
        self.frequency = Counter(m.entity for m in self.seen)
        self.titles: dict[str, list[tuple[Token, str]]] = defaultdict(list)
        for mention in self.seen:
            if mention.type is EntityType.PERSON and mention.kind == "name":
                self.titles[mention.entity].extend((t, self.owner(t)) for t in self._titles_of(mention))

    # --- mentions -----------------------------------------------------------------------------------------------

    def _note(self, start: int, end: int, entity: str, type_: EntityType, kind: str) -> _Seen:
        root = self.doc[start:end].root if kind != "group" else self._group_head(start, end)
        mention = _Seen(
            start, end, entity, type_, kind, root, self.sentence[start], self._genders(root, entity, type_, kind)
        )
        self.seen.append(mention)
        return mention

    def _group_head(self, start: int, end: int) -> Token:
        return self.doc[start:end].root

    def _genders(self, root: Token, entity: str, type_: EntityType, kind: str) -> frozenset[str]:
        known = str(self.entities.get(entity, {}).get("gender", ""))
        if type_ is EntityType.PERSON:
            return frozenset({known}) if known in ("m", "f") else frozenset({"m", "f"})
        if root.morph.get("Number", []) == ["Plur"]:
            return frozenset({"p"})
        found = {_GENDERS[g] for g in root.morph.get("Gender", []) if g in _GENDERS}
        if type_ is EntityType.COUNTRY and kind in ("name", "metonym") and not self._has_article(root):
            return frozenset({"n"})
        return frozenset(found)

    def _has_article(self, token: Token) -> bool:
        return any(True for _ in self.grammar.children(token, "determiner"))

    def _titles_of(self, mention: _Seen) -> Iterator[Token]:
        before = title_before(self.doc, mention.start, self.cues)
        if before is not None:
            yield from (self.doc[i] for i in range(before.start, before.end))
        root = mention.root
        near = [
            *self.grammar.children(root, "apposition"),
            *([root.head] if self.grammar.has(root, "apposition", "flat") else []),
        ]
        for token in near:
            if self.grammar.is_(token, "noun") and self.cues.titles.gender(token.text) is not None:
                yield token
        if self.grammar.has(root, "subject") and any(True for _ in self.grammar.children(root.head, "copula")):
            if self.cues.titles.gender(root.head.text) is not None:
                yield root.head

    def owner(self, noun: Token) -> str:
        """The country or organisation that a title belongs to by the words beside it, or empty."""
        wanted = {noun.i}
        wanted.update(c.i for c in self.grammar.children(noun, "adjectival"))
        wanted.update(g.i for g in self.grammar.genitives(noun))
        i = noun.i - 1
        while i >= 0 and self.grammar.is_(self.doc[i], "adjective"):
            wanted.add(i)
            i -= 1
        for mention in self.seen:
            if mention.root.i in wanted and mention.type is not EntityType.PERSON:
                country = str(self.entities.get(mention.entity, {}).get("country", ""))
                return mention.entity if mention.type is EntityType.COUNTRY or not country else country
        return ""

    # --- candidates ---------------------------------------------------------------------------------------------

    def before(self, token: Token, reach: int, kinds: Iterable[str] = _STRONG) -> list[_Seen]:
        """Mentions before a token within some sentences, the last one first."""
        here = self.sentence[token.i]
        found = [
            m
            for m in self.seen
            if m.end <= token.i and here - m.sentence <= reach and m.kind in kinds and m not in self.dropped
        ]
        return sorted(found, key=lambda m: -m.end)

    def weight(self, mention: _Seen, token: Token) -> float:
        """How present a mention is at a token: near, subject, actor, often named."""
        distance = self.sentence[token.i] - mention.sentence
        value = -30.0 * distance + 2.0 * min(self.frequency[mention.entity], 8)
        head = self._phrase_head(mention.root)
        if self.grammar.has(head, "subject", "passive_subject"):
            value += 25
        elif self.grammar.has(head, "object", "dative"):
            value += 8
        elif self.grammar.has(head, "nominal"):
            value -= 8
        if mention.type in _ACTORS:
            value += 6
        return value + (4 if mention.type is EntityType.PERSON else 0)

    def _phrase_head(self, token: Token) -> Token:
        """The head of the phrase in which a name stands beside its title."""
        for _ in range(3):
            if not self.grammar.has(token, "apposition", "flat") or token.head is token:
                break
            token = token.head
        return token

    def best(self, token: Token, candidates: Iterable[_Seen], *, lead: float = 0.0) -> _Seen | None:
        """The most present candidate, if it leads the next other entity by enough."""
        scores: dict[str, tuple[float, _Seen]] = {}
        for mention in candidates:
            value = self.weight(mention, token)
            if mention.entity not in scores or value > scores[mention.entity][0]:
                scores[mention.entity] = (value, mention)
        ranked = sorted(scores.values(), key=lambda x: -x[0])
        if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < lead):
            return None
        return ranked[0][1]

    def entity_at(self, token: Token) -> _Seen | None:
        """The mention whose head a token is, itself or the name beside a title."""
        over = [m for m in self.seen if m.root.i == token.i and m.kind in _STRONG and m not in self.dropped]
        if over:
            return max(over, key=lambda m: m.end - m.start)
        for child in self.grammar.children(token, "apposition", "flat"):
            found = self.entity_at(child)
            if found is not None:
                return found
        return None

    # --- pronouns -----------------------------------------------------------------------------------------------

    def number(self, token: Token, genders: frozenset[str]) -> frozenset[str]:
        """The genders that a pronoun allows here, by its form and its verb."""
        number = token.morph.get("Number", [])
        if self.grammar.has(token, "subject", "passive_subject"):
            verbs = [token.head, *self.grammar.children(token.head, "auxiliary", "passive_auxiliary", "copula")]
            finite = [v.morph.get("Number", []) for v in verbs if v.morph.get("VerbForm", []) == ["Fin"]]
            number = next((n for n in finite if n), number)
        if number == ["Plur"]:
            return genders & {"p"} or genders
        if number == ["Sing"]:
            return genders - {"p"} or genders
        return genders

    def pronoun(self, token: Token) -> _Seen | None:
        """What a personal pronoun stands for."""
        genders = self.number(token, self.words.pronouns[token.lower_])
        clause = self.grammar.governor(token)
        fitting = [
            m
            for m in self.before(token, _REACH)
            if m.genders & genders and not self._rivals(m, clause) and (m.type in _ACTORS or len(m.genders) == 1)
        ]
        if self._quoted(token):
            fitting = [m for m in fitting if m.sentence == self.sentence[token.i]] or fitting
        persons = [m for m in fitting if m.type is EntityType.PERSON]
        if genders <= {"m", "f"} and persons:
            near = [m for m in persons if m.sentence >= self.sentence[token.i] - 1]
            fitting = near or persons
        return self.best(token, fitting, lead=3.0)

    def _rivals(self, mention: _Seen, clause: Token | None) -> bool:
        """Whether a mention is an argument of the same verb: then a pronoun means somebody else."""
        return clause is not None and self._phrase_head(mention.root).head is clause

    def _quoted(self, token: Token) -> bool:
        return sum(t.text in '„“”"»«' for t in token.sent[: token.i - token.sent.start]) % 2 == 1

    def possessive(self, token: Token, genders: frozenset[str]) -> _Seen | None:
        """Whose something is: the subject of its clause if it fits, else what is most present."""
        governor = self.grammar.governor(token)
        if governor is not None and not self.grammar.has(token.head, "subject", "passive_subject"):
            subject, _ = self.grammar.surface_subject(governor)
            if subject is not None and subject.i != token.head.i:
                found = self.entity_at(subject)
                if found is not None and (found.genders & genders or not found.genders):
                    return found
                if found is not None and found.type is not EntityType.PERSON:
                    found = None
        fitting = [m for m in self.before(token, 1) if m.genders & genders and m.type in _ACTORS]
        return self.best(token, fitting, lead=5.0)

    def relative(self, token: Token) -> _Seen | None:
        """The noun that a relative clause belongs to."""
        verb: Token = token
        for _ in range(6):
            if self.grammar.has(verb, "relative", "clause_modifier"):
                antecedent = verb.head
                return self.entity_at(antecedent) if antecedent.i < token.i else None
            if verb.head is verb:
                return None
            verb = verb.head
        return None

    def place(self, token: Token) -> _Seen | None:
        """The place last spoken of."""
        places = (EntityType.CITY, EntityType.COUNTRY, EntityType.REGION, EntityType.PLACE)
        found = [
            m
            for m in self.before(token, 1, ("name", "metonym", "description"))
            if m.type in places and self.grammar.preposition(m.root) is not None
        ]
        found = found or [m for m in self.before(token, 1, ("name",)) if m.type in places]
        return found[0] if found else None

    # --- descriptions -------------------------------------------------------------------------------------------

    def definite(self, noun: Token) -> bool:
        """Whether the noun has a definite article or demonstrative."""
        articles = [c for c in self.grammar.children(noun, "determiner", "case") if c.lower_ in self.words.definite]
        if articles:
            return True
        i = noun.i - 1
        while i >= 0 and self.grammar.is_(self.doc[i], "adjective"):
            i -= 1
        return i >= 0 and self.doc[i].lower_ in self.words.definite

    def named(self, noun: Token) -> bool:
        """Whether a name stands beside the noun, or the noun is a predicate ("ist Präsident")."""
        beside = [
            *self.grammar.children(noun, "apposition", "flat"),
            *([noun.head] if self.grammar.has(noun, "apposition", "flat") else []),
        ]
        if any(self.entity_at(t) is not None for t in beside if t is not noun):
            return True
        if any(m.start == noun.i + 1 and m.kind == "name" and m.type is EntityType.PERSON for m in self.seen):
            return True
        return any(True for _ in self.grammar.children(noun, "copula")) or self.grammar.has(noun, "apposition")

    def title(self, noun: Token) -> _Seen | None:
        """The person that an office or profession with a definite article means."""
        word = noun.text.rsplit("-", 1)[-1]
        gender = self.cues.titles.gender(noun.text)
        owner = self.owner(noun)
        found = []
        for mention in self.before(noun, _FAR, ("name", "description", "pronoun")):
            if mention.type is not EntityType.PERSON or (gender and gender not in mention.genders):
                continue
            for title, country in self.titles[mention.entity]:
                same = self._same_title(title.text.rsplit("-", 1)[-1], word) or title.lemma_ == noun.lemma_
                if same and (not owner or not country or owner == country):
                    found.append(mention)
                    break
            else:
                if owner and self._office(mention.entity, owner, word):
                    found.append(mention)
        if len({m.entity for m in found}) == 1 or (found and self._near(found, noun)):
            return found[0]
        return None

    def _near(self, found: list[_Seen], noun: Token) -> bool:
        return self.sentence[noun.i] - found[0].sentence <= 1

    @staticmethod
    def _same_title(a: str, b: str) -> bool:
        a, b = a.lower(), b.lower()
        return a == b or (len(b) > 4 and a.endswith(b)) or (len(a) > 4 and b.endswith(a))

    def _office(self, entity: str, owner: str, word: str) -> bool:
        """Whether the only known person of a country in the article is called by an office of it."""
        actor = self.gazetteer.actors.get(entity)
        if actor is None or actor.country != owner:
            return False
        others = {e for e in self.titles if e != entity and (a := self.gazetteer.actors.get(e)) and a.country == owner}
        return not others

    def person(self, noun: Token) -> _Seen | None:
        """The one person of the last sentences that a noun such as "der Politiker" or an age can mean."""
        gender = {"f", "m"}
        shown = noun.morph.get("Gender", [])
        if shown and shown[0] in _GENDERS:
            gender = {_GENDERS[shown[0]]}
        told = self.cues.titles.gender(noun.text)
        gender = {told} if told else gender
        found = [m for m in self.before(noun, 2) if m.type is EntityType.PERSON and m.genders & gender]
        return self.best(noun, found, lead=10.0)

    def thing(self, noun: Token, types: frozenset[EntityType]) -> _Seen | None:
        """The last named thing of the noun's types ("das Land", "die Miliz")."""
        kinds = ("name", "metonym", "group", "description", "adjective", "modifier")
        found = [m for m in self.before(noun, 2, kinds) if m.type in types]
        strong = [m for m in found if m.kind not in ("adjective", "modifier")]
        return self.best(noun, strong or found, lead=1.0)

    def power(self, noun: Token) -> _Seen | None:
        """The country whose government or army is spoken of without saying whose."""
        kinds = ("name", "metonym", "group", "description", "adjective", "inhabitant", "modifier")
        found = [m for m in self.before(noun, 1, kinds) if m.type is EntityType.COUNTRY]
        entities = {m.entity for m in found}
        if len(entities) == 1:
            return found[0]
        everywhere = Counter({e: n for e, n in self.frequency.items() if self._is_country(e)})
        total = sum(everywhere.values())
        for entity, count in everywhere.most_common(1):
            if 2 * count > total:
                return next((m for m in self.before(noun, len(self.doc), kinds) if m.entity == entity), None)
        return None

    def _is_country(self, entity: str) -> bool:
        return self.entities.get(entity, {}).get("type") == EntityType.COUNTRY

    # --- all ----------------------------------------------------------------------------------------------------

    def resolve(self) -> None:
        """Resolve from left to right."""
        for token in self.doc:
            if not self.readable[token.i]:
                continue
            if self.grammar.is_(token, "noun"):
                self._noun(token)
            else:
                self._word(token)

    def _word(self, token: Token) -> None:
        if any(m.start <= token.i < m.end and m.kind in ("name", "pronoun") for m in self.seen[-8:]):
            return
        found: _Seen | None = None
        form = token.lower_
        if form in self.words.places:
            found = self.place(token)
        elif token.pos_ not in ("PRON", "DET"):
            return
        elif self.grammar.word(token, "relative") and self._in_relative(token):
            found = self.relative(token)
        elif self.grammar.has(token, "determiner") or token.morph.get("Poss", []) == ["Yes"]:
            stem = next((s for s in self.words.possessives if form.startswith(s)), None)
            if stem is not None and form.removeprefix(stem) in ("", *self.cues.inflection.adjective):
                found = self.possessive(token, self.words.possessives[stem])
        elif form in self.words.pronouns and token.pos_ == "PRON":
            found = self.pronoun(token)
        elif form in self.words.demonstratives and token.pos_ == "PRON" and token.is_sent_start:
            genders = self.number(token, self.words.demonstratives[form])
            last = [
                m for m in self.before(token, 1) if m.genders & genders and m.sentence == self.sentence[token.i] - 1
            ]
            persons = [m for m in last if m.type is EntityType.PERSON]
            found = next(iter(persons or last), None)
        if found is not None:
            self._note(token.i, token.i + 1, found.entity, found.type, "pronoun")

    def _in_relative(self, token: Token) -> bool:
        previous = self.doc[token.i - 1] if token.i else None
        if previous is None or token.is_sent_start:
            return False
        clause: Token = token
        for _ in range(4):
            if self.grammar.has(clause, "relative"):
                return True
            clause = clause.head
        return False

    def _noun(self, token: Token) -> None:
        over = [m for m in self.seen if m.start <= token.i < m.end and m not in self.dropped]
        if any(m.kind in ("name", "metonym", "group", "inhabitant", "adjective") for m in over) and not any(
            m.kind == "modifier" for m in over
        ):
            return
        nominal = next((m for m in over if m.kind == "nominal"), None)
        if nominal is not None and (self.entities[nominal.entity]["country"] or self._qualified(nominal)):
            return
        found: _Seen | None = None
        lemma = token.lemma_ if token.lemma_ in self.words.descriptions else token.text
        definite = self.definite(token)
        if self.named(token):
            return
        if self.words.age.fullmatch(token.text) and definite:
            found = self.person(token)
        elif lemma in self.words.descriptions and definite:
            found = self.thing(token, self.words.descriptions[lemma])
        elif nominal is None and self.cues.titles.gender(token.text) is not None:
            if definite and token.morph.get("Number", []) != ["Plur"]:
                found = self.title(token)
                if found is None and (token.text in self.words.persons or token.lemma_ in self.words.persons):
                    found = self.person(token)
        elif nominal is None and not over and self.cues.group.match(token.text, token.lemma_):
            if definite and not {token.text, token.lemma_} & self.cues.owned:
                found = self.power(token)
        if found is None:
            return
        if nominal is not None:
            self.dropped.add(nominal)
        start = token.i
        while start > 0 and self.grammar.is_(self.doc[start - 1], "adjective"):
            start -= 1
        self._note(start, token.i + 1, found.entity, found.type, "description")

    def _qualified(self, mention: _Seen) -> bool:
        return mention.end - mention.start > 1

    def write(self) -> None:
        """Put the mentions back, with the words of descriptions as aliases; drop entities that lost all mentions."""
        kept = sorted(
            (m for m in self.seen if m not in self.dropped), key=lambda m: (m.start, -m.end, m.kind, m.entity)
        )
        self.doc.spans["kg_mentions"] = [
            Span(
                self.doc, m.start, m.end, label=m.type.value, kb_id=m.entity, span_id=self.doc.vocab.strings.add(m.kind)
            )
            for m in kept
        ]
        for mention in kept:
            if mention.kind == "description":
                aliases = self.entities[mention.entity]["aliases"]
                text = " ".join(self.doc[mention.start : mention.end].text.split())
                if isinstance(aliases, list) and text not in aliases:
                    aliases.append(text)
                    aliases.sort()
        alive = {m.entity for m in kept}
        for entity in {m.entity for m in self.dropped} - alive:
            self.entities.pop(entity, None)


class Resolver:
    """The component: resolves pronouns and definite descriptions.

    Args:
        words: The words that stand for something named before.
        cues: Word lists of the language.
        grammar: Labels of the parser.
        gazetteer: Known actors.
    """

    def __init__(self, words: CorefWords, cues: Cues, grammar: Grammar, gazetteer: Gazetteer) -> None:
        self.words = words
        self.cues = cues
        self.grammar = grammar
        self.gazetteer = gazetteer

    def __call__(self, doc: Doc) -> Doc:
        """Add the mentions to the document's layers."""
        document = _Document(doc, self.words, self.cues, self.grammar, self.gazetteer)
        document.resolve()
        document.write()
        return doc


@Language.factory("kg_coref", requires=["token.pos", "token.dep", "token.lemma"])
def make_resolver(nlp: Language, name: str) -> Resolver:
    """Make the component for a pipeline's language."""
    language = nlp.lang or ""
    return Resolver(load_coref_words(language), load_cues(language), load_grammar(language), load_gazetteer(language))
