"""`kg extract`: what articles say, on standard output."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import typer

from kg.cli.app import command
from kg.cli.engines import Engine, EngineName, Engines, LlmModel, LlmPrice, LlmUrl, Names, NamesModel, NamesOf
from kg.cli.inputs import MOST_SECONDS, Inputs, Jobs, MaxSeconds, Meter, Model, Published, Skips
from kg.cli.output import emit, emit_csv, emit_table, json_line, tell
from kg.cli.records import CLAIM_COLUMNS, claim_record, claim_rows
from kg.model import Extraction

__all__ = ["extract"]


class ClaimFormat(StrEnum):
    """How `kg extract` writes claims."""

    TABLE = "table"
    JSONL = "jsonl"
    CSV = "csv"
    GOLD = "gold"


@command(example="extract report.txt --published 2025-03-06 --format jsonl")
def extract(
    inputs: Inputs,
    published: Published = None,
    model: Model = None,
    format: Annotated[ClaimFormat, typer.Option(help="How to write the claims.")] = ClaimFormat.TABLE,
    jobs: Jobs = 1,
    max_seconds: MaxSeconds = MOST_SECONDS,
    engine: EngineName = Engine.RULES,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    llm_price: LlmPrice = None,
    names: NamesOf = Names.PIPELINE,
    names_model: NamesModel = None,
) -> None:
    """Read articles and print what they say; nothing is stored.

    The formats: table to look at; csv with a row per claim and sentence; jsonl with a claim per line; gold with an
    article per line, as the annotation guidelines have it, `id` and `text` of a JSONL input kept as they are.

    Exit code: 0 if at least one article was read (the skipped ones are listed on standard error), 1 if none was.
    """
    from kg.build import extract_all
    from kg.text.ingest import read_articles

    engines = Engines(model, jobs, engine, llm_url, llm_model, llm_price, names, names_model, max_seconds=max_seconds)
    skips = Skips()
    count = 0
    with engines, Meter(quiet=False) as meter:
        articles = read_articles(
            *inputs,
            published=published,
            language=engines.settings.language,
            max_seconds=engines.settings.max_seconds,
            on_error=skips.skip,
            on_note=skips.note,
        )

        def read() -> Iterator[Extraction]:
            nonlocal count
            extractions = extract_all(articles, settings=engines.settings, on_error=skips.skip, on_account=engines.pay)
            for extraction in extractions:
                count += 1
                meter.article(extraction.article.id)
                yield extraction

        if format is ClaimFormat.TABLE:
            _emit_claims(list(read()))  # the columns' widths need all rows
        elif format is ClaimFormat.CSV:
            emit_csv(CLAIM_COLUMNS, claim_rows(read()))
        else:
            for extraction in read():
                for line in _gold_lines(extraction) if format is ClaimFormat.GOLD else _claim_lines(extraction):
                    emit(line)
    skips.tell()
    if not count:
        tell("no article could be read")
        raise typer.Exit(1)


def _gold_lines(extraction: Extraction) -> Iterator[str]:
    from kg.facts.gold import to_gold

    yield json_line(to_gold(extraction))


def _claim_lines(extraction: Extraction) -> Iterator[str]:
    entities = {entity.id: entity for entity in extraction.entities}
    articles = {extraction.article.id: extraction.article}
    for claim in extraction.claims:
        yield json_line(claim_record(claim, entities.get, articles.get))


def _emit_claims(extractions: list[Extraction]) -> None:
    hidden = {"confidence", "start", "end", "rule", "claim"}
    if len(extractions) == 1:
        hidden.add("article")
    shown = [place for place, column in enumerate(CLAIM_COLUMNS) if column not in hidden]
    emit_table(
        [CLAIM_COLUMNS[place] for place in shown], ([row[place] for place in shown] for row in claim_rows(extractions))
    )
