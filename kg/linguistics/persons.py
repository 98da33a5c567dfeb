"""Which names of persons in an article mean the same person.

A full name, its variants of spelling, the surname alone, the title with it: one person. Two persons with one surname
are kept apart by first name, gender and title. The gazetteer helps only where the article fits it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import islice

from kg.lexicon import Actor, Gazetteer, fold
from kg.linguistics.agreement import Agreement
from kg.linguistics.cues import Cues
from kg.linguistics.names import Name
from kg.linguistics.page import Page
from kg.linguistics.registry import Registry
from kg.linguistics.titles import Title, title_before
from kg.model import EntityType

__all__ = ["register_persons"]

_LONG = 5  # letters of a surname above which spellings are compared
_FULL = 2  # words of a full name, at least
_ALIKE = 0.75  # share of letters that two spellings of a name have in common
_COMPARED = 50  # persons of one family or first name: few articles have more, but a list of made-up names may


@dataclass(slots=True, eq=False)
class _Person:
    words: list[str]
    given: str
    family: str
    gender: str = ""
    actor: str = ""
    titles: set[str] = field(default_factory=set)
    names: list[Name] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)  # of the names, in rising order


def _words(doc: Page, name: Name, cues: Cues, agreement: Agreement, bare: set[str]) -> list[str]:
    """The words of a name in the nominative, without additions."""
    words = [doc[i].text for i in range(name.start, name.end) if not doc[i].is_punct and not doc[i].is_quote]
    while len(words) > 1 and words[-1] in cues.inflection.name_suffixes:
        words.pop()
    if not words:
        return [doc[name.start].text]
    last = words[-1]
    token = doc[name.end - 1]
    for ending in cues.inflection.genitive:
        stem = last.removesuffix(ending)
        genitive = (agreement.genitive(token) or _owned(doc, name, agreement)) and not ending.startswith("e")
        if stem != last and len(stem) > 1 and (stem in bare or genitive):
            words[-1] = stem
            break
    return words


def _owned(doc: Page, name: Name, agreement: Agreement) -> bool:
    """Whether an unknown full name depends on a noun as its genitive and ends so ("die Rede Anna Bergs")."""
    root, grammar = doc.span(name.start, name.end).root, agreement.grammar
    if name.senses or name.end - name.start < _FULL or not grammar.has(root, "nominal"):
        return False
    before = doc[name.end - 1].text[-2:-1].lower()
    return grammar.preposition(root) is None and before not in agreement.before_s


def _family(words: list[str], particles: tuple[str, ...]) -> tuple[str, str]:
    """First and family name of a full name."""
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].lower() in particles:
        cut -= 1
    return " ".join(words[:cut]), " ".join(words[cut:])


@lru_cache(maxsize=4096)
def _core(family: str, particles: tuple[str, ...]) -> str:
    """A family name without its small words, folded, for comparison."""
    words = [w for w in fold(family).split() if w.lower() not in particles]
    core = words[-1] if words else fold(family)
    for particle in particles:
        if particle.endswith("-") and core.lower().startswith(particle) and len(core) > len(particle) + 1:
            core = core[len(particle) :]
    return core.lower()


def _alike(a: str, b: str) -> bool:
    a, b = fold(a).lower(), fold(b).lower()
    if a == b:
        return True
    matcher = SequenceMatcher(None, a, b)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)  # each below the one before, and dearer
    return all(ratio() >= _ALIKE for ratio in bounds)


class _Persons:
    def __init__(self, doc: Page, gazetteer: Gazetteer, cues: Cues, countries: set[str]) -> None:
        self.doc = doc
        self.gazetteer = gazetteer
        self.cues = cues
        self.countries = countries
        self.particles = cues.inflection.name_particles
        self.bare = {t.text for t in doc}
        self.found: list[_Person] = []
        self._index: dict[str, dict[int, _Person]] = defaultdict(dict)

    def same_given(self, a: str, b: str) -> bool:
        """Whether two first names may be one: spelt alike, an initial, or one of several."""
        if not a or not b:
            return True
        first, second = a.split()[0], b.split()[0]
        if len(first.rstrip(".")) == 1 or len(second.rstrip(".")) == 1:
            return first[0] == second[0]
        if first in b.split() or second in a.split():
            return True
        genders = {self.gazetteer.given.get(first, ""), self.gazetteer.given.get(second, "")}
        short, long = sorted((fold(first).lower(), fold(second).lower()), key=len)
        if genders >= {"m", "f"} or (long != short and long.removeprefix(short) in self.cues.inflection.other_names):
            return False
        return _alike(first, second)

    def _file(self, person: _Person) -> None:
        """Make a person findable by family name, first name and first letter."""
        core = _core(person.family, self.particles)
        first = fold(person.given.split()[0]).lower() if person.given else ""
        for key in {f"family {core}", f"word {fold(person.words[0]).lower()}", f"word {first}", f"letter {core[:1]}"}:
            self._index[key].setdefault(id(person), person)

    def _filed(self, *keys: str) -> Iterator[_Person]:
        """The persons under some keys, those met first."""
        return islice((person for key in keys for person in self._index[key].values()), _COMPARED)

    def actor(self, name: Name, words: list[str], title: Title | None) -> Actor | None:
        """The known person that a name means, if the article fits."""
        candidates = [self.gazetteer.actors[s.actor] for s in name.senses]
        safe = {s.actor for s in name.senses if s.safe}
        persons = [a for a in candidates if a.type is EntityType.PERSON]
        if len(words) > 1:
            return persons[0] if len(persons) == 1 else self._fitting(persons, title)
        certain = [a for a in persons if a.id in safe]
        if len(certain) == 1 and self._gender_fits(certain[0], title):
            return certain[0]
        return self._fitting(persons, title)

    def _gender_fits(self, actor: Actor, title: Title | None) -> bool:
        return title is None or not title.gender or not actor.gender or title.gender == actor.gender

    def _fitting(self, persons: list[Actor], title: Title | None) -> Actor | None:
        fitting = [a for a in persons if self._gender_fits(a, title)]
        for kept in ([a for a in fitting if a.country in self.countries], [a for a in fitting if self._held(a, title)]):
            if len(kept) == 1:
                return kept[0]
        return None

    def _held(self, actor: Actor, title: Title | None) -> bool:
        """Whether the title before the name is that of an office that the person is known for ("Kanzler")."""
        if title is None:
            return False
        words = {self.doc[i].lemma_.lower() for i in range(title.start, title.end)}
        offices = (office.split()[0].lower() for office in actor.offices)
        return any(office.endswith(word) for office in offices for word in words if len(word) > _LONG)

    def by_family(self, given: str, family: str) -> Actor | None:
        """A known person with this family name and a first name spelt alike."""
        ids = self.gazetteer.families.get(fold(family), ())
        found = [a for a in (self.gazetteer.actors[i] for i in ids) if a.given and self.same_given(a.given, given)]
        return found[0] if len(found) == 1 else None

    def add_full(self, name: Name, words: list[str], title: Title | None) -> None:
        """Put a full name to its person, or make one."""
        given, family = _family(words, self.particles)
        actor = self.actor(name, words, title) or self.by_family(given, family)
        if actor is not None and actor.family and actor.given:
            given, family = actor.given, actor.family
        core = _core(family, self.particles)
        known = [f"actor {actor.id}"] if actor is not None else []
        first = fold(given.split()[0]).lower() if given else ""
        for person in self._filed(*known, f"family {core}", f"word {first}"):
            if actor is not None and person.actor:
                if person.actor == actor.id:
                    break
                continue
            if not self.same_given(person.given, given):
                continue
            other = _core(person.family, self.particles)
            if other == core or (len(core) > 4 and _alike(other, core) and fold(person.given) == fold(given)):
                break
        else:
            known_gender = self.gazetteer.given.get(given.split()[0], "") if given else ""
            person = _Person(words, given, family, known_gender)
            self.found.append(person)
        if actor is not None and not person.actor:
            person.actor, person.given, person.family = actor.id, given, family
            person.gender = person.gender or actor.gender
        if len(words) > len(person.words):
            person.words = words
        self._file(person)
        if person.actor:
            self._index[f"actor {person.actor}"].setdefault(id(person), person)
        self._note(person, name, title)

    def _note(self, person: _Person, name: Name, title: Title | None) -> None:
        person.names.append(name)
        insort(person.starts, name.start)
        if title is not None:
            person.gender = person.gender or title.gender
            titles = (self.doc[i].text for i in range(title.start, title.end))
            person.titles.update(t for t in titles if t not in self.cues.titles.honorific)

    def add_single(self, name: Name, words: list[str], title: Title | None) -> None:
        """Put a surname, or a first name, to its person, or make one."""
        core = _core(words[0], self.particles)
        same = list(self._filed(f"family {core}")) or list(self._filed(f"word {core}"))
        if not same and len(core) > _LONG:
            near = self._filed(f"letter {core[:1]}")
            same = [p for p in near if len(p.words) > 1 and _alike(_core(p.family, self.particles), core)]
        if title is not None and title.gender:
            same = [p for p in same if p.gender in ("", title.gender)]
        actor = self.actor(name, words, title)
        if title is not None and actor is not None and self._another(actor, same, title):
            same = []
        if len(same) > 1:
            same = self._closest(same, name, title)
        if same:
            self._note(same[0], name, title)
            return
        if actor is not None:
            person = _Person(words, actor.given, actor.family or words[0], actor.gender, actor.id)
        else:
            person = _Person(words, "", words[0])
        self.found.append(person)
        self._file(person)
        self._note(person, name, title)

    def _another(self, actor: Actor, persons: list[_Person], title: Title) -> bool:
        """Whether an office before a surname means the known person and none of those who only share the name."""
        office = any(self.doc[i].text not in self.cues.titles.honorific for i in range(title.start, title.end))
        return office and not any(p.actor or p.titles or self.same_given(p.given, actor.given) for p in persons)

    def _closest(self, persons: list[_Person], name: Name, title: Title | None) -> list[_Person]:
        """The one with the same title, else the only one with an office, else the one named last before."""
        if title is not None:
            words = {self.doc[i].text for i in range(title.start, title.end)}
            titled = [p for p in persons if p.titles & words]
            if len(titled) == 1:
                return titled
        else:
            # Of a politician and his wife the bare surname means the politician.
            titled = [p for p in persons if p.titles or p.actor]
            if len(titled) == 1:
                return titled
        before = [
            (p.starts[bisect_left(p.starts, name.start) - 1], p) for p in persons if p.names[0].start < name.start
        ]
        return [max(before, key=lambda x: x[0])[1]] if before else persons[:1]


def register_persons(
    names: Iterable[Name], registry: Registry, cues: Cues, agreement: Agreement, countries: set[str]
) -> dict[Name, str]:
    """Give each name of a person its entity and note the mentions.

    Args:
        names: Names that are persons', in text order.
        registry: Where entities and mentions go.
        cues: Word lists of the language.
        agreement: Gender, number and case.
        countries: Ids of the countries that the article names: a known person of one of them fits it.

    Returns:
        The entity of each name.
    """
    doc, gazetteer = registry.doc, registry.gazetteer
    persons = _Persons(doc, gazetteer, cues, countries)
    rows = [(n, _words(doc, n, cues, agreement, persons.bare), title_before(doc, n.start, cues)) for n in names]
    full = [r for r in rows if len(r[1]) > 1]
    for row in full:
        persons.add_full(*row)
    for row in rows:
        if len(row[1]) == 1:
            persons.add_single(*row)
    result: dict[Name, str] = {}
    for person in persons.found:
        entity = _register(person, registry)
        for name in person.names:
            kind = "modifier" if name.kind == "modifier" else "name"
            registry.mention(name.start, name.end, entity, kind, alias=kind == "name")
            result[name] = entity
        if person.family:
            registry.alias(entity, person.family, " ".join(person.words))
    return result


def _register(person: _Person, registry: Registry) -> str:
    if person.actor:
        entity = registry.known(person.actor)
        registry.gender(entity, person.gender)
        return entity
    name = " ".join(person.words)
    gender = person.gender or registry.gazetteer.given.get(person.given.split()[0] if person.given else "", "")
    return registry.new(EntityType.PERSON, name, gender=gender, local=len(person.words) == 1)
