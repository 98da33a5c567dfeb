"""The words that decide on the factuality of claims: denial, plan, report, condition.

In: `modality.toml`, `negation.toml` and `reporting.toml` of a language. Out: `FactualityData`, checked and typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.errors import DataError
from kg.lexicon import read_table, words_of
from kg.linguistics.grammar import Grammar, load_grammar
from kg.linguistics.page import Word
from kg.linguistics.sources import Reporting, load_reporting

__all__ = ["CLAUSES", "FactualityData", "load_factuality", "verbal_head"]

CLAUSES = ("complement", "adverbial_clause", "relative", "clause_modifier", "loose_clause", "root")


@dataclass(frozen=True, slots=True)
class FactualityData:
    """The words that decide on factuality, by group, with the grammar and the words of saying."""

    grammar: Grammar
    reporting: Reporting
    words: Mapping[str, frozenset[str]]
    planned_nominal: Mapping[str, frozenset[str]]

    def has(self, group: str, token: Word) -> bool:
        """Whether form or lemma of the token is in a group such as `verbs.deny`."""
        words = self.words[group]
        return token.lemma_ in words or token.lower_ in words or token.text in words


@cache
def load_factuality(language: str = "de", scheme: str = "ud") -> FactualityData:
    """Load what decides on factuality in a language.

    Args:
        language: Two-letter code.
        scheme: Label scheme of the parser.

    Raises:
        DataError: If a data file is missing or wrong.

    Example:
        >>> "nicht" in load_factuality("de").words["adverbs"]
        True
    """
    words: dict[str, frozenset[str]] = {}
    for name in ("modality.toml", "negation.toml"):
        raw: dict[str, Any] = read_table(language, name)
        for table, value in raw.items():
            if isinstance(value, list):
                words[table] = frozenset(words_of(raw, table, name))
            elif not isinstance(value, dict):
                message = f"{table!r} is neither a list of words nor a table of such lists"
                raise DataError(message, source=name, hint=f'write {table} = ["…", "…"]')
            elif table != "nominal":
                for key in value:
                    words[f"{table}.{key}"] = frozenset(words_of(value, key, name))
    nominal: Any = read_table(language, "modality.toml").get("nominal")
    missing = sorted((REQUIRED - words.keys()) | ({"nominal"} if not isinstance(nominal, dict) else set()))
    if missing:
        message = f"missing lists: {', '.join(missing)}"
        raise DataError(message, source=f"{language}/modality.toml, negation.toml", hint="add them, empty if need be")
    planned = {verb: frozenset(words_of(nominal, verb, "modality.toml")) for verb in nominal}
    return FactualityData(load_grammar(language, scheme), load_reporting(language), words, planned)


# The lists that modality.toml and negation.toml must have between them.
REQUIRED = frozenset(
    """
    acts.nouns adjectives.cancelled adjectives.former adjectives.planned adjectives.reported adverbs adverbs.former
    adverbs.planned adverbs.reported
    auxiliaries.assumed auxiliaries.future auxiliaries.hearsay auxiliaries.irrealis auxiliaries.perfect
    auxiliaries.planned auxiliaries.state_verbs auxiliaries.would conditions.adverbial_marks conditions.also
    conditions.content_marks conditions.infinitive conditions.marks conditions.purpose conditions.repeated
    conditions.questions conditions.relative_openers conditions.reporting_marks conjunctions definite.circumstances
    definite.contracted definite.determiners definite.simultaneous determiners marks not_denying nouns.absent
    nouns.planned pending.nouns pending.verbs place.parts place.prepositions
    predicates.false predicates.planned pronouns subjunctive.endings subjunctive.forms
    subjunctive.infinitives subjunctive.not_after
    time.back time.frames time.same told.judging told.pronouns verbs.announce verbs.cancel verbs.demand verbs.deny
    verbs.due verbs.expect verbs.implicative verbs.intend verbs.light verbs.refuse
    """.split()
)


def verbal_head(token: Word, grammar: Grammar) -> Word | None:
    """The token itself if it is a predicate with a clause of its own, else the predicate in whose clause it stands."""
    if grammar.is_(token, "verb") or bool(grammar.children(token, "copula", "subject", "passive_subject")):
        return token
    return grammar.governor(token)
