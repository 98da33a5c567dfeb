"""Read what training needs, put the trained networks together, measure them, and write the model with its card."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import spacy
from spacy.about import __version__ as spacy_version

import kg.linguistics.analyser
import kg.linguistics.lemmas  # noqa: F401 - registers the component
from kg.errors import DataError
from kg.linguistics.features import TABLE, WordFeatures
from kg.linguistics.network import Network
from kg.training.augment import read_names
from kg.training.conllu import read_trees
from kg.training.corpus import read_corpus, read_settings
from kg.training.figures import measure_names, measure_speed, measure_trees
from kg.training.lemma_tables import compile_lemmas, read_lemma_settings
from kg.training.silver import Ensemble, fill_in, label_articles
from kg.training.targets import Targets, Variety, find_labels
from kg.training.words import word_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spacy.language import Language

    from kg.training.corpus import Corpus, Sample

__all__ = ["TrainingReport", "Workshop", "assemble", "measure", "weigh", "write_card"]

_ARTICLES_TIMED = 80


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What came of a training run.

    Attributes:
        out: Folder of the model.
        figures: `trees` and `names`: corpus → figures on its held-out part, in percent; `speed`; `megabytes`.
    """

    out: Path
    figures: dict[str, Any]

    def __str__(self) -> str:
        return "\n".join(_table(self.figures))


@dataclass(slots=True)
class Workshop:
    """What every step of the training needs.

    Attributes:
        language: Two-letter code.
        data: The data folder.
        folder: `kg/data/<language>/training`.
        settings: What `model.toml` says.
        blank: A pipeline with the tokenizer and the word table alone.
        corpus: All sentences.
        targets: The classes to learn.
        variety: How sentences are varied.
    """

    language: str
    data: Path
    folder: Path
    settings: Mapping[str, Any]
    blank: Language
    corpus: Corpus
    targets: Targets
    variety: Variety

    @classmethod
    def open(cls, language: str, data: Path, folder: Path, settings: Mapping[str, Any]) -> Workshop:
        """Read the corpora and the tables.

        Raises:
            DataError: If data or settings are missing.
        """
        blank = spacy.blank(language)
        blank.vocab.lookups.add_table(TABLE, word_table(language, settings["words"]))

        def tokenize(text: str) -> list[str]:
            return [token.text for token in blank.tokenizer(text) if not token.is_space]

        corpus = read_corpus(data, folder, tokenize)
        augment = read_settings(folder)["augment"]
        with_feats = frozenset(settings["feats"]["corpora"])
        targets = find_labels(corpus.select("train"), settings["feats"]["kept"], with_feats)
        variety = Variety(read_names(data, augment, tokenize), augment, cache(WordFeatures(blank.vocab).row))
        return cls(language, data, folder, settings, blank, corpus, targets, variety)

    def with_silver(self, nlp: Language, teachers: Sequence[Path]) -> list[Sample]:
        """The training sentences with what the teachers add to them: missing layers, and sentences of articles.

        Args:
            nlp: A pipeline that finds sentences.
            teachers: Files of trained networks.
        """
        relation = self.settings["analyser"]["relation"]
        networks = [Network(_read_weights(path), relation) for path in teachers]
        ensemble = Ensemble(networks, self.targets.labels, self.variety.row)
        sizes = self.settings["silver"]
        added = label_articles(
            nlp, self.corpus, ensemble, agreement=sizes["agreement"], longest=self.settings["analyser"]["longest"]
        )
        return fill_in(self.corpus.select("train"), ensemble, self.targets.with_feats) + added


def assemble(shop: Workshop, analyser: Path, splitter: Path) -> Language:
    """Make the pipeline of trained networks, with the lemmas.

    Args:
        shop: The settings and the corpus.
        analyser: File of the trained network of tags, names and trees.
        splitter: File of the trained network of sentence starts.

    Raises:
        DataError: If data or settings are missing.
    """
    nlp = spacy.blank(shop.language)
    nlp.vocab.lookups.add_table(TABLE, shop.blank.vocab.lookups.get_table(TABLE))
    pipe: Any = nlp.add_pipe(
        "kg_analyser", config={key: shop.settings[key] for key in ("space_label", "verbal", "copular")}
    )
    weights = {f"analyser.{key}": value for key, value in _read_weights(analyser).items()}
    weights |= {f"splitter.{key}": value for key, value in _read_weights(splitter).items()}
    pipe.set_weights(weights, shop.targets.labels, relation=shop.settings["analyser"]["relation"])
    lemmas: Any = nlp.add_pipe("kg_de_lemmas", config={key: shop.settings[key] for key in ("particles", "complements")})
    trees = [
        tree
        for table in read_settings(shop.folder)["treebank"]
        if table.get("convert")
        for tree in read_trees(shop.data / table["file"])
    ]
    lemmas.set_data(compile_lemmas(shop.language, trees, read_lemma_settings(shop.folder / "lemmas.toml")))
    nlp.meta.update(
        name="kg",
        version="2.0.0",
        description="Tags, trees, lemmas and names for political news",
        author="kg-geopolitics",
        license="CC BY-SA 4.0",
        url="",
    )
    return nlp


