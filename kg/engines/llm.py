"""The engine `llm`: a large language model makes the claims of an article; everything else is the pipeline's.

The article goes through the pipeline as always. Its text is sent, in pieces and without clutter, to the service that
was named; what comes back is tied to the text (`kg.engines.ground`). Quotations are those of the pipeline.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kg.config import LanguageModel
from kg.engines.account import Account
from kg.engines.cache import Answer, Cache, cache_folder
from kg.engines.endpoint import Endpoint, Unanswered
from kg.engines.prompt import instructions, pieces, prompt_digest, question, schema
from kg.facts.extract import entities_of, quotations_of
from kg.facts.merge import merge_claims
from kg.facts.resolve import Resolver
from kg.lexicon import load_gazetteer
from kg.linguistics.copying import page_of
from kg.linguistics.grammar import load_grammar
from kg.model import Article, Claim, Extraction

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence
    from typing import Any

    from spacy.tokens import Doc

    from kg.engines.answer import SaidClaim, SaidEntity

__all__ = ["Service", "read_with_model", "rule_of", "service_of"]

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class _Asked(Protocol):
    """What answers questions: an `Endpoint`, or something in its place."""

    def ask(self, messages: Sequence[Mapping[str, str]], schema: Mapping[str, Any], *, article: str) -> Answer:
        """Answer a question."""


class Service:
    """A language model with the answers that it gave before.

    Args:
        settings: Which one.
        endpoint: What answers; the service of the settings if left out.

    Raises:
        SettingsError: If a setting is wrong or the extra `llm` is not installed.
    """

    def __init__(self, settings: LanguageModel, endpoint: _Asked | None = None) -> None:
        self.settings = settings
        self._endpoint = endpoint or Endpoint(settings)
        self._cache = Cache(Path(settings.cache) if settings.cache is not None else cache_folder())
        instructions()

    def answer(
        self, article: Article, messages: list[dict[str, str]], account: Account
    ) -> tuple[list[SaidEntity], list[SaidClaim], Counter[str]]:
        """What the model says to a question, from the cache if it was asked before.

        Returns:
            See `kg.engines.answer.parse_answer`.

        Raises:
            Unanswered: If there is no answer, or none of the form asked for.
            SettingsError: If no question will be answered.
        """
        from kg.engines.answer import parse_answer  # needs the extra

        text = "\0".join(message["content"] for message in messages)
        depends = "\0".join(("1", self.settings.endpoint, self.settings.model, prompt_digest(), text))
        known = self._cache.get(depends)
        if known is not None and (said := parse_answer(known.text)) is not None:
            account.kept += 1
            return said
        answer = self._endpoint.ask(messages, schema(), article=article.id)
        account.asked += 1
        account.tokens_in += answer.tokens_in
        account.tokens_out += answer.tokens_out
        said = parse_answer(answer.text)
        if said is None:
            message = "the answer of the language model is not of the form asked for"
            hint = "a larger model gives it, or a service that knows json_schema"
            raise Unanswered(message, source=article.id, hint=hint)
        self._cache.put(depends, answer)
        return said


@cache
def service_of(settings: LanguageModel) -> Service:
    """The service of these settings, one for each process."""
    return Service(settings)


def rule_of(settings: LanguageModel) -> str:
    """What the evidence of its claims names as having read it.

    Example:
        >>> rule_of(LanguageModel("http://127.0.0.1/v1", "small-model")).rpartition("/")[0]
        'llm/small-model'
    """
    return f"llm/{_CONTROLS.sub('', settings.model)[:100]}/{prompt_digest()}"


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
        entities, said, dropped = service.answer(article, question(article, piece), account)
        account.claims += len(said) + dropped.total()
        account.dropped.update(dropped)
        claims += ground.claims(piece, entities, said, account.dropped)
    claims.sort(key=lambda c: (c.evidence[0].start, c.evidence[0].cue_start, c.predicate, c.subject, c.object or ""))
    merged = merge_claims(claims)
    quotations = tuple(quotations_of(page, article, resolver))
    return Extraction.of(article, entities_of(merged, quotations, resolver), merged, quotations)
