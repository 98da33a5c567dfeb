"""Arguments of a verb, mended by what is known about the entities that they name.

A parser sees words, and names show no case: that "China" and "Russland" are two, or that "der Iran" can be nothing but
the subject, is known only when the names are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.facts.resolve import Resolver
from kg.linguistics.agreement import load_agreement
from kg.linguistics.grammar import Argument
from kg.linguistics.page import Stretch, Word

__all__ = ["mended"]

_ACTORS = frozenset(
    {
        "Country", "InternationalOrganization", "ArmedGroup", "PoliticalParty", "Ministry", "Organization", "Company",
        "Person",
    }
)  # fmt: skip
_PLACES = frozenset({"City", "Region"})


def mended(verb: Word, arguments: Sequence[Argument], resolver: Resolver) -> Sequence[Argument]:
    """The arguments of a verb in the roles that its names allow.

    Args:
        verb: The verb.
        arguments: Its arguments as the grammar reads them.
        resolver: Entity lookup of the document.
    """
    if resolver.grammar.passive(verb):
        return arguments
    parted = [*arguments, *_parted(verb, arguments, resolver)]
    return sorted(_turned(parted, resolver), key=lambda a: a.token.i)


def _parted(verb: Word, arguments: Sequence[Argument], resolver: Resolver) -> Iterator[Argument]:
    """The second of two names that stand side by side as if they were one: "weil China Russland unterstützt"."""
    grammar = resolver.grammar
    if any(a.role == "object" for a in arguments):
        return
    for argument in arguments:
        if argument.role != "subject" or argument.inherited:
            continue
        last = grammar.conjuncts(argument.token)[-1]
        first = _name(last, resolver)
        for child in grammar.children(last, "flat", "apposition") if first is not None else ():
            second = _name(child, resolver)
            if first is None or second is None or second.start != first.end or second.kb_id_ == first.kb_id_:
                continue
            kinds = resolver.type(first.kb_id_), resolver.type(second.kb_id_)
            if kinds[0] in _ACTORS and kinds[1] in _ACTORS | _PLACES:
                yield Argument("object", child)
                return


def _name(token: Word, resolver: Resolver) -> Stretch | None:
    span = resolver.mention(token)
    if span is None or span.id_ not in ("name", "metonym") or span.root.i != token.i:
        return None
    return span if resolver.entities[span.kb_id_].get("known") else None


def _turned(arguments: Sequence[Argument], resolver: Resolver) -> Sequence[Argument]:
    """Subject and object exchanged where the article tells: "Peru griff der Iran an"."""
    grammar = resolver.grammar
    subjects = [a for a in arguments if a.role == "subject" and not a.inherited]
    others = [a for a in arguments if a.role in ("object", "dative") and _masculine(a.token, resolver)]
    if len(subjects) != 1 or len(others) != 1:
        return arguments
    subject, other = subjects[0], others[0]
    if grammar.children(other.token, "copula"):
        return arguments  # "wirft ihr vor, der Arm der Partei zu sein"
    if "acc" not in grammar.cases(subject.token):
        return arguments
    rest = [a for a in arguments if a is not subject and a is not other]
    return [*rest, Argument("subject", other.token), Argument("object", subject.token)]


def _masculine(token: Word, resolver: Resolver) -> bool:
    """Whether a phrase has an article that is the nominative with a masculine noun, and such a noun."""
    cases = resolver.grammar.cases(token)
    if "nom" not in cases or "acc" in cases:
        return False
    return load_agreement(token.doc.lang_).surely_masculine(token)
