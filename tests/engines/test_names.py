"""GLiNER finds the names: with an object in its place, and with the package where it is installed."""

import builtins
import importlib.util

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Span

import kg
from kg.config import GLINER, Settings
from kg.engines import names
from kg.engines.names import COMPONENT, LABELS, GlinerNames, add_gliner
from kg.errors import ModelNotInstalled, SettingsError
from kg.model import Article

BLANK = spacy.blank("de")
TRAVEL = "Der Präsident Julio Vargas ist nach Ecuador gereist."


class Finder:
    """Finds words that it was told, as GLiNER does."""

    def __init__(self, found):
        self.found = found
        self.asked = []

    def inference(self, texts, labels, *, threshold):
        self.asked += texts
        assert labels == list(LABELS)
        assert 0 < threshold < 1
        return [
            [
                {"start": text.index(words), "end": text.index(words) + len(words), "text": words, "label": label}
                for words, label in self.found.items()
                if words in text
            ]
            for text in texts
        ]


class OldFinder:
    """As GLiNER was before it had `inference`."""

    def batch_predict_entities(self, texts, labels, *, threshold):
        return [[{"start": 0, "end": len(text), "label": "person"}] for text in texts]


def found(doc):
    return [(e.text, e.label_) for e in doc.ents]


def test_names_come_as_the_recogniser_of_a_pipeline_gives_them():
    doc = GlinerNames(Finder({"Julio Vargas": "person", "Ecuador": "country", "gereist": "verb"}))(BLANK(TRAVEL))
    assert found(doc) == [("Julio Vargas", "PER"), ("Ecuador", "LOC")]


def test_what_the_pipeline_named_before_is_replaced():
    doc = BLANK(TRAVEL)
    doc.ents = [Span(doc, 0, 2, "ORG")]
    assert found(GlinerNames(Finder({}))(doc)) == []


def test_longer_name_wins_and_part_of_a_word_is_the_word():
    doc = GlinerNames(Finder({"Vargas": "city", "Julio Varg": "person"}))(BLANK(TRAVEL))
    assert found(doc) == [("Julio Vargas", "PER")]


def test_version_before_inference_is_understood():
    assert found(GlinerNames(OldFinder())(BLANK("Julio Vargas"))) == [("Julio Vargas", "PER")]


def test_clutter_and_empty_text_are_not_read():
    doc = BLANK("Werbung. Peru.")
    doc.spans["kg_blocks"] = [Span(doc, 0, 2, "clutter"), Span(doc, 2, 4, "body")]
    doc[2].is_sent_start = True
    finder = Finder({"Peru": "country"})
    assert found(GlinerNames(finder)(doc)) == [("Peru", "LOC")]
    assert finder.asked == ["Peru."]
    assert found(GlinerNames(finder)(BLANK(""))) == []


def test_long_sentence_is_read_in_parts():
    doc = BLANK("Wort " * 450 + "Peru")
    finder = Finder({"Peru": "country"})
    assert found(GlinerNames(finder)(doc)) == [("Peru", "LOC")]
    assert [len(text.split()) for text in finder.asked] == [200, 200, 51]


JUNK = st.none() | st.integers(-5, 80) | st.text(max_size=3) | st.floats()
ENTRY = st.fixed_dictionaries(
    {}, optional={"start": JUNK, "end": JUNK, "label": st.sampled_from([*LABELS, "ghost"]) | JUNK}
)


@given(st.lists(ENTRY, max_size=6))
def test_whatever_is_found_never_breaks_a_document(entries):
    finder = Finder({})
    finder.inference = lambda texts, labels, threshold: [entries for _ in texts]
    doc = GlinerNames(finder)(BLANK(TRAVEL))
    assert doc.text == TRAVEL
    assert all(e.label_ in set(LABELS.values()) for e in doc.ents)


@pytest.mark.model
def test_names_reach_the_claims(monkeypatch):
    finder = Finder({"Julio Vargas": "person", "Los Lobos": "armed group", "Ecuador": "country"})
    monkeypatch.setattr(names, "_load", lambda model: finder)
    nlp = add_gliner(kg.load_pipeline(), "anywhere")
    assert nlp.pipe_names.index(COMPONENT) < nlp.pipe_names.index("kg_entities")
    assert add_gliner(nlp, "anywhere").pipe_names.count(COMPONENT) == 1
    article = kg.clean(Article("a", f"{TRAVEL} Julio Vargas kritisierte Los Lobos."))
    extraction = kg.extract(nlp(kg.make_doc(nlp, article)), article)
    assert ("Person_Julio_Vargas", "visits", "Ecuador") in [
        (c.subject, c.predicate, c.object) for c in extraction.claims
    ]
    types = {e.name: e.type for e in extraction.entities}
    assert types["Julio Vargas"] == "Person"


@pytest.fixture
def load():
    names._load.cache_clear()
    yield names._load
    names._load.cache_clear()


def test_missing_package_is_named(load, monkeypatch):
    imported = builtins.__import__

    def refuse(name, *rest):
        if name == "gliner":
            raise ImportError(name="gliner")
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(SettingsError, match=r"needs gliner .pip install 'kg-geopolitics\[gliner\]'"):
        load(GLINER)


class NoModel:
    @classmethod
    def from_pretrained(cls, model, *, local_files_only):
        assert local_files_only
        message = "the weights are torn\nin two"
        raise OSError(message)


@pytest.fixture
def fake_package(monkeypatch):
    import sys
    import types

    module = types.ModuleType("gliner")
    module.GLiNER = NoModel
    monkeypatch.setitem(sys.modules, "gliner", module)


def test_folder_without_a_model_is_named(load, fake_package, tmp_path):
    with pytest.raises(ModelNotInstalled, match=r"no model of GLiNER in the folder .*hf download") as caught:
        load(str(tmp_path))
    assert caught.value.source == str(tmp_path)


def test_model_that_cannot_be_loaded_is_named(load, fake_package, tmp_path):
    (tmp_path / "gliner_config.json").write_text("{}")
    with pytest.raises(ModelNotInstalled, match=r"cannot be loaded: the weights are torn .kg downloads nothing"):
        load(str(tmp_path))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    if importlib.util.find_spec("gliner") is None:
        pytest.skip("gliner is not installed: pip install 'kg-geopolitics[gliner]'")
    from tests.engines.tiny_gliner import make_gliner

    return make_gliner(tmp_path_factory.mktemp("gliner"))


@pytest.mark.model
@pytest.mark.filterwarnings("ignore")  # PyTorch's and transformers' own
def test_package_itself_is_understood(tiny):
    settings = Settings(gliner=str(tiny))
    [extraction] = kg.extract_all([Article("a", TRAVEL)], settings=settings)
    assert extraction.article.text == TRAVEL
    doc = GlinerNames(names._load(str(tiny)))(BLANK(TRAVEL))
    assert found(doc)  # at random, but it names


@pytest.mark.filterwarnings("ignore")
def test_model_that_was_never_downloaded_is_not_downloaded(tiny, load, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelNotInstalled, match="hf download"):
        load("nobody/no-such-model")
