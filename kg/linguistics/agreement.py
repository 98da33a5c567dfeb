"""Gender and number of a phrase, by morphology where the model gives it, else by articles, numbers and verbs.

Genders are `m`, `f`, `n` for the singular and `p` for the plural; a set of them holds what is possible.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache

from kg.errors import DataError
from kg.lexicon import load_inflection, read_table, words_of
from kg.lexicon_cache import Remembered
from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.page import Word, asked_once

__all__ = ["Agreement", "load_agreement"]

_GENDERS = {"Masc": "m", "Fem": "f", "Neut": "n"}
_ALL = frozenset("mfnp")
_STEM = 2  # letters that are left of a name without its ending, at least, and one more
_VOWELS = "aeiou"
_CASES = ("nominative", "genitive", "dative", "accusative", "oblique")


@dataclass(frozen=True, slots=True)
class Agreement:
    """The forms that tell gender and number; made by `load_agreement`."""

    articles: dict[str, dict[str, frozenset[str]]]
    plural: frozenset[str]
    single: frozenset[str]
    verb_endings: tuple[str, ...]
    feminine: tuple[str, ...]
    genitives: tuple[str, ...]
    weak: tuple[str, ...]
    same_plural: tuple[str, ...]
    dative_plural: tuple[str, ...]
    noun_endings: dict[str, tuple[str, ...]]
    before_s: frozenset[str]
    masculine_names: frozenset[str]
    grammar: Grammar
    _articles: frozenset[str] = field(init=False, repr=False, compare=False)
    _told_by_ending: Remembered[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Gather the articles, and prepare to remember what the endings of nouns tell."""
        forms = (form for case in ("oblique", "nominative", "genitive") for form in self.articles[case])
        object.__setattr__(self, "_articles", frozenset(forms))
        object.__setattr__(self, "_told_by_ending", Remembered(self._find_by_ending))

    @asked_once
    def case(self, noun: Word) -> str:
        """The case of a noun phrase: by its role; `oblique` behind a preposition or if unknown."""
        grammar = self.grammar
        if grammar.preposition(noun) is not None:
            return "oblique"
        first = noun
        while grammar.has(first, "conjunct", "apposition", "flat") and first.head != first and first.head.i < first.i:
            first = first.head
        if grammar.has(first, "subject", "passive_subject"):
            return "nominative"
        if grammar.has(first, "object"):
            return "accusative"
        if grammar.has(first, "dative"):
            return "dative"
        return "genitive" if grammar.has(first, "nominal") else "oblique"

    @asked_once
    def article(self, noun: Word) -> Word | None:
        """The article of a noun, or the preposition that has swallowed it."""
        found = [c for c in self.grammar.children(noun, "determiner", "case") if c.lower_ in self._articles]
        return found[0] if found else None

    @asked_once
    def genders(self, noun: Word) -> frozenset[str]:
        """The genders that a noun phrase may have."""
        found = self._genders_by_form(noun)
        told = frozenset(_GENDERS[g] for g in noun.morph.get("Gender", []) if g in _GENDERS)
        if noun.morph.get("Number", []) == ["Plur"]:
            told = frozenset("p")
        # A trained morphology errs more often than articles and endings: it only decides between what they leave.
        return found & told or found

    def surely_masculine(self, noun: Word) -> bool:
        """Whether it is a name with a masculine article, or a masculine singular by its morphology and its form."""
        if noun.text in self.masculine_names:
            return True
        if self.grammar.is_(noun, "name") or noun.morph.get("Gender", []) != ["Masc"]:
            return False
        if noun.morph.get("Number", []) == ["Plur"] or noun.text.endswith(self.feminine):
            return False
        return self._told_by_ending[noun.lemma_.lower()] in ("", "m")

    @asked_once
    def _genders_by_form(self, noun: Word) -> frozenset[str]:
        for token in noun.children:
            if token.i < noun.i and (
                token.lower_ in self.plural or (token.text.isdigit() and token.lower_ not in self.single)
            ):
                return frozenset("p")
        article = self.article(noun)
        found = _ALL
        if article is not None:
            found = self.articles[self.case(noun)].get(article.lower_) or self.articles["oblique"].get(
                article.lower_, _ALL
            )
        by_form = self._form(noun)
        if found & by_form:
            found = found & by_form
        told = self._told_by_ending[noun.lemma_.lower()]
        found = found & {told, "p"} if told in found else found
        return found - {"p"} if found & {"f", "p"} == {"f", "p"} and noun.text.endswith(self.feminine) else found

    def _find_by_ending(self, lower: str) -> str:
        """The gender that the longest known end of a noun tells, or empty."""
        found = [(len(e), g) for g, ends in self.noun_endings.items() for e in ends if lower.endswith(e)]
        return max(found)[1] if found else ""

    def _form(self, noun: Word) -> frozenset[str]:
        """What the ending of a noun leaves possible."""
        if not self.grammar.is_(noun, "noun") or _is_lemma(noun):
            return _ALL
        if any(noun.text == noun.lemma_ + e for e in self.genitives) and self.case(noun) in ("genitive", "oblique"):
            return frozenset("mn")
        weak = any(noun.text.endswith(e) and noun.lemma_ == noun.text.removesuffix(e) for e in self.weak)
        article = self.article(noun)
        if weak and article is not None and not self.articles["nominative"].get(article.lower_):
            return _ALL
        return frozenset("p")

    def plural_noun(self, noun: Word, *, bare: bool = False) -> bool:
        """Whether a noun is in the plural.

        Args:
            noun: The noun.
            bare: Whether a noun that tells nothing counts as plural when it has no article ("Isländer protestieren").
        """
        found = self._genders_by_form(noun)
        if found == {"p"} or ("p" in found and noun.morph.get("Number", []) == ["Plur"]):
            return True
        if "p" not in found:
            return False
        if not _is_lemma(noun):
            return True
        if found == _ALL:
            single = noun.morph.get("Number", []) == ["Sing"] and not noun.text.endswith(self.same_plural)
            return bare and not single and self.article(noun) is None and noun.text != ""
        return found == {"f", "p"} and noun.text.endswith(self.same_plural)

    def genitive(self, noun: Word) -> bool:
        """Whether a name stands in the genitive, by its ending."""
        if noun.morph.get("Case", []):
            return noun.morph.get("Case", []) == ["Gen"]
        if self.case(noun) != "genitive" or not noun.text.endswith(self.genitives):
            return False
        article = self.article(noun)
        shown = article is not None and article.lower_ in self.articles["genitive"]
        return noun.i < noun.head.i or shown  # a bare name behind its noun may end so in the nominative as well

    def base(self, noun: Word, text: str, known: Collection[str]) -> str:
        """A name without the ending of the genitive.

        Args:
            noun: The name's head.
            text: The name as written.
            known: Names of the article: what is left must be one of them, or the noun must show the genitive.
        """
        if text.isupper():
            return text
        for ending in self.genitives:
            stem = text.removesuffix(ending)
            if stem != text and stem in known:
                return stem
        if self.genitive(noun):
            for ending in self.genitives:
                stem = text.removesuffix(ending)
                if stem != text and len(stem) > _STEM and not (len(ending) > 1 and stem[-1] in _VOWELS):
                    return stem
        return text

    def plural_verb(self, subject: Word) -> bool | None:
        """Whether the verb of a subject is plural; `None` if its form does not tell."""
        verbs = [subject.head, *self.grammar.children(subject.head, "auxiliary", "passive_auxiliary", "copula")]
        finite = [v for v in verbs if v.morph.get("VerbForm", []) == ["Fin"] and v.morph.get("Number", [])]
        if finite:  # the ending does not lie: "drohten" is no singular
            return finite[0].morph.get("Number", []) == ["Plur"] or finite[0].lower_.endswith(self.verb_endings)
        verbs = [v for v in verbs if self.grammar.is_(v, "verb")]
        if not verbs:
            return None
        near = [v for v in verbs if abs(v.i - subject.i) == 1]
        last = near[0] if near else max(verbs, key=lambda v: v.i)
        return last.lower_.endswith(self.verb_endings)


