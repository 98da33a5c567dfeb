"""Actors without a name of their own: "nordkoreanische Soldaten", "das Außenministerium", "Flüchtlinge".

A government, an army, soldiers count as their owner (kind `group`); other nouns of the lists are entities of their own
(kind `nominal`), told apart by their owner. Owners are an adjective of origin, a genitive, a noun after a preposition,
or the first part of the compound.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from kg.linguistics.agreement import Agreement
from kg.linguistics.bodies import NationalBodies
from kg.linguistics.cues import Cues, NounList, noun_forms
from kg.linguistics.page import Word, asked_once
from kg.linguistics.registry import Mention, Registry
from kg.model import EntityType

__all__ = ["register_nominals"]

_NAMED = ("name", "adjective", "inhabitant", "metonym")
_PLACES = (EntityType.COUNTRY, EntityType.CITY, EntityType.REGION)
_OWNING = (EntityType.ARMED_GROUP, EntityType.INTERNATIONAL_ORGANIZATION)
_BODIES = (*_OWNING, EntityType.ORGANIZATION, EntityType.POLITICAL_PARTY, EntityType.COMPANY, EntityType.MEDIA)
_SLASH = "/"  # between two names that own one thing
_ADJACENT = 3  # tokens before a noun in which its adjectives are looked for when the parse does not show them


@dataclass(frozen=True, slots=True)
class _Nominal:
    token: Word
    type: EntityType
    lemma: str
    owner: Mention | None
    start: int
    end: int


class _Nominals:
    def __init__(self, registry: Registry, cues: Cues, agreement: Agreement, readable: list[bool]) -> None:
        self.registry = registry
        self.doc = registry.doc
        self.cues = cues
        self.grammar = agreement.grammar
        self.readable = readable
        self.agreement = agreement
        self.by_token: dict[int, list[Mention]] = defaultdict(list)
        for mention in registry.mentions:
            for i in range(mention.start, mention.end):
                self.by_token[i].append(mention)

    # --- owners -------------------------------------------------------------------------------------------------

    def owners(self, token: Word) -> list[Mention]:
        """The mentions of the actors that a noun belongs to: several for "russische und syrische Truppen"."""
        own = [m for m in self.by_token.get(token.i, ()) if m.kind == "modifier"]
        if own:
            return own[:1]
        found = [m for i in self._adjectives(token) if (m := self._mention(self.doc[i], ("adjective",))) is not None]
        if found:
            return list(dict.fromkeys(found))
        other = self._owner(token)
        return [other] if other is not None else []

    def _adjectives(self, token: Word) -> list[int]:
        """The adjectives of a noun in text order, by the parse and by what stands directly before it."""
        indices = {c.i for child in self.grammar.children(token, "adjectival") for c in self.grammar.conjuncts(child)}
        i = token.i - 1
        steps = 0
        while i >= 0 and steps < _ADJACENT:
            joined = self.doc[i].pos_ in ("CCONJ", "PUNCT") and self.doc[i + 1].i in indices
            if not joined and not self.grammar.is_(self.doc[i], "adjective"):
                break
            if not joined:
                indices.add(i)
                steps += 1
            elif not self.grammar.is_(self.doc[i - 1], "adjective"):
                break
            i -= 1
        return sorted(i for i in indices if i < token.i)

    def _owner(self, token: Word) -> Mention | None:
        if self.grammar.has(token, "conjunct") and self.grammar.is_(token.head, "noun"):
            shared = [self._mention(c, ("adjective",)) for c in self.grammar.children(token.head, "adjectival")]
            own = (c for c in self.grammar.genitives(token) if self._mention(c, _NAMED) is not None)
            if any(shared) and not self.grammar.children(token, "determiner", "adjectival") and next(own, None) is None:
                return next(m for m in shared if m is not None)
        for child in [*self.grammar.children(token, "nominal"), *self.grammar.children(token, "apposition", "flat")]:
            found = self._mention(child, _NAMED) or self._titled(child)
            if found is None or found.start > token.i + 6:
                continue
            preposition = self.grammar.preposition(child)
            if preposition is not None and self.grammar.possessives(token):
                continue  # "seine Truppen aus Mali" are not Mali's
            loose = self.grammar.has(child, "apposition", "flat")
            if loose and found.type not in (EntityType.PERSON, *_PLACES):
                continue
            governs = set(self.forms(token)) & self.cues.person_owned
            if loose and found.type is EntityType.PERSON and not governs and not self._genitive(found):
                continue
            if preposition is None or preposition.word in self.cues.owner_prepositions:
                return found
        return self._next(token)

    def _titled(self, title: Word) -> Mention | None:
        """The person whose title a noun is: "die Regierung von Präsident Vargas"."""
        if self.cues.titles.gender(title.text) is None:
            return None
        named = (self._mention(c, ("name",)) for c in self.grammar.children(title, "apposition", "flat"))
        return next((m for m in named if m is not None and m.type is EntityType.PERSON), None)

    def _genitive(self, mention: Mention) -> bool:
        """Whether a name has an ending of the genitive that its entity's name has not."""
        text, name = self.doc[mention.end - 1].text, self.registry.name(mention.entity)
        return any(text.endswith(e) and not name.endswith(e) for e in self.cues.inflection.genitive)

    def _next(self, token: Word) -> Mention | None:
        """A genitive directly behind the noun or before it that the parse has put elsewhere."""
        found = self.registry.ending(token.i + 1, ("name", "metonym"))
        if found is not None and found.type in _PLACES and self.doc[found.end - 1].text.endswith("s"):
            return found
        seat = self.registry.ending(token.i + 2, ("name", "metonym"))
        if (
            seat is not None
            and seat.start == token.i + 2
            and self.doc[token.i + 1].lower_ in self.cues.owner_prepositions
            and self.cues.group.match(*self.forms(token))
            and (
                self._country(seat)
                or (seat.type is EntityType.COUNTRY and {token.text, token.lemma_} & self.cues.country_nouns)
            )
        ):
            return seat  # "der Führung in Peking", "der Regierung in Peru", whatever the parser hangs the name on
        before = self._mention(self.doc[token.i - 1], ("name", "metonym")) if token.i else None
        if before is not None and before.type in _PLACES and self._genitive(before):
            return before
        return None

    def _mention(self, token: Word, kinds: tuple[str, ...]) -> Mention | None:
        found = [m for m in self.by_token.get(token.i, ()) if m.kind in kinds]
        return max(found, key=lambda m: m.end - m.start, default=None)

    # --- nouns --------------------------------------------------------------------------------------------------

    @asked_once
    def forms(self, token: Word) -> tuple[str, ...]:
        """The noun and its lemma without the first part that names an actor."""
        return noun_forms(token.text, token.lemma_)

    def group(self, token: Word) -> bool:
        """Note a noun that counts as its owner; whether it is one."""
        forms = self.forms(token)
        is_group = self.cues.group.match(*forms)
        is_member = self.cues.members.match(*forms)
        is_college = self.cues.colleges.match(*forms)
        if not (is_group or is_member or is_college):
            return False
        follower = self.registry.ending(token.i + 1, ("name",))
        if (
            follower is not None
            and follower.type is EntityType.PERSON
            and self.cues.titles.gender(token.text) is not None
        ):
            return False
        owners = [
            owner
            for owner in self.owners(token)
            if self._group_of(token, owner, is_group=is_group, is_member=is_member, is_college=is_college)
        ]
        return bool(owners)

    def _group_of(self, token: Word, owner: Mention, *, is_group: bool, is_member: bool, is_college: bool) -> bool:
        target = owner.entity
        if (is_member and owner.type in _OWNING) or (
            is_college and owner.type is EntityType.INTERNATIONAL_ORGANIZATION
        ):
            pass
        elif not is_group:
            return False
        elif owner.type is EntityType.POLITICAL_PARTY and owner.kind == "modifier":
            rules = set(self.forms(token)) & self.cues.person_owned  # "die SPÖ-Regierung", but "die SPÖ-Spitze"
            target = self.registry.country(owner.entity) if rules else ""
        elif owner.type in (EntityType.CITY, EntityType.REGION, EntityType.PERSON):
            target = self._country(owner)
        elif owner.type not in (EntityType.COUNTRY, *_OWNING):
            return False
        if not target:
            return False
        if target in self.registry.gazetteer.actors:
            self.registry.known(target)
        start, end = self._range(token, owner)
        self.registry.mention(start, end, target, "group")
        return True

    def _country(self, owner: Mention) -> str:
        """The country whose capital or head a group's owner is, or empty."""
        gazetteer = self.registry.gazetteer
        country = self.registry.country(owner.entity)
        if not country or country not in gazetteer.actors:
            return ""
        if owner.type is EntityType.PERSON or owner.entity in gazetteer.actors[country].capitals:
            return self.registry.known(country)
        return ""

    def _range(self, token: Word, owner: Mention | None) -> tuple[int, int]:
        start, end = self._front(token), token.i + 1
        i = start - 1
        while (
            i >= 0
            and self.readable[i]
            and (self.grammar.is_(self.doc[i], "adjective") or (owner and owner.start <= i < owner.end))
        ):
            start = i
            i -= 1
        if owner is not None and owner.start > token.i:
            end = max(end, owner.end)
        return start, end

    def _front(self, token: Word) -> int:
        """Where a compound begins whose first part is two names: "CDU/CSU-Fraktion"."""
        doc, start = self.doc, token.i - 2
        if start < 0 or doc[start + 1].text != _SLASH or doc[start].whitespace_ or doc[start + 1].whitespace_:
            return token.i
        named = self._mention(doc[start], ("name",))
        own = any(m.kind == "modifier" for m in self.by_token.get(token.i, ()))
        return named.start if own and named is not None and named.end == start + 1 else token.i

    def nominal(self, token: Word) -> list[_Nominal]:
        """The actors of its own that a noun stands for, if its lists say so: one for each owner."""
        forms = self.forms(token)
        if self._describes(token):
            return []
        for kind in self.cues.kinds_of(*forms):
            nouns = self.cues.nominal[kind]
            if kind in self.cues.plural_only and self._single(token) and not set(forms) & self.cues.collective:
                return []
            follower = self.registry.ending(token.i + 1, ("name", "metonym"))
            if follower is not None and follower.type not in _PLACES and self._announces(token, follower):
                self.registry.alias(follower.entity, self.doc.written(token.i, follower.end))
                return []
            if kind is EntityType.ARMED_GROUP and self._of_another(token, nouns):
                return []
            found = self._make(token, kind)
            if set(forms) & nouns.need_owner:  # "der Kongress in Lima" has its seat there, "ein Kongress" meets there
                owning = _PLACES if self.grammar.only(token) else (EntityType.COUNTRY,)
                found = [n for n in found if n.owner is not None and n.owner.type in owning]
            return found
        return []

    def _describes(self, token: Word) -> bool:
        """Whether a noun says what the body named before it is ("die Gruppe Al-Nur, eine Miliz aus Mali, …")."""
        if not self.grammar.has(token, "apposition") or token.head.i >= token.i or not self._single(token):
            return False
        named = self._mention(token.head, ("name",))
        return named is not None and named.type in _BODIES

    def _of_another(self, token: Word, nouns: NounList) -> bool:
        """Whether a noun is the fighters of another nameless group ("Kämpfer verfeindeter Milizen")."""
        owners = [c for c in self.grammar.children(token, "nominal") if c.i > token.i]
        return any(nouns.match(*self.forms(c)) for c in owners)

    def _single(self, token: Word) -> bool:
        """Whether a noun is in the singular, by its article if the form leaves it open."""
        return not self.agreement.plural_noun(token, bare=True)

    def part(self, token: Word) -> bool:
        """Note the weapon in the first part of a compound ("Atomtest"); whether there is one."""
        meant = self.cues.part_of(token.text)
        if meant is None:
            return False
        entity = self.registry.new(*meant, local=True)
        self.registry.mention(token.i, token.i + 1, entity, "modifier")
        return True

    def capital(self, token: Word) -> bool:
        """Note "die thailändische Hauptstadt" as the city; whether it is one."""
        if not {token.text, token.lemma_} & self.cues.capital:
            return False
        if self.registry.ending(token.i + 1, ("name", "metonym")) is not None:
            return False
        for owner in self.owners(token):
            actor = self.registry.gazetteer.actors.get(owner.entity)
            if actor is not None and actor.capitals:
                entity = self.registry.known(actor.capitals[0])
                self.registry.mention(*self._range(token, owner), entity, "description")
                return True
        return False

    def _announces(self, token: Word, name: Mention) -> bool:
        genitive = self.agreement.genitive(self.doc[name.end - 1])
        return not genitive or name.type is EntityType.PERSON

    def _make(self, token: Word, kind: EntityType) -> list[_Nominal]:
        owners: list[Mention | None] = [o for o in self.owners(token) if self._may_own(o, kind)]
        if not owners and kind in self.cues.owned_only:
            return []
        lemma = token.lemma_ or token.text
        return [_Nominal(token, kind, lemma, o, *self._range(token, o)) for o in owners or [None]]

    @staticmethod
    def _may_own(owner: Mention, kind: EntityType) -> bool:
        if kind is EntityType.REGION:
            return owner.type in _PLACES
        return not (owner.type is EntityType.PERSON and kind is EntityType.MINISTRY)

    # --- names for them -----------------------------------------------------------------------------------------

    def name(self, found: _Nominal) -> str:
        """The nominative of a noun phrase: "südkoreanischer Geheimdienst"."""
        token = found.token
        plural = self.agreement.plural_noun(token, bare=found.type in self.cues.plural_only)
        head = self._plural(token) if plural else (found.lemma if found.lemma[:1].isupper() else token.text)
        if found.lemma[:1].islower() and token.is_sent_start:
            head = head[:1].lower() + head[1:]
        if "-" in found.lemma and "-" not in token.text:
            head = f"{found.lemma.rpartition('-')[0].replace('-', ' ')} {head}"  # a compound that is written apart
        owner = found.owner
        if owner is None or owner.kind == "modifier":
            front = self.doc.written(self._front(token), token.i)
            return front + (token.text if owner is not None and plural else head)
        if owner.kind == "adjective":
            first = self.doc[owner.start]
            stem = first.text
            if first.is_sent_start and not self.registry.gazetteer.origin(stem):
                stem = stem[:1].lower() + stem[1:]
            if owner.end - owner.start == 1 and stem[:1].islower():
                number = "p" if plural else self._gender(token, owner)
                ending = next((e for e in self.cues.inflection.adjective if stem.endswith(e)), "")
                stem = stem.removesuffix(ending) + self.cues.inflection.nominative.get(number, ending)
                return f"{stem} {head}"
            return f"{self.doc.written(owner.start, owner.end)} {head}"
        if owner.start > token.i:
            return f"{head} {self.doc.written(token.i + 1, owner.end)}"
        return f"{self.doc.written(owner.start, owner.end)} {head}"

    def _gender(self, token: Word, owner: Mention) -> str:
        """The gender of a noun in the singular: by its phrase, its adjective's ending, its other phrases."""
        genders = self.agreement.genders(token) - {"p"}
        if len(genders) == 1:
            return next(iter(genders))
        told = self._by_article(owner)
        if told:
            return told
        same = (t for t in self.doc if t.lemma_ == token.lemma_ and t.i != token.i)
        for other in same:
            left = genders & self.agreement.genders(other)
            if len(left) == 1:
                return next(iter(left))
        return ""

    def _by_article(self, owner: Mention) -> str:
        """The gender that the adjective's own ending shows, or empty."""
        text = self.doc[owner.start].text
        shown = [g for g, e in self.cues.inflection.nominative.items() if text.endswith(e) and len(e) > 1]
        return shown[0] if shown else ""

    def _plural(self, token: Word) -> str:
        """The nominative plural of a noun: without the ending of the dative."""
        if self.agreement.case(token) in ("dative", "oblique"):
            for ending in self.cues.inflection.plural:
                stem = token.text.removesuffix(ending)
                if stem != token.text and stem.endswith(self.agreement.dative_plural):
                    return stem
        return token.text

    def register(self, found: list[_Nominal]) -> None:
        """Make entities: one per noun and owner; without an owner the only one of its noun, if there is one."""
        owned: dict[tuple[EntityType, str], dict[str, str]] = defaultdict(dict)
        for item in found:
            if item.owner is not None:
                key = (item.type, item.lemma)
                guest = item.owner.start > item.token.i and bool({item.lemma, item.token.text} & self.cues.abroad)
                guest = (
                    guest and self.grammar.preposition(self.doc.span(item.owner.start, item.owner.end).root) is not None
                )
                country = "" if guest else self.registry.country(item.owner.entity)
                place = item.owner.type in _PLACES[1:] and item.type is not EntityType.MINISTRY
                owner = item.owner.entity if place or not country else country  # two churches of one country are two
                entity = owned[key].get(owner)
                if entity is None:
                    entity = self.registry.new(item.type, self.name(item), country=country)
                    owned[key][owner] = entity
                self._note(item, entity)
        bodies = NationalBodies(self.registry, self.cues, self.agreement)
        for item in found:
            if item.owner is None:
                entity = bodies.meant(item.token, item.type, owned[item.type, item.lemma])
                self._note(item, entity or self.registry.new(item.type, self.name(item), local=True))

    def _note(self, item: _Nominal, entity: str) -> None:
        self.registry.mention(item.start, item.end, entity, "nominal")
        front = self._front(item.token)
        if front < item.token.i:  # the other owner is no name of its own here
            self.registry.modify(front)
        texts = [self.name(item), self.doc.written(item.token.i, item.end), item.token.text]
        self.registry.alias(entity, *texts)


def register_nominals(registry: Registry, cues: Cues, agreement: Agreement, readable: list[bool]) -> None:
    """Note the groups and nominal actors of a document whose names are registered.

    Args:
        registry: Holds the names; where mentions and entities go.
        cues: Word lists of the language.
        agreement: Gender and number, and the labels of the parser.
        readable: For each token whether it is read.
    """
    finder = _Nominals(registry, cues, agreement, readable)
    found = []
    for token in agreement.grammar.of_kind(registry.doc, "noun"):
        if not cues.may_be_actor(token.text, token.lemma_) or not readable[token.i]:
            continue
        if any(m.kind in _NAMED for m in finder.by_token.get(token.i, ())):
            continue
        if finder.capital(token) or finder.group(token) or finder.part(token):
            continue
        found.extend(finder.nominal(token))
    finder.register(found)
