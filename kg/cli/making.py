"""`kg train`, `kg evaluate` and `kg check`: the model, the figures, the data files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from kg.cli.app import command
from kg.cli.engines import Engine, EngineName, Engines, LlmModel, LlmPrice, LlmUrl, Names, NamesModel, NamesOf
from kg.cli.folder import writing
from kg.cli.inputs import Jobs, Model
from kg.cli.output import emit, escape_controls, printable, tell

__all__ = ["check", "evaluate", "train"]


@command(example="evaluate gold.jsonl --system claims.gold.jsonl")
def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Articles annotated by hand, one per line.")],
    system: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What `kg extract --format gold` wrote; without it the articles are read now."
        ),
    ] = None,
    model: Model = None,
    jobs: Jobs = 1,
    engine: EngineName = Engine.RULES,
    llm_url: LlmUrl = None,
    llm_model: LlmModel = None,
    llm_price: LlmPrice = None,
    names: NamesOf = Names.PIPELINE,
    names_model: NamesModel = None,
    errors: Annotated[int, typer.Option(min=0, metavar="N", help="List N wrong and N missed claims as well.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    page: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a page with examples as well: FILE.html or FILE.md.")
    ] = None,
) -> None:
    """Measure the claims against articles that were annotated by hand.

    A claim is right if predicate, subject and object are. The columns are precision, recall and F1, and how many claims
    are in both, in the system's output and in the gold. Causes are counted for claims that the system missed and for
    those that it got wrong; confidence is compared with the share that is right, where the claims state it.

    Exit code: 0 if it could be measured, 1 if not a single claim is right, 2 if a file cannot be read.
    """
    from kg.evaluate import Report, load_gold
    from kg.evaluate import evaluate as compare
    from kg.evaluate_page import render_page

    if page is not None:
        render_page(Report(), page)  # a wrong ending is told before the articles are read
    engines = Engines(model, jobs, engine, llm_url, llm_model, llm_price, names, names_model)
    annotated = load_gold(gold)
    report = compare(annotated, load_gold(system) if system else _read(gold, engines))
    for note in report.notes:
        tell(f"note: {note}")
    if as_json:
        emit(escape_controls(json.dumps(report.to_dict(), ensure_ascii=False, indent=1)))
    else:
        for text in report.lines(errors=errors):
            for line in text.splitlines():
                emit(escape_controls(line))
    if page is not None:
        with writing(page) as temporary:
            temporary.write_text(render_page(report, page), encoding="utf-8", newline="\n")
        tell(f"written: {page}")
    if not report.claims.right:
        raise typer.Exit(1)


def _read(gold: Path, engines: Engines) -> list[dict[str, object]]:
    from kg.build import extract_all
    from kg.evaluate import with_confidence
    from kg.facts.gold import to_gold
    from kg.text.ingest import read_articles

    def skip(error: object) -> None:
        tell(f"skipped: {error}")

    with engines:
        articles = read_articles(gold, language=engines.settings.language, on_error=skip)
        extractions = extract_all(articles, settings=engines.settings, on_error=skip, on_account=engines.pay)
        return [with_confidence(to_gold(extraction), extraction.claims) for extraction in extractions]


@command(example="train de --data corpora --out model")
def train(
    language: Annotated[str, typer.Argument(metavar="LANGUAGE", help="Two-letter code, such as de.")],
    data: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the corpora.", show_default=False)],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder that receives the model.", show_default=False)],
    passes: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Passes over the data, for a trial; else as configured.")
    ] = None,
) -> None:
    """Train the language model anew, from treebanks and named-entity corpora.

    Nobody needs this to use kg: the model is in the package. It takes about two hours on two cores.

    Exit code: 0 if the model is written, 2 if the corpora are missing or wrong.
    """
    from kg.training import train_model

    report = train_model(language, data=data, out=out, passes=passes, progress=tell)
    for line in str(report).splitlines():
        emit(printable(line))


@command(example="check --language de")
def check(
    language: Annotated[
        str, typer.Option(metavar="LANGUAGE", help="Whose data files; all there are if left out.")
    ] = "",
) -> None:
    """Check kg's own data files: grammar, frames, gazetteer, ontology, queries.

    For those who change them. Exit code: 0 if all are right, 1 if something is wrong in one.
    """
    from kg.check import check_data

    found = 0
    for name, error in check_data(language or None):
        if error is not None:
            found += 1
            tell(f"wrong: {error}")
        else:
            emit(f"right: {name}")
    if found:
        raise typer.Exit(1)
