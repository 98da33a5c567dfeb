"""spaCy pipelines of the user's: which are taken, and what is said of those that are not."""

import pytest
import spacy
from spacy.language import Language

from kg.build_partition import Task, read_partition
from kg.config import Settings
from kg.errors import AnnotationError, ModelNotInstalled, SettingsError
from kg.linguistics.pipeline import load_pipeline

UD = ["nsubj", "obj", "obl", "nmod", "case", "root"]
TIGER = ["sb", "oa", "mo", "nk", "ROOT"]


def pipeline(folder, labels, *, names=True, lang="de"):
    """A pipeline that was never trained, on disk."""
    nlp = spacy.blank(lang)
    parser = nlp.add_pipe("parser")
    for label in labels:
        parser.add_label(label)
    if names:
        nlp.add_pipe("ner").add_label("PER")
    nlp.initialize()
    nlp.to_disk(folder)
    return str(folder)


@pytest.mark.parametrize("labels", [UD, TIGER], ids=["ud", "tiger"])
def test_pipeline_with_known_labels_is_taken(tmp_path, labels):
    nlp = load_pipeline(pipeline(tmp_path / "p", labels))
    assert "kg_entities" in nlp.pipe_names


def test_pipeline_with_other_labels_is_refused(tmp_path):
    path = pipeline(tmp_path / "p", ["SUBJ", "OBJA", "PRED"])
    with pytest.raises(AnnotationError, match=r"none that kg reads: .*OBJA.*the schemes .*tiger, ud"):
        load_pipeline(path)


def test_pipeline_of_another_language_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="for language 'fr', not 'de'"):
        load_pipeline(pipeline(tmp_path / "p", UD, lang="fr"))


@pytest.mark.parametrize(
    ("factory", "told"),
    [
        ("transformer", "pip install spacy-transformers"),
        ("curated_transformer", "pip install spacy-curated-transformers"),
        ("somebodys_own", "install what its meta.json names"),
    ],
)
def test_component_of_a_package_that_is_not_installed_is_named(tmp_path, factory, told):
    if Language.has_factory(factory):
        pytest.skip(f"the factory {factory} is installed")
    path = pipeline(tmp_path / "p", UD)
    config = tmp_path / "p" / "config.cfg"
    config.write_text(config.read_text().replace('factory = "ner"', f'factory = "{factory}"'))
    with pytest.raises(ModelNotInstalled, match=f"component '{factory}' .*{told}") as caught:
        load_pipeline(path)
    assert len(str(caught.value)) < 300  # spaCy lists all factories that there are


def test_pipeline_that_finds_no_names_is_refused(tmp_path):
    path = pipeline(tmp_path / "p", UD, names=False)
    with pytest.raises(AnnotationError, match=r"finds no names .*--names gliner"):
        read_partition([], Task(Settings(model=path)))
