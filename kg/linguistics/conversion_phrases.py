"""What all parsers of a language leave otherwise than kg reads it: names, titles, compounds, participles.

Comes in: a document in the structure of Universal Dependencies. Goes out: the same document, in which

- the recogniser's labels are kg's (`PER`, `LOC`, `ORG`, `MISC`), and a name with a hyphen is one word;
- the first part of a person's name heads it, and a title before it heads both ("President Ana Silva");
- a noun before a noun modifies it as a bare nominal, and the base form of the second holds both ("peace-talk");
- a verb with a particle has a base form of both ("pull-out");
- a noun that counts another one is its number ("thousands of troops");
- a participle or clause behind its noun says by its label what the noun is to it.

The words and labels are data: `phrases.toml`. A language without that file needs none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc, Span, Token

from kg.config import language_dir
from kg.errors import DataError
from kg.lexicon import read_table, words_of
from kg.linguistics.conversion_tree import Tree
from kg.linguistics.cues import Cues, load_cues
from kg.linguistics.grammar import load_grammar

__all__ = ["PhraseWords", "Phrases", "join_hyphens", "load_phrases"]

FILE = "phrases.toml"
_PERSON = "PER"
_LAYER = "kg_blocks"
_FUNCTION = ("VERB", "SCONJ")
_HYPHENS = frozenset({"-", "‐", "‑"})
_LISTS = (
    "compound",
    "modifier",
    "relative",
    "particle",
    "case",
    "subject",
    "object",
    "clause",
    "determined",
    "nominal",
    "loose",
)
_TAGS = ("passive", "active", "relative", "possessive", "mark", "adjective")
_MADE = (
    "flat",
    "apposition",
    "nominal",
    "compound",
    "passive",
    "active",
    "gap",
    "loose",
    "possessive",
    "numeral",
    "adjectival",
    "complement",
)


@dataclass(frozen=True, slots=True)
class PhraseWords:
    """The tables of `phrases.toml`.

    Attributes:
        recogniser: Label of the recogniser → kg's, empty to drop the name.
        labels: Groups of dependency labels that are looked for.
        tags: Groups of part-of-speech tags.
        made: Labels that are given.
        joined: Last word of a fixed pair → the words before it.
        joined_of: First word of a fixed pair with "of" between → the words behind it.
        particle_verbs: Base forms of verb and particle.
        saying: Base forms of verbs of saying that stand with their subject behind what is said.
        of_nouns: Nouns before "of" and the name of what they mean, and that preposition.
        counts: Nouns that count what follows that preposition.
        particles: Small words that a hyphen joins to a name.
        times: Months, days and the like.
        cues: The language's lists of nouns.
    """

    recogniser: Mapping[str, str]
    labels: Mapping[str, frozenset[str]]
    tags: Mapping[str, frozenset[str]]
    made: Mapping[str, str]
    joined: Mapping[str, frozenset[str]]
    joined_of: Mapping[str, frozenset[str]]
    particle_verbs: frozenset[str]
    saying: frozenset[str]
    of_nouns: frozenset[str]
    of: frozenset[str]
    counts: frozenset[str]
    particles: frozenset[str]
    times: frozenset[str]
    cues: Cues


@cache
def load_phrases(language: str) -> PhraseWords | None:
    """Read `phrases.toml` of a language; `None` if it has none.

    Raises:
        UnsupportedLanguage: If the language has no data.
        DataError: If the file is wrong.
    """
    if not (language_dir(language) / FILE).is_file():
        return None
    raw = read_table(language, FILE)

    def table(name: str) -> Mapping[str, object]:
        value = raw.get(name)
        if not isinstance(value, dict):
            message = f"table [{name}] is missing"
            raise DataError(message, source=FILE, hint="compare with the file of English")
        return value

    def groups(name: str, keys: tuple[str, ...]) -> dict[str, frozenset[str]]:
        return {key: frozenset(words_of(table(name), key, FILE)) for key in keys}

    made = {key: str(table("made").get(key, "")) for key in _MADE}
    missing = [key for key, label in made.items() if not label]
    if missing:
        message = f"[made] lacks {', '.join(missing)}"
        raise DataError(message, source=FILE, hint="say which label the structure gets")
    return PhraseWords(
        recogniser={key: str(value) for key, value in table("recogniser").items()},
        labels=groups("labels", _LISTS),
        tags=groups("tags", _TAGS),
        made=made,
        joined=groups("joined", tuple(table("joined"))),
        joined_of=groups("joined_of", tuple(table("joined_of"))),
        particle_verbs=frozenset(words_of(table("verbs"), "particle_verbs", FILE)),
        saying=frozenset(words_of(table("verbs"), "saying", FILE)),
        of_nouns=frozenset(words_of(table("names"), "of_nouns", FILE)),
        of=frozenset(words_of(table("names"), "of", FILE)),
        counts=frozenset(words_of(table("names"), "counts", FILE)),
        particles=frozenset(words_of(table("names"), "particles", FILE)),
        times=load_grammar(language).group("time"),
        cues=load_cues(language),
    )


def join_hyphens(doc: Doc, words: PhraseWords) -> None:
    """Make one word of a name that the tokenizer parted at its hyphen ("Guinea-Bissau", "al-Haddad").

    Args:
        doc: The document; its blocks are kept.
        words: The tables of its language.
    """
    found: list[tuple[int, int]] = []
    for i in range(1, len(doc) - 1):
        before, after = doc[i - 1], doc[i + 1]
        if doc[i].text not in _HYPHENS or before.whitespace_ or doc[i].whitespace_ or not after.text[:1].isupper():
            continue
        if not (before.text[:1].isupper() or before.lower_ in words.particles):
            continue
        if found and found[-1][1] == i:
            found[-1] = (found[-1][0], i + 2)
        elif not (doc[i].is_sent_start or after.is_sent_start):
            found.append((i - 1, i + 2))
    if not found:
        return
    blocks = [(b.start_char, b.end_char, b.label_) for b in doc.spans.get(_LAYER, ())]
    with doc.retokenize() as retokenizer:
        for start, end in found:
            span = doc[start:end]
            retokenizer.merge(span, attrs={"LEMMA": span.text, "POS": "PROPN"})
    if blocks:
        spans = (doc.char_span(start, end, label) for start, end, label in blocks)
        doc.spans[_LAYER] = [span for span in spans if span is not None]


class Phrases:
    """One document while its phrases are rewritten.

    Args:
        doc: The document.
        words: The tables of its language.
    """

    def __init__(self, doc: Doc, words: PhraseWords) -> None:
        self.doc = doc
        self.words = words
        self.made = words.made
        self.tree = Tree(doc, {"structure": words.labels, "tags": {}, "words": {}, "made": words.made})
        self._entity: dict[int, Span] = {}

    def rewrite(self) -> None:
        """Rewrite it."""
        self._name_entities()
        for token in self.doc:
            self._call_nouns(token)
            if token.pos_ in _FUNCTION and self.tree.labels[token.i] in self.words.labels["case"]:
                token.pos_ = "ADP"  # "according to", "following", "than"
        for entity in self.doc.ents:
            self._name(entity)
        for token in self.doc:
            self._of(token)
        for token in self.doc:
            self._count(token)
        for token in self.doc:
            self._compound(token)
        for token in self.doc:
            self._verb(token)
        self.tree.write()

    # --- names --------------------------------------------------------------------------------------------------

    def _name_entities(self) -> None:
        """Give the recogniser's names kg's labels, without what stands behind them and is none of them ("'s")."""
        spans = []
        for entity in self.doc.ents:
            label = self.words.recogniser.get(entity.label_, entity.label_)
            end = entity.end
            while end > entity.start + 1 and self.doc[end - 1].tag_ in self.words.tags["mark"]:
                end -= 1
            if label:
                spans.append(Span(self.doc, entity.start, end, label))
        self.doc.ents = spans
        self._entity = {i: span for span in spans for i in range(span.start, span.end)}

    def _call_nouns(self, token: Token) -> None:
        """Call a noun what a tagger calls a name because it has a capital ("President", "March")."""
        if token.pos_ != "PROPN" or token.i in self._entity:
            return
        lower, cues = token.lower_, self.words.cues
        listed = cues.titles.gender(lower) is not None or cues.group.match(lower) or cues.kinds_of(lower)
        if listed or lower in self.words.joined or lower in self.words.times:
            token.pos_ = "NOUN"
            token.lemma_ = token.lemma_.lower()

    def _name(self, entity: Span) -> None:
        first = entity.start
        root = next((t.i for t in entity if not entity.start <= self.tree.heads[t.i] < entity.end), first)
        root = next((t.i for t in entity if self.tree.heads[t.i] == t.i), root)
        if entity.label_ == _PERSON and len(entity) > 1:
            if root != first:
                self.tree.replace(root, first, self.made["flat"])
            for i in range(first + 1, entity.end):
                self.tree.heads[i], self.tree.labels[i] = first, self.made["flat"]
                self.tree.done.add(i)
            root = first
        title = self._title(entity, root)
        if title is not None:
            own = [c for c in self.tree.children(root) if entity.start <= c < entity.end]
            self.tree.replace(root, title, self.made["apposition"], keep=frozenset(own))

    def _title(self, entity: Span, root: int) -> int | None:
        """The noun before a name that says what it is: the nearest, with nothing but its own words between."""
        before = [c for c in self.tree.children(root) if c < entity.start and self.doc[c].pos_ == "NOUN"]
        for index in reversed(before):
            label = self.tree.labels[index]
            if label not in self.words.labels["compound"] and label not in self.words.labels["modifier"]:
                continue
            forms = self.doc[index].lower_, self.doc[index].lemma_
            if entity.label_ != _PERSON and self.words.cues.type_of_noun(*forms) is None:
                continue
            if all(self._below(i, index) or self.doc[i].is_punct for i in range(index + 1, entity.start)):
                return index
        return None

    def _below(self, index: int, above: int) -> bool:
        for _ in range(len(self.doc)):
            if index == above:
                return True
            if self.tree.heads[index] == index:
                return False
            index = self.tree.heads[index]
        return False

    def _of(self, token: Token) -> None:
        """Make the name of a place stand beside its noun ("the city of Lima"), and one word of "secretary of state"."""
        if token.lemma_ in self.words.of_nouns and token.pos_ == "NOUN":
            for child, case in self._behind(token.i):
                if self.doc[child].pos_ == "PROPN":
                    self.tree.labels[child] = self.made["apposition"]
                    self.tree.labels[case] = self.made["loose"]

        for child, case in self._behind(token.i) if token.lemma_ in self.words.joined_of else ():
            if self.doc[child].lower_ in self.words.joined_of[token.lemma_]:
                token.lemma_ = f"{token.lemma_}-{self.doc[case].lower_}-{self.doc[child].lower_}"
                self.tree.labels[child] = self.made["compound"]

    def _count(self, token: Token) -> None:
        """Make a noun that counts another one its number."""
        if token.lower_ in self.words.counts:
            for child, case in self._behind(token.i):
                if self.doc[child].pos_ in ("NOUN", "PROPN"):
                    self.tree.replace(token.i, child, self.made["numeral"])
                    self.tree.labels[case] = self.made["loose"]

    def _behind(self, index: int) -> list[tuple[int, int]]:
        """What stands behind a noun and "of", with that word."""
        for child in self.tree.children(index, "nominal"):
            case = [c for c in self.tree.children(child) if self.tree.labels[c] in self.words.labels["case"]]
            if child > index and case == [index + 1] and self.doc[case[0]].lower_ in self.words.of:
                return [(child, case[0])]
        return []

    # --- compounds ----------------------------------------------------------------------------------------------

    def _compound(self, token: Token) -> None:
        index, labels = token.i, self.words.labels
        head = self.doc[self.tree.heads[index]]
        label = self.tree.labels[index]
        if head.i <= index or index in self.tree.done:
            return
        entity = self._entity.get(index)
        if entity is not None and entity.start <= head.i < entity.end:
            if label in labels["compound"]:
                self.tree.labels[index] = self.made["flat"]
            return
        last = head.lemma_.rpartition("-")[2].lower()
        pair = token.lower_ in self.words.joined.get(last, ())
        if pair and label in labels["compound"] | labels["modifier"]:
            head.lemma_ = f"{token.lower_}-{head.lemma_.lower()}"
            head.pos_ = "NOUN"
            self.tree.labels[index] = self.made["compound"]
        elif label in labels["compound"] and token.tag_ in self.words.tags["adjective"]:
            self.tree.labels[index] = self.made["adjectival"]
        elif label in labels["compound"]:
            if token.pos_ == head.pos_ == "NOUN" and index + 1 == head.i:
                head.lemma_ = f"{token.lemma_}-{head.lemma_}"
            self.tree.labels[index] = self.made["nominal"]
        elif label in labels["determined"] and token.tag_ in self.words.tags["possessive"]:
            self.tree.labels[index] = self.made["possessive"]

    # --- verbs --------------------------------------------------------------------------------------------------

    def _verb(self, token: Token) -> None:
        index, labels, tags = token.i, self.words.labels, self.words.tags
        label = self.tree.labels[index]
        children = self.tree.children(index)
        if label in labels["particle"]:
            verb = self.doc[self.tree.heads[index]]
            both = f"{verb.lemma_}-{token.lower_}"
            if both in self.words.particle_verbs:
                verb.lemma_ = both
        elif label in labels["loose"] and token.lemma_ in self.words.saying:
            self._said(token)
        elif label in labels["clause"] and token.tag_ in tags["passive"]:
            self.tree.labels[index] = self.made["passive"]
        elif label in labels["clause"] and token.tag_ in tags["active"]:
            self.tree.labels[index] = self.made["active"]
        elif label in labels["relative"]:
            opened = any(self.doc[i].tag_ in tags["relative"] for c in children for i in (c, *self.tree.children(c)))
            named = {self.tree.labels[c] for c in children}
            if not opened and named & labels["subject"] and not named & labels["object"]:
                self.tree.labels[index] = self.made["gap"]

    def _said(self, verb: Token) -> None:
        """Put what is said under the verb of saying behind it ("Peru attacked, the army said")."""
        clause = self.tree.heads[verb.i]
        own = {self.tree.labels[c]: c for c in self.tree.children(verb.i)}
        subjects = [c for label, c in own.items() if label in self.words.labels["subject"]]
        if clause < verb.i and subjects and subjects[0] < verb.i and not own.keys() & self.words.labels["object"]:
            kept = frozenset(self.tree.children(clause)) - {verb.i}
            self.tree.replace(clause, verb.i, self.made["complement"], keep=kept)
