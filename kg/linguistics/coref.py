"""Component `kg_coref`: what pronouns and definite descriptions refer to.

Comes in: a document with the layers of `kg_entities`. Goes out: the same layers with mentions of kind `pronoun` and
`description`, and the words of descriptions among the entities' aliases. What stays doubtful is left alone: a claim
about the wrong one is worse than a missing claim.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc, Token

from kg.lexicon import Gazetteer, load_gazetteer
from kg.linguistics.agreement import Agreement, load_agreement
from kg.linguistics.antecedents import ACTORS, Antecedents, Seen
from kg.linguistics.cues import Cues, load_cues
from kg.linguistics.names import readable_tokens
from kg.linguistics.referring import CorefWords, load_coref_words
from kg.linguistics.registry import slug
from kg.linguistics.titles import title_before
from kg.model import EntityType

__all__ = ["Resolver", "make_resolver"]

_REACH = 3  # sentences back in which the antecedent of a pronoun is looked for
_CLIMB = 6  # tokens between a relative pronoun and the verb of its clause
_TITLE = 4  # letters that two titles must share at the end
_FAR = 12  # the same for a title seen with a name


class _Document:
    """One document while it is resolved."""

    def __init__(self, doc: Doc, words: CorefWords, cues: Cues, agreement: Agreement, gazetteer: Gazetteer) -> None:
        self.doc = doc
        self.words = words
        self.cues = cues
        self.agreement = agreement
        self.grammar = agreement.grammar
        self.gazetteer = gazetteer
        self.seen = Antecedents(doc, agreement)
        self.entities = self.seen.entities
        self.sentence = self.seen.sentence
        self.readable = readable_tokens(doc)
        self.titles: dict[str, list[tuple[Token, str]]] = defaultdict(list)
        for mention in self.seen.all:
            if mention.type is EntityType.PERSON and mention.kind == "name":
                self.titles[mention.entity].extend((t, self.owner(t)) for t in self._titles_of(mention))

    def _titles_of(self, mention: Seen) -> Iterator[Token]:
        before = title_before(self.doc, mention.start, self.cues)
        if before is not None:
            yield from (self.doc[i] for i in range(before.start, before.end))
        root = mention.root
        near = list(self.grammar.children(root, "apposition"))
        if self.grammar.has(root, "apposition", "flat"):
            near.append(root.head)
        if self.grammar.has(root, "subject") and any(True for _ in self.grammar.children(root.head, "copula")):
            near.append(root.head)
        for token in near:
            if self.grammar.is_(token, "noun") and self.cues.titles.gender(token.text) is not None:
                yield token

    def owner(self, noun: Token) -> str:
        """The country or organisation that a title belongs to by the words beside it, or empty."""
        wanted = [noun.i, *(c.i for c in self.grammar.children(noun, "adjectival"))]
        wanted.extend(g.i for g in self.grammar.genitives(noun))
        i = noun.i - 1
        while i >= 0 and self.grammar.is_(self.doc[i], "adjective"):
            wanted.append(i)
            i -= 1
        for index in wanted:
            for mention in self.seen.rooted(index):
                if mention.type is not EntityType.PERSON and mention.kind not in ("nominal", "description"):
                    country = str(self.entities[mention.entity].get("country", ""))
                    return mention.entity if mention.type is EntityType.COUNTRY or not country else country
        return ""

    # --- pronouns -----------------------------------------------------------------------------------------------

    def number(self, token: Token, genders: frozenset[str]) -> frozenset[str]:
        """The genders that a pronoun allows here: its verb tells singular and plural apart."""
        if not self.grammar.has(token, "subject", "passive_subject"):
            return genders
        plural = self.agreement.plural_verb(token)
        if plural is None:
            return genders
        return (genders & {"p"} if plural else genders - {"p"}) or genders

    def pronoun(self, token: Token) -> Seen | None:
        """What a personal pronoun stands for."""
        genders = self.number(token, self.words.pronouns[token.lower_])
        clause = self.grammar.governor(token)
        fitting = [
            m
            for m in self.seen.before(token, _REACH)
            if m.genders & genders and not self._rivals(m, clause) and (m.type in ACTORS or len(m.genders) == 1)
        ]
        persons = [m for m in fitting if m.type is EntityType.PERSON]
        if genders <= {"m", "f"} and persons:
            near = [m for m in persons if m.sentence >= self.sentence[token.i] - 1]
            fitting = near or persons
        return self.seen.best(token, fitting, lead=3.0)

    def _rivals(self, mention: Seen, clause: Token | None) -> bool:
        """Whether a mention is an argument of the same verb: then a pronoun means somebody else."""
        return clause is not None and self.seen.head(mention.root).head is clause

    def possessive(self, token: Token, genders: frozenset[str]) -> Seen | None:
        """Whose something is: the subject of its clause if it fits, else what is most present."""
        governor = self.grammar.governor(token)
        if governor is not None and not self.grammar.has(token.head, "subject", "passive_subject"):
            subject, _ = self.grammar.surface_subject(governor)
            if subject is not None and subject.i != token.head.i:
                found = self.seen.at(subject)
                if found is not None and found.genders & genders:
                    return found
        fitting = [m for m in self.seen.before(token, 1) if m.genders & genders and m.type in ACTORS]
        return self.seen.best(token, fitting, lead=5.0)

    def relative(self, token: Token) -> Seen | None:
        """The noun that a relative clause belongs to."""
        clause: Token = token
        for _ in range(_CLIMB):
            if self.grammar.has(clause, "relative", "clause_modifier"):
                return self.seen.at(clause.head) if clause.head.i < token.i else None
            if clause.head is clause:
                break
            clause = clause.head
        return self._behind_comma(token)

    def _behind_comma(self, token: Token) -> Seen | None:
        """The name before the comma before a relative pronoun, where the parse does not show the clause."""
        if token.i < 2 or not self.doc[token.i - 1].is_punct:
            return None
        last = [m for m in self.seen.over(token.i - 2) if m.end == token.i - 1 and m.kind == "name"]
        shown = self.agreement.articles["nominative"].get(token.lower_, frozenset())
        return next((m for m in last if m.genders & shown and self.grammar.has(token, "subject")), None)

    def place(self, token: Token) -> Seen | None:
        """The place last spoken of."""
        places = (EntityType.CITY, EntityType.COUNTRY, EntityType.REGION, EntityType.PLACE)
        near = [m for m in self.seen.before(token, 1, ("name", "metonym", "description")) if m.type in places]
        located = [m for m in near if self.grammar.preposition(m.root) is not None]
        found = located or [m for m in near if m.kind == "name"]
        return found[0] if found else None

    # --- descriptions -------------------------------------------------------------------------------------------

    def definite(self, noun: Token) -> bool:
        """Whether the noun has a definite article or demonstrative."""
        if any(c.lower_ in self.words.definite for c in self.grammar.children(noun, "determiner", "case")):
            return True
        i = noun.i - 1
        while i >= 0 and self.grammar.is_(self.doc[i], "adjective"):
            i -= 1
        return i >= 0 and self.doc[i].lower_ in self.words.definite

    def named(self, noun: Token) -> bool:
        """Whether a name stands beside the noun, or the noun is a predicate ("ist Präsident")."""
        beside = list(self.grammar.children(noun, "apposition", "flat"))
        if self.grammar.has(noun, "apposition", "flat"):
            beside.append(noun.head)
        if any(self.seen.at(t) is not None for t in beside if t is not noun):
            return True
        if any(
            m.start == noun.i + 1 and m.kind == "name" and m.type is EntityType.PERSON
            for m in self.seen.over(noun.i + 1)
        ):
            return True
        return any(True for _ in self.grammar.children(noun, "copula")) or self.grammar.has(noun, "apposition")

    def title(self, noun: Token, owner: str) -> Seen | None:
        """The person that an office or profession with a definite article means."""
        word = noun.text.rsplit("-", 1)[-1]
        gender = self.cues.titles.gender(noun.text)
        found = []
        for mention in self.seen.before(noun, _FAR, ("name", "description", "pronoun")):
            if mention.type is not EntityType.PERSON or (gender and gender not in mention.genders):
                continue
            if self._called(mention.entity, noun, word, owner) or (owner and self._office(mention.entity, owner)):
                found.append(mention)
        if len({m.entity for m in found}) == 1 or (found and self.sentence[noun.i] - found[0].sentence <= 1):
            return found[0]
        return None

    def _called(self, entity: str, noun: Token, word: str, owner: str) -> bool:
        for title, country in self.titles[entity]:
            same = self._same_title(title.text.rsplit("-", 1)[-1], word) or title.lemma_ == noun.lemma_
            if same and (not owner or not country or owner == country):
                return True
        return False

    @staticmethod
    def _same_title(a: str, b: str) -> bool:
        a, b = a.lower(), b.lower()
        return a == b or (len(b) > _TITLE and a.endswith(b)) or (len(a) > _TITLE and b.endswith(a))

    def _office(self, entity: str, owner: str) -> bool:
        """Whether this is the only known person of a country in the article."""
        actor = self.gazetteer.actors.get(entity)
        if actor is None or actor.country != owner:
            return False
        others = (self.gazetteer.actors.get(e) for e in self.titles if e != entity)
        return not any(a is not None and a.country == owner for a in others)

    def person(self, noun: Token) -> Seen | None:
        """The one person of the last sentences that a noun such as "der Politiker" or an age can mean."""
        told = self.cues.titles.gender(noun.text)
        gender = frozenset(told) if told else self.agreement.genders(noun) & {"m", "f"}
        found = [m for m in self.seen.before(noun, 2) if m.type is EntityType.PERSON and m.genders & gender]
        return self.seen.best(noun, found, lead=10.0)

    def thing(self, noun: Token, types: frozenset[EntityType]) -> Seen | None:
        """The last named thing of the noun's types ("das Land", "die Miliz")."""
        kinds = ("name", "metonym", "group", "description", "adjective", "modifier")
        found = [m for m in self.seen.before(noun, 2, kinds) if m.type in types]
        strong = [m for m in found if m.kind not in ("adjective", "modifier")]
        return self.seen.best(noun, strong or found, lead=1.0)

    def power(self, noun: Token) -> Seen | None:
        """The country whose government or army is spoken of without saying whose."""
        kinds = ("name", "metonym", "group", "description", "adjective", "inhabitant", "modifier")
        found = [m for m in self.seen.before(noun, 1, kinds) if m.type is EntityType.COUNTRY]
        if len({m.entity for m in found}) == 1:
            return found[0]
        counts = Counter(
            {e: n for e, n in self.seen.frequency.items() if self.entities[e]["type"] == EntityType.COUNTRY}
        )
        for entity, count in counts.most_common(1):
            if 2 * count > counts.total():
                return next((m for m in self.seen.all if m.entity == entity and m.end <= noun.i), None)
        return None

    def nameless(self, noun: Token, owner: str, *, definite: bool) -> Seen | None:
        """A person of whom only an office with its owner is said ("der venezolanische Erdölminister")."""
        lone = bool({noun.text, noun.lemma_} & self.words.lone)
        office = definite and bool(owner) and self.cues.titles.gender(noun.text) is not None
        if not (lone or office) or self.agreement.plural_noun(noun, bare=not lone):
            return None
        start = self._start(noun)
        adjectives = [self.doc[i].text for i in range(start, noun.i)] if owner else []
        gender = self.cues.titles.gender(noun.text) or ""
        ending = self.cues.inflection.nominative.get(gender, "")
        words = [self._nominative(a, ending) for a in adjectives]
        head = noun.lemma_ if noun.lemma_[:1].isupper() else noun.text
        name = " ".join([*words, head])
        entity = f"{EntityType.PERSON.value}_{slug(name)}_{self.digest()}"
        texts = {name, head, noun.text, " ".join(self.doc[start : noun.i + 1].text.split())}
        record = self.entities.setdefault(
            entity,
            {
                "type": EntityType.PERSON.value,
                "name": name,
                "aliases": [],
                "wikidata": "",
                "country": owner if owner in self.gazetteer.actors else "",
                "known": False,
                "gender": gender,
            },
        )
        record["aliases"] = sorted({*record["aliases"], *texts})
        return self.seen.add(start, noun.i + 1, entity, EntityType.PERSON, "nominal")

    def _nominative(self, adjective: str, ending: str) -> str:
        stem = next((e for e in self.cues.inflection.adjective if adjective.endswith(e)), "")
        return adjective.removesuffix(stem) + ending if stem and ending else adjective

    def digest(self) -> str:
        """What tells this article's entities from those of others."""
        return hashlib.sha256(self.doc.text.encode("utf-8", "surrogatepass")).hexdigest()[:10]

    def _start(self, noun: Token) -> int:
        start = noun.i
        while start > 0 and self.grammar.is_(self.doc[start - 1], "adjective") and not self.doc[start].is_sent_start:
            start -= 1
        return start

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
        if any(m.kind in ("name", "pronoun") for m in self.seen.over(token.i)):
            return
        found: Seen | None = None
        form = token.lower_
        alone = not self.grammar.has(token, "determiner")
        if form in self.words.places:
            found = self.place(token)
        elif not self.grammar.is_(token, "pronoun"):
            return
        elif not alone:
            stem = next((s for s in self.words.possessives if form.startswith(s)), None)
            if stem is not None and form.removeprefix(stem) in ("", *self.cues.inflection.adjective):
                found = self.possessive(token, self.words.possessives[stem])
        elif self.grammar.word(token, "relative") and not token.is_sent_start and form not in self.words.pronouns:
            found = self.relative(token)
        elif form in self.words.pronouns:
            found = self.pronoun(token)
        elif form in self.words.demonstratives and token.is_sent_start:
            found = self._demonstrative(token)
        if found is not None:
            self.seen.add(token.i, token.i + 1, found.entity, found.type, "pronoun")

    def _demonstrative(self, token: Token) -> Seen | None:
        """What was said last in the sentence before ("Der beschwört …")."""
        genders = self.number(token, self.words.demonstratives[token.lower_])
        before = self.sentence[token.i] - 1
        last = [m for m in self.seen.before(token, 1) if m.genders & genders and m.sentence == before]
        persons = [m for m in last if m.type is EntityType.PERSON]
        return next(iter(persons or [m for m in last if m.type in ACTORS]), None)

    def _noun(self, token: Token) -> None:
        over = self.seen.over(token.i)
        own = [m for m in over if m.kind in ("name", "metonym", "group", "inhabitant", "adjective", "description")]
        compound = any(m.kind == "modifier" for m in over)
        if own and not (compound and all(m.kind == "adjective" for m in own)):
            return
        nominal = next((m for m in over if m.kind == "nominal"), None)
        if nominal is not None and (self.entities[nominal.entity]["country"] or nominal.end - nominal.start > 1):
            return
        if self.named(token):
            return
        owner = self.owner(token)
        definite = self.definite(token)
        found = self._description(token, owner, nominal, definite=definite)
        if found is None:
            if nominal is None:
                self.nameless(token, owner, definite=definite)
            return
        if nominal is not None:
            self.seen.dropped.add(nominal)
        self.seen.add(self._start(token), token.i + 1, found.entity, found.type, "description")

    def _description(self, token: Token, owner: str, nominal: Seen | None, *, definite: bool) -> Seen | None:
        if not definite:
            return None
        forms = {token.text, token.lemma_}
        if self.words.age.fullmatch(token.text):
            return self.person(token)
        noun = next((f for f in (token.lemma_, token.text) if f in self.words.descriptions), None)
        if noun is not None:
            return self.thing(token, self.words.descriptions[noun])
        if nominal is not None:
            return None
        if self.cues.titles.gender(token.text) is not None:
            if self.agreement.plural_noun(token):
                return None
            found = self.title(token, owner)
            return self.person(token) if found is None and forms & self.words.persons else found
        if self.cues.group.match(token.text, token.lemma_) and not forms & self.cues.owned and not owner:
            return self.power(token)
        return None


class Resolver:
    """The component: resolves pronouns and definite descriptions.

    Args:
        words: The words that stand for something named before.
        cues: Word lists of the language.
        agreement: Gender and number, and the labels of the parser.
        gazetteer: Known actors.
    """

    def __init__(self, words: CorefWords, cues: Cues, agreement: Agreement, gazetteer: Gazetteer) -> None:
        self.words = words
        self.cues = cues
        self.agreement = agreement
        self.gazetteer = gazetteer

    def __call__(self, doc: Doc) -> Doc:
        """Add the mentions to the document's layers."""
        document = _Document(doc, self.words, self.cues, self.agreement, self.gazetteer)
        document.resolve()
        document.seen.write()
        return doc


@Language.factory("kg_coref", requires=["token.pos", "token.dep", "token.lemma"])
def make_resolver(nlp: Language, name: str) -> Resolver:
    """Make the component for a pipeline's language."""
    language = nlp.lang or ""
    return Resolver(load_coref_words(language), load_cues(language), load_agreement(language), load_gazetteer(language))
