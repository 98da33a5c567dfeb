"""Word lists that the reading of facts needs besides the frames: `kg/data/<language>/facts.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kg.errors import DataError
from kg.lexicon import read_table

__all__ = ["FactWords", "load_fact_words"]


@dataclass(frozen=True, slots=True)
class FactWords:
    """Word lists, all of lemmas.

    Attributes:
        kidnapping_verbs: Verbs for taking people that no authority does.
        generic_people: Nouns for human beings that say nothing of their side.
        state_forces: Nouns for the forces of a state.
        support_verbs: Verbs that only carry a noun that names the deed.
        past_copula: Forms of the copula that put an office into the past.
        appointing_verbs: Verbs that give an office.
        proposing_verbs: Verbs that mean to give an office.
        presence_verbs: Verbs of speaking, meeting and taking part.
        presence_nouns: Nouns for speaking and meeting.
        partner_prepositions: Prepositions before those who take part in them.
        soldier_nouns: Nouns for soldiers and their units.
        station_verbs: Verbs for what soldiers do where they are stationed.
        both_words: Forms of the word for both.
        pair_powers: Nouns for two states or parties ("beide Seiten").
        partitive_nouns: Nouns for a part or number of what follows them ("ein Teil der Truppen").
        mediating_verbs: Verbs whose subject brings others together.
        delegates: Nouns for those who act for somebody ("Vertreter der Miliz und des Landes").
        delegate_endings: Ends of such nouns, in small letters ("Kremlsprecher").
        pair_persons: Nouns for two persons ("die beiden Politiker").
        duty_forms: Forms of the modals that oblige somebody.
        duty_reported: Those of them that are in the mood of other people's words.
        denial_verbs: Verbs for denying or refusing what was said or asked before.
        burden_verbs: Verbs for what somebody who must do it rather suffers than does.
        event_nouns: What people travel to even at home, as last part of a noun.
        return_verbs: Verbs for going back to where one came from.
        goal_prepositions: Prepositions before a goal.
        ending_nouns: Nouns for the end of an office, over when they are said ("der Sturz von Präsident X").
        leaving_nouns: Nouns for leaving an office, over only "after" them.
        ending_verbs: Verbs for putting an end to somebody's office or life, in the passive.
        government_nouns: Nouns for a government, that the head's name may follow ("die Regierung X").
        seeming_verbs: Verbs by which somebody is taken for what he is not, or not yet ("gilt als").
        predecessor_nouns: Nouns for who had the office before.
        successor_nouns: Nouns for who has it after.
        colleague_nouns: Nouns for who has the same office elsewhere.
        loose_colleague_nouns: Nouns that mean it only of an office holder's foreign colleague.
        federal_prefixes: First parts of titles that only federations have.
        chamber_nouns: Last parts of the nouns for parliaments, whose speaker presides over them, in small letters.
        backward_prepositions: Prepositions after which a deed is the time or cause of its clause.
        deputy_nouns: Nouns for who stands in for the holder of an office.
        public_offices: Last parts of titles that only a state or a part of it gives, never a party, in small letters.
        local_titles: Titles that are no country's, whatever country the text is about.
        regional_titles: Titles that belong to a state in a federation when no country is named with them.
        federations: Names of such federations.
        including_words: Words that begin a list of members or examples.
        example_words: Those of them that also compare, so that they need a noun for members before them.
        other_words: Words for the rest of a group, of which members stand before.
        member_nouns: Nouns for members that are countries, as last part of a compound ("EU-Staat").
        directions: Nouns for a part of a place ("im Norden Syriens").
        capital_nouns: Nouns for the capital of a country.
        division_nouns: Ends of the nouns for the parts of a country.
        suburb_nouns: Nouns for the parts of a town.
        on_site_verbs: Verbs whose object is where it is done to it ("eröffnete die Messe in Genf").
        deed_endings: Ends of the nouns for violent deeds, in small letters.
        no_organs: Endings of nouns, in small letters, that are no organisation though the name of one begins them.
        state_adjectives: Adjectives for what belongs to the state.
        state_prefixes: First parts of compounds for what belongs to the state.
    """

    kidnapping_verbs: frozenset[str]
    generic_people: frozenset[str]
    state_forces: frozenset[str]
    support_verbs: frozenset[str]
    past_copula: frozenset[str]
    appointing_verbs: frozenset[str]
    proposing_verbs: frozenset[str]
    presence_verbs: frozenset[str]
    presence_nouns: frozenset[str]
    partner_prepositions: frozenset[str]
    soldier_nouns: frozenset[str]
    station_verbs: frozenset[str]
    both_words: frozenset[str]
    pair_powers: frozenset[str]
    partitive_nouns: frozenset[str]
    mediating_verbs: frozenset[str]
    delegates: frozenset[str]
    delegate_endings: frozenset[str]
    pair_persons: frozenset[str]
    duty_forms: frozenset[str]
    duty_reported: frozenset[str]
    denial_verbs: frozenset[str]
    burden_verbs: frozenset[str]
    event_nouns: frozenset[str]
    return_verbs: frozenset[str]
    goal_prepositions: frozenset[str]
    ending_nouns: frozenset[str]
    leaving_nouns: frozenset[str]
    ending_verbs: frozenset[str]
    government_nouns: frozenset[str]
    seeming_verbs: frozenset[str]
    predecessor_nouns: frozenset[str]
    successor_nouns: frozenset[str]
    colleague_nouns: frozenset[str]
    loose_colleague_nouns: frozenset[str]
    federal_prefixes: frozenset[str]
    chamber_nouns: frozenset[str]
    backward_prepositions: frozenset[str]
    deputy_nouns: frozenset[str]
    local_titles: frozenset[str]
    public_offices: frozenset[str]
    regional_titles: frozenset[str]
    federations: frozenset[str]
    including_words: frozenset[str]
    example_words: frozenset[str]
    other_words: frozenset[str]
    member_nouns: frozenset[str]
    directions: frozenset[str]
    capital_nouns: frozenset[str]
    division_nouns: frozenset[str]
    suburb_nouns: frozenset[str]
    on_site_verbs: frozenset[str]
    deed_endings: frozenset[str]
    no_organs: frozenset[str]
    state_adjectives: frozenset[str]
    state_prefixes: frozenset[str]


@cache
def load_fact_words(language: str = "de") -> FactWords:
    """Read the word lists of a language.

    Args:
        language: Two-letter code.

    Raises:
        UnsupportedLanguage: If the language has no data.
        DataError: If the file is missing or wrong.

    Example:
        >>> "Mensch" in load_fact_words("de").generic_people
        True
    """
    table = read_table(language, "facts.toml")
    lists: dict[str, frozenset[str]] = {}
    for name in FactWords.__slots__:
        words = table.get(name)
        if not isinstance(words, list) or not all(isinstance(w, str) for w in words):
            message = f"{name} is {words!r}, not a list of words"
            raise DataError(message, source=f"{language}/facts.toml")
        lists[name] = frozenset(words)
    return FactWords(**lists)
