"""Settings, and where kg's files lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.errors import DataError, UnsupportedLanguage

__all__ = ["GLINER", "LanguageModel", "Settings", "data_dir", "language_dir", "model_dir", "ontology_dir"]

GLINER = "urchade/gliner_multi-v2.1"
"""A model of GLiNER that reads German and English, as its authors publish it (Apache-2.0)."""

_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A large language model that reads the claims instead of the rules; see `kg.engines`.

    Its key, if it needs one, is in the environment variable `KG_LLM_KEY` and nowhere else.

    Attributes:
        endpoint: Address of a service that speaks OpenAI's protocol, up to `/v1`. Articles are sent there.
        model: What the service calls the model.
        timeout: Seconds that one question may take, further tries included.
        tries: How often a question is sent before its article is given up.
        cache: Folder of the answers; `None` takes one in the user's cache folder.
    """

    endpoint: str
    model: str
    timeout: float = 300.0
    tries: int = 5
    cache: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What a build can be told.

    Attributes:
        language: Two-letter code of a folder in `kg/data`.
        model: Name or path of a spaCy pipeline; `None` takes the one shipped with kg.
        jobs: Number of processes, at least 1; with `llm`, of the articles that are asked about at the same time.
        max_chars: Longest article that is read, in code points; longer ones are reported and skipped.
        max_seconds: Longest time that one article may take, by the clock, above 0; what takes longer is reported and
            skipped. `None` sets no limit.
        batch_size: Articles per batch of the pipeline.
        llm: A language model that reads the claims; `None` leaves that to the rules, and nothing is sent anywhere.
        gliner: A model of GLiNER on this computer that finds names instead of the pipeline, by folder or by name;
            `None` leaves that to the pipeline.
    """

    language: str = "de"
    model: str | None = None
    jobs: int = 1
    max_chars: int = 1_000_000
    max_seconds: float | None = 300.0
    batch_size: int = 32
    llm: LanguageModel | None = None
    gliner: str | None = None


def data_dir() -> Path:
    """The folder of the package's data files."""
    return _PACKAGE / "data"


def language_dir(language: str) -> Path:
    """The folder of a language's data.

    Raises:
        UnsupportedLanguage: If there is none.
    """
    folder = data_dir() / language
    if not (folder / "grammar-ud.toml").is_file():
        known = sorted(p.parent.name for p in data_dir().glob("*/grammar-ud.toml"))
        message = f"no data for language {language!r}"
        raise UnsupportedLanguage(message, hint="there are: " + ", ".join(known))
    return folder


def model_dir(language: str) -> Path:
    """Where the language model that is shipped with kg lies."""
    return data_dir() / language / "model"


def ontology_dir() -> Path:
    """The folder of the ontology files: inside the package when installed, beside it in a checkout.

    Raises:
        DataError: If it is in neither place: the installation is broken.
    """
    for folder in (_PACKAGE / "ontology", _PACKAGE.parent / "ontology"):
        if (folder / "relations.ttl").is_file():
            return folder
    message = "the ontology files are missing"
    raise DataError(message, source=_PACKAGE / "ontology", hint="install kg-geopolitics again")
