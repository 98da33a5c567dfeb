"""Reading treebanks and bringing them to one convention, on tiny hand-written sentences."""

from pathlib import Path

import pytest

from kg.config import data_dir
from kg.errors import DataError
from kg.training.conllu import Tree, Word, read_entities, read_trees
from kg.training.convert import convert, parse_rules, read_rules
from kg.training.detokenise import read_spacing, spaces_after
from kg.training.retokenise import retokenise
from kg.training.sentences import entity_tags, split_joined

FOLDER = data_dir() / "de" / "training"
RULES = read_rules(FOLDER / "conversion.toml")

CONTRACTED = """\
# sent_id = s1
1	Er	er	PRON	_	Case=Nom	2	nsubj	_	_
2	kam	kommen	VERB	_	Mood=Ind	0	root	_	_
3-4	am	_	_	_	_	_	_	_	_
3	an	an	ADP	_	_	5	case	_	_
4	dem	der	DET	_	_	5	det	_	_
5	Montag	Montag	NOUN	_	_	2	obl	_	SpaceAfter=No
6	.	.	PUNCT	_	_	2	punct	_	NE=O
"""


def tree(*words: tuple[str, str, int, str], source: str = "de_pud-part") -> Tree:
    """A tree from (form, part of speech, head counted from 1, label)."""
    return Tree("t", [Word(form, form.lower(), upos, "", head - 1, label) for form, upos, head, label in words], source)


def read(tmp_path: Path, text: str) -> list[Tree]:
    path = tmp_path / "x.conllu"
    path.write_text(text, encoding="utf-8")
    return list(read_trees(path))


def test_contraction_is_one_token_with_the_space_after_it(tmp_path: Path) -> None:
    (found,) = read(tmp_path, CONTRACTED)
    assert found.text() == "Er kam am Montag."
    merged = retokenise(found, ["Er", "kam", "am", "Montag", "."])
    assert merged is not None
    assert [(w.form, w.upos, w.head, w.label) for w in merged.words][2] == ("am", "ADP", 3, "case")
    assert merged.words[2].lemma == "an"


def test_hyphenated_compound_becomes_its_head() -> None:
    parts = tree(("US", "PROPN", 3, "compound"), ("-", "PUNCT", 3, "punct"), ("Chef", "NOUN", 0, "root"))
    for word in parts.words:
        word.space = False
    merged = retokenise(parts, ["US-Chef"])
    assert merged is not None
    assert [(w.form, w.lemma, w.upos, w.head) for w in merged.words] == [("US-Chef", "US-chef", "NOUN", -1)]


def test_word_that_the_tokenizer_cuts_keeps_its_place() -> None:
    cut = retokenise(tree(("2007/08", "NUM", 2, "nummod"), ("kam", "VERB", 0, "root")), ["2007", "/", "08", "kam"])
    assert cut is not None
    assert [(w.form, w.head, w.label) for w in cut.words] == [
        ("2007", 3, "nummod"),
        ("/", 0, ""),
        ("08", 0, ""),
        ("kam", -1, "root"),
    ]


def test_other_text_gives_nothing() -> None:
    assert retokenise(tree(("Ja", "INTJ", 0, "root")), ["Nein"]) is None


def test_title_becomes_the_head_of_a_name() -> None:
    converted = convert(
        tree(
            ("Präsident", "NOUN", 2, "compound"),
            ("Boris", "PROPN", 4, "nsubj"),
            ("Jelzin", "PROPN", 2, "flat:name"),
            ("kam", "VERB", 0, "root"),
        ),
        RULES,
    )
    assert [(w.head, w.label) for w in converted.words] == [(3, "nsubj"), (0, "appos"), (1, "flat"), (-1, "root")]


@pytest.mark.parametrize(
    ("label", "feats", "child", "expected"),
    [
        ("obl:arg", "Case=Dat", "", "iobj"),
        ("obl:arg", "Case=Acc", "", "obj"),
        ("obl:arg", "Case=Dat", "case", "obl"),
        ("obl:tmod", "", "", "obl"),
        ("nmod:poss", "", "", "nmod"),
        ("dep", "", "", ""),
    ],
)
def test_labels_follow_the_news_sentences(label: str, feats: str, child: str, expected: str) -> None:
    given = tree(("half", "VERB", 0, "root"), ("der", "ADP", 3, child or "det"), ("Stadt", "NOUN", 1, label))
    given.words[2].feats = feats
    assert convert(given, RULES).words[2].label == expected


def test_relative_clause_and_reflexive() -> None:
    given = tree(
        ("Frau", "NOUN", 0, "root"),
        ("die", "PRON", 4, "nsubj"),
        ("sich", "PRON", 4, "obj"),
        ("wehrt", "VERB", 1, "acl"),
    )
    given.words[1].feats = "Case=Nom|PronType=Dem,Rel"
    converted = convert(given, RULES)
    assert [w.label for w in converted.words] == ["root", "nsubj", "expl", "acl:relcl"]


def test_rule_with_unknown_key_is_refused() -> None:
    with pytest.raises(DataError, match="unknown key 'wen'"):
        parse_rules([{"wen": {}, "set": {"label": "x"}}])


def test_every_shipped_rule_says_why() -> None:
    assert all(rule.why for rule in RULES)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.conllu"):
        list(read_trees(tmp_path / "nowhere.conllu"))


def test_malformed_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r":2: 3 columns instead of 10"):
        read(tmp_path, "# sent_id = s\n1\tJa\tja\n")


def test_entities_without_a_last_empty_line(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text("#\tx\n1\tBerlin\tB-LOC\tO\n2\t.\tO\tO", encoding="utf-8")
    (found,) = read_entities(path)
    assert (found.ident, found.words, found.entities) == ("names-1", ["Berlin", "."], ["B-LOC", "O"])


def test_derived_names_are_no_names() -> None:
    labels = {"LOC": "LOC", "OTH": "MISC"}
    assert entity_tags(["B-LOCderiv", "I-LOCderiv", "B-OTH", "I-OTH", "B-ORGpart"], labels) == [
        "O",
        "O",
        "B-MISC",
        "I-MISC",
        "O",
    ]


def test_spaces_of_a_tokenised_sentence() -> None:
    words = ["Das", "„", "Haus", "“", "(", "12", ":", "30", ")", "sei", "»", "gut", "«", ",", '"', "so", '"', "er", "."]
    spaces = spaces_after(words, read_spacing(FOLDER / "detokenise.toml"))
    text = "".join(word + " " * space for word, space in zip(words, spaces, strict=True)).strip()
    assert text == 'Das „Haus“ (12:30) sei »gut«, "so" er.'


def test_two_sentences_in_one_tree_are_parted() -> None:
    joined = tree(
        ("Er", "PRON", 2, "nsubj"),
        ("kam", "VERB", 0, "root"),
        (".", "PUNCT", 2, "punct"),
        ("Sie", "PRON", 5, "nsubj"),
        ("ging", "VERB", 2, "parataxis"),
        (".", "PUNCT", 5, "punct"),
    )
    first, second = split_joined(joined, {"."}, {"“"}, {"parataxis"})
    assert (first.ident, second.ident) == ("t", "t-2")
    assert [(w.head, w.label) for w in second.words] == [(1, "nsubj"), (-1, "root"), (1, "punct")]
