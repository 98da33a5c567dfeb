"""The engine `llm`: a large language model makes the claims of an article; everything else is the pipeline's.

The article goes through the pipeline as always. Its text is sent, in pieces and without clutter, to the service that
was named; what comes back is tied to the text (`kg.engines.ground`). Quotations are those of the pipeline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import LanguageModel
from kg.engines.account import Account
from kg.engines.cache import Cache, cache_folder
from kg.engines.endpoint import Endpoint, Unanswered, address_of
from kg.engines.prompt import Piece, instructions, pieces, prompt_digest, question, schema
from kg.facts.extract import entities_of, quotations_of
from kg.facts.merge import merge_claims
from kg.facts.resolve import Resolver
from kg.lexicon import load_gazetteer
from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.model import Article, Claim, Extraction

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from spacy.tokens import Doc

    from kg.engines.answer import SaidClaim, SaidEntity

__all__ = ["Said", "Service", "read_with_model", "rule_of", "service_of"]

_LONGEST_NAME = 100
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Said:
    """What a model says about a piece; `malformed` counts the claims without the right form."""

    piece: Piece
    entities: list[SaidEntity]
    claims: list[SaidClaim]
    malformed: Counter[str]


class Service:
    """A language model with the answers that it gave before.

    Args:
        settings: Which one.

    Raises:
        SettingsError: If a setting is wrong or the extra `llm` is not installed.
    """

    def __init__(self, settings: LanguageModel) -> None:
        self.settings = settings
        self._endpoint = Endpoint(settings)
        self._cache = Cache(Path(settings.cache) if settings.cache is not None else cache_folder())
        instructions()

    def answers(self, article: Article, piece: Piece, account: Account) -> Iterator[Said]:
        """What the model says about a piece of an article, from the cache if it was asked before.

        Where its answer breaks off, the halves of the piece are asked about.

        Yields:
            The piece or parts of it, in order, with what is said about each.

        Raises:
            Unanswered: If there is no answer, or none of the form asked for.
            SettingsError: If no question will be answered.
        """
        from kg.engines.answer import parse_answer  # needs the extra

        messages = question(article, piece)
        text = "\0".join(message["content"] for message in messages)
        depends = "\0".join(("1", self.settings.endpoint, self.settings.model, prompt_digest(), text))
        known = self._cache.get(depends)
        said = parse_answer(known.text) if known is not None else None
        if said is not None:
            account.kept += 1
            yield Said(piece, *said)
            return
        answer = self._endpoint.ask(messages, schema(), article=article.id)
        account.asked += 1
        account.tokens_in += answer.tokens_in
        account.tokens_out += answer.tokens_out
        if answer.is_cut:
            halves = piece.halves()
            if halves is None:
                message = "the answer of the language model breaks off, even about a single sentence"
                raise Unanswered(message, source=article.id, hint="raise the service's limit of tokens")
            for half in halves:
                yield from self.answers(article, half, account)
            return
        said = parse_answer(answer.text)
        if said is None:
            message = "the answer of the language model is not of the form asked for"
            hint = "a larger model gives it, or a service that knows json_schema"
            raise Unanswered(message, source=article.id, hint=hint)
        self._cache.put(depends, answer)
        yield Said(piece, *said)


@cache
def service_of(settings: LanguageModel) -> Service:
    """The service of these settings, one for each process."""
    return Service(settings)


def rule_of(settings: LanguageModel) -> str:
    """What the evidence of its claims names as having read it: engine, host, model, instructions.

    Raises:
        SettingsError: If the address is none.

    Example:
        >>> rule_of(LanguageModel("http://127.0.0.1:8080/v1", "small-model")).rpartition("/")[0]
        'llm/127.0.0.1:8080/small-model'
    """
    model = _CONTROLS.sub("", settings.model)[:_LONGEST_NAME]
    return f"llm/{address_of(settings).netloc.decode()}/{model}/{prompt_digest()}"


def read_with_model(document: Doc, article: Article, service: Service, account: Account) -> Extraction:
    """Read entities, claims and quotations from an annotated document, the claims by a language model.

    Args:
        document: A document that went through the pipeline of `kg.linguistics`.
        article: The article that it was made from.
        service: What is asked.
        account: Where is noted what it cost and what was dropped.

    Returns:
        The extraction; claims in text order, merged, entities in order of their first use.

    Raises:
        Unanswered: If this article got no answer that can be read.
        SettingsError: If no article will.
    """
    from kg.engines.ground import Ground  # needs the extra

    page = page_of(document)
    resolver = Resolver(page, load_grammar(article.language), load_gazetteer(article.language))
    ground = Ground(page, article, resolver, rule_of(service.settings))
    claims: list[Claim] = []
    for piece in pieces(page):
        for said in service.answers(article, piece, account):
            account.claims += len(said.claims) + said.malformed.total()
            account.dropped.update(said.malformed)
            claims += ground.claims(said.piece.ranges, said.entities, said.claims, account.dropped)
    claims.sort(key=lambda c: (c.evidence[0].start, c.evidence[0].cue_start, c.predicate, c.subject, c.object or ""))
    merged = merge_claims(claims)
    quotations = tuple(quotations_of(page, article, resolver))
    return Extraction.of(article, entities_of(merged, quotations, resolver), merged, quotations)