def _read_weights(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}


def measure(nlp: Language, corpus: Corpus, *, part: str = "test") -> dict[str, Any]:
    """Figures on the held-out part of each corpus: `trees` and `names`.

    Args:
        nlp: The pipeline.
        corpus: The corpus.
        part: `test` or `dev`.
    """
    with_trees = sorted({s.corpus for s in corpus.samples if s.part == part and s.has_tree})
    with_names = sorted({s.corpus for s in corpus.samples if s.part == part and s.has_names})
    return {
        "trees": {name: measure_trees(nlp, corpus.select(part, name)) for name in with_trees},
        "names": {name: measure_names(nlp, corpus.select(part, name)) for name in with_names},
    }


def weigh(model: Path, corpus: Corpus) -> dict[str, Any]:
    """Speed and size of a model on disk: `speed` and `megabytes`.

    Args:
        model: Its folder.
        corpus: The corpus; its held-out articles are read.
    """
    held_out = [text for ident, text in sorted(corpus.articles.items()) if ident in corpus.held_out_articles]
    texts = (held_out or list(corpus.articles.values()))[:_ARTICLES_TIMED]
    size = sum(file.stat().st_size for file in model.rglob("*"))
    return {"speed": measure_speed(model, texts), "megabytes": round(size / 1e6, 1)}


def write_card(folder: Path, out: Path, figures: dict[str, Any], corpus: Corpus) -> None:
    """Write `report.json` and `README.md` into the model's folder.

    Args:
        folder: `kg/data/<language>/training`, which holds `card.toml`.
        out: The model's folder.
        figures: What `measure` gives, with `megabytes`.
        corpus: The corpus.

    Raises:
        DataError: If `card.toml` is missing.
    """
    path = folder / "card.toml"
    if not path.is_file():
        message = "text of the model card is missing"
        raise DataError(message, source=path)
    card = tomllib.loads(path.read_text(encoding="utf-8"))
    sizes = {
        part: {
            name: sum(1 for s in corpus.samples if s.part == part and s.corpus == name)
            for name in sorted({s.corpus for s in corpus.samples})
        }
        for part in ("train", "dev", "test", "excluded")
    }
    lines = [f"# {card['title']}", "", card["intro"].strip(), "", "## Figures", "", card["measured"].strip(), ""]
    lines += _table(figures, card["relations"])
    lines += ["", "## Data", "", "| set | train | dev | test | licence |", "|---|---|---|---|---|"]
    for name, licence in card["licences"].items():
        lines.append(f"| {name} | {sizes['train'][name]} | {sizes['dev'][name]} | {sizes['test'][name]} | {licence} |")
    lines += ["", card["data"].strip(), "", "## Trials", "", card["trials_intro"].strip(), ""]
    lines += ["| trial | what | Wikinews UAS / LAS | GermEval UAS / LAS | remark |", "|---|---|---|---|---|"]
    for trial in card["trial"]:
        row = [trial["name"], trial["what"], trial["wikinews"], trial["germeval"], trial["remark"]]
        lines.append("| " + " | ".join(row) + " |")
    for title, key in (("Not reached", "missed"), ("Limits", "limits"), ("Make it again", "again")):
        lines += ["", f"## {title}", "", card[key].strip()]
    lines.append("")
    (out / "README.md").write_text("\n".join(lines), encoding="utf-8")
    report = {"figures": figures, "sentences": sizes, "lost": corpus.lost, "spacy": spacy_version}
    (out / "report.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _table(figures: dict[str, Any], relations: list[str] | None = None) -> list[str]:
    """The figures as a table; without a choice all relations that were measured."""
    relations = relations or sorted({label for found in figures["trees"].values() for label in found["labels"]})
    lines = ["| set | sentences | UAS | LAS | POS | sentence F1 | " + " | ".join(relations) + " |"]
    lines.append("|---" * (6 + len(relations)) + "|")
    for name, found in figures["trees"].items():
        cells = [name, found["sentences"], found["uas"], found["las"], found["pos"], found["sentence_f1"]]
        cells += [found["labels"].get(label, "") for label in relations]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    lines += ["", "| names in | sentences | all | PER | LOC | ORG | MISC |", "|---|---|---|---|---|---|---|"]
    for name, found in figures["names"].items():
        cells = [name, found["sentences"], *(found.get(key, "") for key in ("all", "PER", "LOC", "ORG", "MISC"))]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    speed = figures["speed"]
    lines += [
        "",
        f"{speed['words_per_second']:,} words per second on one core, {speed['times_the_tokenizer']} times the",
    ]
    lines[-1] += f" time of the bare tokenizer; {figures.get('megabytes', 0)} MB on disk."
    return lines