def _is_lemma(noun: Word) -> bool:
    """Whether a noun stands in its base form, whatever its first letter; the base form may hold the noun before it."""
    lemma = noun.lemma_
    return lemma in ("", noun.text) or lemma.rpartition("-")[2].lower() == noun.lower_


@cache
def load_agreement(language: str) -> Agreement:
    """Load `agreement.toml` of a language; read once per process.

    Raises:
        DataError: If the file is missing or wrong.
    """
    source = "agreement.toml"
    data = read_table(language, source)

    def table(name: str) -> dict[str, object]:
        value = data.get(name)
        if not isinstance(value, dict):
            message = f"table [{name}] is missing"
            raise DataError(message, source=source, hint="compare with agreement.toml of German")
        return value

    articles: dict[str, dict[str, frozenset[str]]] = {}
    for case in _CASES:
        forms = table("articles").get(case)
        if not isinstance(forms, dict):
            message = f"table [articles.{case}] is missing"
            raise DataError(message, source=source, hint="cases: " + ", ".join(_CASES))
        articles[case] = {form: frozenset(words_of(forms, form, source)) for form in forms}
    inflection = load_inflection(language)
    return Agreement(
        articles,
        frozenset(words_of(table("numbers"), "plural", source)),
        frozenset(words_of(table("numbers"), "single", source)),
        words_of(table("verbs"), "plural_endings", source),
        words_of(table("nouns"), "feminine", source),
        inflection.genitive,
        (*inflection.plural, *(e for e in inflection.adjective if e.endswith("n"))),
        words_of(table("nouns"), "same_plural", source),
        words_of(table("nouns"), "dative_plural", source),
        {gender: words_of(table("noun_endings"), gender, source) for gender in table("noun_endings")},
        frozenset(words_of(table("nouns"), "before_s", source)),
        frozenset(words_of(table("nouns"), "masculine_names", source) if "masculine_names" in table("nouns") else ()),
        load_grammar(language),
    )
