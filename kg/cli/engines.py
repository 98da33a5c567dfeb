"""What `kg build`, `kg extract` and `kg evaluate` are told about engines, and what they tell of the cost."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Annotated

import typer

from kg.cli.inputs import MOST_SECONDS, read_by
from kg.cli.output import tell
from kg.config import GLINER, LanguageModel, Settings
from kg.errors import SettingsError

if TYPE_CHECKING:
    from kg.engines.account import Account

__all__ = ["Engine", "EngineName", "Engines", "LlmModel", "LlmPrice", "LlmUrl", "Names", "NamesModel", "NamesOf"]

_PANEL = "Other engines"
_PRICES = re.compile(r"(\d{1,9}(?:\.\d+)?)/(\d{1,9}(?:\.\d+)?)", re.ASCII)


class Engine(StrEnum):
    """What makes the claims."""

    RULES = "rules"
    LLM = "llm"


class Names(StrEnum):
    """What finds the names."""

    PIPELINE = "pipeline"
    GLINER = "gliner"


EngineName = Annotated[
    Engine,
    typer.Option(
        "--engine",
        help="What makes the claims: the rules, or a language model behind a service, which is sent the articles.",
        rich_help_panel=_PANEL,
    ),
]
LlmUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="The service, by OpenAI's protocol, such as http://127.0.0.1:11434/v1; its key is in KG_LLM_KEY.",
        rich_help_panel=_PANEL,
    ),
]
LlmModel = Annotated[
    str | None, typer.Option(metavar="NAME", help="What the service calls the model.", rich_help_panel=_PANEL)
]
LlmPrice = Annotated[
    str | None,
    typer.Option(
        metavar="IN/OUT", help="Prices of a million tokens, such as 0.5/1.5, to tell the cost.", rich_help_panel=_PANEL
    ),
]
NamesOf = Annotated[
    Names,
    typer.Option("--names", help="What finds the names: the pipeline, or GLiNER.", rich_help_panel=_PANEL),
]
NamesModel = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help=f"A model of GLiNER on this computer: a folder, or a name such as {GLINER}, which is the default.",
        rich_help_panel=_PANEL,
        show_default=False,
    ),
]


class Engines(AbstractContextManager["Engines"]):
    """How articles are read; what that cost is told at the end, also of a reading that fails.

    Args:
        model: A spaCy pipeline.
        jobs: How many articles are read at the same time.
        engine: What makes the claims.
        llm_url: Where the language model is.
        llm_model: Its name.
        llm_price: What its tokens cost.
        names: What finds the names.
        names_model: By which model.
        max_seconds: How long one article may take; 0 for as long as it likes.

    Raises:
        SettingsError: If something is missing, wrong or not installed.
    """

    def __init__(
        self,
        model: str | None,
        jobs: int,
        engine: Engine,
        llm_url: str | None,
        llm_model: str | None,
        llm_price: str | None,
        names: Names,
        names_model: str | None,
        *,
        max_seconds: float = MOST_SECONDS,
    ) -> None:
        llm = _language_model(engine, llm_url, llm_model, llm_price)
        if names_model is not None and names is not Names.GLINER:
            message = "--names-model is a model of GLiNER"
            raise SettingsError(message, hint="give --names gliner as well")
        gliner = (names_model or GLINER) if names is Names.GLINER else None
        language, limit = read_by(model), max_seconds or None
        self.settings = Settings(language, model, jobs, max_seconds=limit, llm=llm, gliner=gliner)
        self._prices = _prices(llm_price) if llm_price is not None else None
        self._account: Account | None = None

    def pay(self, account: Account) -> None:
        """Take in what an article cost."""
        self._account = account if self._account is None else self._account + account

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for line in self._account.lines(self._prices) if self._account is not None else ():
            tell(line)


def _language_model(engine: Engine, url: str | None, model: str | None, price: str | None) -> LanguageModel | None:
    given = {"--llm-url": url, "--llm-model": model}
    if engine is not Engine.LLM:
        named = next((name for name, value in {**given, "--llm-price": price}.items() if value is not None), None)
        if named is not None:
            message = f"{named} is for a language model, but the rules make the claims"
            raise SettingsError(message, hint="give --engine llm as well")
        return None
    missing = [name for name, value in given.items() if value is None]
    if missing:
        message = f"--engine llm needs {' and '.join(missing)}"
        raise SettingsError(message, hint="such as --llm-url http://127.0.0.1:11434/v1 --llm-model NAME")
    from kg.engines.llm import service_of

    settings = LanguageModel(url or "", model or "")
    service_of(settings)  # what is wrong with it is said before anything is made
    return settings


def _prices(text: str) -> tuple[float, float]:
    found = _PRICES.fullmatch(text.strip())
    if found is None:
        message = f"{text!r} are no two prices"
        raise SettingsError(message, hint="give what a million tokens in and out cost, such as 0.5/1.5")
    return float(found[1]), float(found[2])
