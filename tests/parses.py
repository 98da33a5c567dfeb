# ruff: noqa: E501  # the tables keep their rows on one line
"""English documents whose parses are written by hand, as a spaCy pipeline of the user's gives them (ClearNLP labels).

No English model is needed, and none can change under the tests. The notation nests: `(label child … word … child)`,
where a child is a bracket of its own and the bare word is the head, so that the words stand in the order of the text:

    (ROOT (nsubj Peru) attacked (dobj Chile) (punct .))

A word is `form`, `form_TAG` or `form_TAG_lemma`; what is left out is guessed from the form and the label (Penn
Treebank tags). `~` at the end says that no blank follows; punctuation and "'s" need none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import spacy
from spacy.tokens import Doc, Span

from kg.lexicon import load_gazetteer
from kg.lexicon_frames import load_frames
from kg.model import EntityType

__all__ = ["NLP", "parse", "parse_text"]

NLP = spacy.blank("en")
_TOKEN = re.compile(r"\(|\)|[^\s()]+")
_TAGS = {
    **dict.fromkeys("the a an this that these those no every both all another each".split(), "DT"),
    **dict.fromkeys(
        "of in on at by with from for against to into after before since during between under over about near as towards "
        "without through because although while whether if until despite behind among amid like across off out upon "
        "inside outside near than".split(),
        "IN",
    ),
    **dict.fromkeys("and or but nor".split(), "CC"),
    **dict.fromkeys("will would may might could can should must".split(), "MD"),
    **dict.fromkeys("he she it they him them her i we us himself themselves itself".split(), "PRP"),
    **dict.fromkeys("his its their our my".split(), "PRP$"),
    **dict.fromkeys("was were had did said met took held fled broke sent led won gave cut quit fought".split(), "VBD"),
    **dict.fromkeys("is has does".split(), "VBZ"),
    **dict.fromkeys("are have do".split(), "VBP"),
    **dict.fromkeys("been born withdrawn given taken known held".split(), "VBN"),
    "be": "VB", "not": "RB", "n't": "RB", "never": "RB", "who": "WP", "which": "WDT", "whom": "WP", "whose": "WP$",
    "where": "WRB", "when": "WRB", "there": "EX", "'s": "POS", "'": "POS", "$": "$", "more": "JJR", "least": "JJS",
}  # fmt: skip
_POS = {
    "NN": "NOUN", "NNS": "NOUN", "NNP": "PROPN", "NNPS": "PROPN", "DT": "DET", "IN": "ADP", "CC": "CCONJ", "MD": "AUX",
    "PRP": "PRON", "PRP$": "PRON", "WP": "PRON", "WDT": "PRON", "WP$": "PRON", "WRB": "SCONJ", "EX": "PRON", "POS": "PART",
    "TO": "PART", "RB": "ADV", "RBR": "ADV", "JJ": "ADJ", "JJR": "ADJ", "JJS": "ADJ", "CD": "NUM", "RP": "ADP", "$": "SYM",
    "PDT": "DET", "UH": "INTJ",
}  # fmt: skip
_MORPH = {
    "NN": "Number=Sing", "NNP": "Number=Sing", "NNS": "Number=Plur", "NNPS": "Number=Plur", "MD": "VerbForm=Fin",
    "VBD": "Tense=Past|VerbForm=Fin", "VBZ": "Number=Sing|Person=3|Tense=Pres|VerbForm=Fin", "VB": "VerbForm=Inf",
    "VBP": "Tense=Pres|VerbForm=Fin", "VBN": "Aspect=Perf|Tense=Past|VerbForm=Part",
    "VBG": "Aspect=Prog|Tense=Pres|VerbForm=Part",
}  # fmt: skip
_IRREGULAR = {
    "was": "be", "were": "be", "is": "be", "are": "be", "been": "be", "had": "have", "has": "have", "did": "do", "does": "do",
    "said": "say", "met": "meet", "took": "take", "taken": "take", "held": "hold", "fled": "flee", "broke": "break",
    "sent": "send", "led": "lead", "won": "win", "gave": "give", "given": "give", "fought": "fight", "withdrew": "withdraw",
    "withdrawn": "withdraw", "men": "man", "women": "woman", "children": "child", "overthrew": "overthrow", "bore": "bear",
    "overthrown": "overthrow", "died": "die", "lies": "lie", "told": "tell", "paid": "pay", "lost": "lose", "made": "make",
    "went": "go", "left": "leave", "flew": "fly", "shot": "shoot", "became": "become", "sold": "sell", "grew": "grow",
    "agreed": "agree", "began": "begin", "lay": "lie", "put": "put", "cut": "cut", "quit": "quit", "n't": "not",
    "dead": "dead", "hanged": "hang", "came": "come", "ties": "tie", "allies": "ally", "armies": "army", "struck": "strike",
    "swore": "swear", "seen": "see", "stood": "stand", "sought": "seek", "forces": "force", "wives": "wife", "spoke": "speak",
    "ca": "can", "wo": "will", "his": "his", "its": "its", "their": "their", "him": "he", "them": "they", "marries": "marry",
}  # fmt: skip
_NO_E = ("er", "it", "in", "on", "el", "en", "al", "ar", "ish", "ss", "ck", "st", "rt", "ct", "nt", "ld", "lt", "ll", "nd", "rd", "pt", "sh", "ew", "oy", "ay", "il", "om", "ow", "ap", "op", "ain", "ean", "eal", "eat", "ead", "ort")  # fmt: skip
_WITH_E = ("at", "iz", "is", "uc", "nc", "rc", "v", "g", "us", "ir", "ur", "as", "os", "i", "u", "ng", "ak", "ok", "ar", "dg", "rg", "ag", "ns", "rs", "ov", "iv", "av", "ot", "ud", "id", "am", "um", "im", "ris", "yz")  # fmt: skip
_ENDS = {".", ",", ":", "?", "!", ";", ")", "'s", "'", "%", "n't", "”"}


@dataclass
class _Node:
    label: str
    word: str
    children: list[_Node]
    head: int = 0
    index: int = 0


def _read(tokens: Iterator[str]) -> _Node:
    label, word, before, after = next(tokens), "", [], []
    for token in tokens:
        if token == ")":
            break
        if token == "(":
            (after if word else before).append(_read(tokens))
        else:
            assert not word, f"two heads in one bracket: {word} {token}"
            word = token
    assert word, f"a bracket {label} without a head"
    node = _Node(label, word, [*before, *after])
    node.index = len(before)
    return node


def _flatten(node: _Node, rows: list[_Node]) -> None:
    for child in node.children[: node.index]:
        _flatten(child, rows)
    after = node.children[node.index :]
    node.index = len(rows)
    rows.append(node)
    for child in after:
        _flatten(child, rows)
    for child in node.children:
        child.head = node.index


def _tag(form: str, node: _Node, parent: str) -> str:
    lower, label = form.lower(), node.label
    if not any(c.isalnum() for c in form):
        return _TAGS.get(form, form if form in ",.:" else ":")
    if label == "aux" and lower == "to":
        return "TO"
    if label in ("poss",) and lower == "her":
        return "PRP$"
    if lower in ("that", "which") and label in ("nsubj", "dobj", "nsubjpass", "pobj") and parent == "relcl":
        return "WDT"
    if lower in _TAGS and not form.isupper():
        return _TAGS[lower]
    if label == "nummod" or form[0].isdigit():
        return "CD"
    if label == "prt":
        return "RP"
    if label == "amod":
        return "JJ"
    if label in ("advmod", "neg"):
        return "RB"
    if label == "acomp":
        return "JJ"
    if (
        label in ("ROOT", "relcl", "ccomp", "xcomp", "advcl", "acl", "pcomp", "conj", "parataxis")
        and not form[0].isupper()
    ):
        if form.endswith("ing"):
            return "VBG"
        helped = {child.label for child in node.children} & {"auxpass", "aux"}
        if form.endswith("ed"):
            return "VBN" if helped or label == "acl" else "VBD"
        if label in ("xcomp",) or helped:
            return "VB"
        return "VBZ" if form.endswith("s") and label != "conj" else "NNS" if form.endswith("s") else "VB"
    if form[0].isupper():
        return "NNP"
    return "NNS" if form.endswith("s") and not form.endswith("ss") else "NN"


@cache
def _verbs() -> frozenset[str]:
    return frozenset(frame.verb for frame in load_frames("en").frames if frame.verb)


def _lemma(form: str, tag: str) -> str:
    lower = form.lower()
    if tag in ("NNP", "NNPS"):
        return form
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if tag == "NNS" or tag == "VBZ":
        if lower.endswith("ies"):
            return lower[:-3] + "y"
        if lower.endswith(("sses", "shes", "ches", "xes")):
            return lower[:-2]
        return lower[:-1] if lower.endswith("s") else lower
    if tag in ("VBD", "VBN", "VBG"):
        stem = lower.removesuffix("ing") if tag == "VBG" else lower.removesuffix("ed")
        for base in (stem, stem + "e", stem[:-1]):
            if base in _verbs():
                return base
        if stem == lower:
            return lower
        if tag != "VBG" and stem.endswith("i"):
            return stem[:-1] + "y"
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "slz":
            return stem[:-1]
        if stem.endswith(_NO_E) and not stem.endswith(("iz", "iv")):
            return stem
        return stem + "e" if stem.endswith(_WITH_E) else stem
    return lower


def _pos(form: str, tag: str, label: str, lemma: str) -> str:
    if tag.startswith("VB"):
        return "AUX" if label in ("aux", "auxpass") or lemma == "be" else "VERB"
    if tag == "IN" and label == "mark":
        return "SCONJ"
    if tag == "DT" and label in ("nsubj", "dobj", "nsubjpass", "pobj"):
        return "PRON"
    return _POS.get(tag, "PUNCT" if not any(c.isalnum() for c in form) else "X")


_ENTITY = {
    EntityType.PERSON: "PERSON", EntityType.COUNTRY: "GPE", EntityType.CITY: "GPE", EntityType.REGION: "LOC", EntityType.PLACE: "FAC",
    EntityType.WEAPON: "PRODUCT", EntityType.AGREEMENT: "LAW", EntityType.EVENT: "EVENT", EntityType.PEOPLE: "NORP",
}  # fmt: skip


def _entities(doc: Doc, given: Sequence[str]) -> Iterator[Span]:
    """What a recogniser would name: the words given as `LABEL:words`, and known names among the proper nouns."""
    taken: set[int] = set()
    for entry in given:
        label, _, words = entry.partition(":")
        found = list(re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", doc.text))
        assert found, f"{words!r} is not in the text"
        for match in found:
            span = doc.char_span(*match.span(), label=label)
            assert span is not None, words
            if taken.isdisjoint(range(span.start, span.end)):
                taken.update(range(span.start, span.end))
                yield span
    gazetteer = load_gazetteer("en")
    start = 0
    while start < len(doc):
        end = start
        while (
            end < len(doc) and end not in taken and (doc[end].pos_ == "PROPN" or (doc[end].text == "-" and end > start))
        ):
            end += 1
        for stop in range(end, start, -1):
            senses = [s for s in gazetteer.senses(doc[start:stop].text) if s.safe]
            if senses and senses[0].kind in ("name", "metonym"):
                actor = gazetteer.actors[senses[0].actor]
                yield Span(doc, start, stop, label=_ENTITY.get(actor.type, "ORG"))
                start = stop - 1
                break
        start += 1


def parse_text(*sentences: str) -> str:
    """The text of sentences in the notation."""
    return _build(sentences).text


def parse(*sentences: str, ents: Iterable[str] = (), published: str = "") -> Doc:
    """Build a document from sentences in the notation.

    Args:
        sentences: One bracket each.
        ents: Names that the gazetteer does not know, as `LABEL:words` with the labels of OntoNotes.
        published: Day of publication, ISO 8601, or empty.

    Example:
        >>> doc = parse("(ROOT (nsubj Peru) attacked (dobj Chile) (prep on (pobj Monday)) (punct .))")
        >>> [(token.text, token.tag_, token.lemma_, token.head.text) for token in doc[:3]]
        [('Peru', 'NNP', 'Peru', 'attacked'), ('attacked', 'VBD', 'attack', 'attacked'), ('Chile', 'NNP', 'Chile', 'attacked')]
    """
    doc = _build(sentences)
    doc.ents = sorted(_entities(doc, tuple(ents)), key=lambda span: span.start)
    doc.spans["kg_blocks"] = [Span(doc, 0, len(doc), "body")]
    doc.user_data["kg_published"] = published
    return doc


def _build(sentences: Sequence[str]) -> Doc:
    words, spaces, heads, deps, tags, lemmas, poses, morphs, starts = ([] for _ in range(9))
    for sentence in sentences:
        tokens = iter(_TOKEN.findall(sentence))
        assert next(tokens) == "(", sentence
        rows: list[_Node] = []
        _flatten(_read(tokens), rows)
        offset = len(words)
        for node in rows:
            raw = node.word
            glued = raw.endswith("~")
            form, _, rest = raw.removesuffix("~").partition("_")
            tag, _, lemma = rest.partition("_")
            parent = rows[node.head].label
            tag = tag or _tag(form, node, parent)
            lemma = lemma or _lemma(form, tag)
            words.append(form)
            spaces.append(not glued)
            heads.append(offset + (node.index if node.label == "ROOT" else node.head))
            deps.append(node.label)
            tags.append(tag)
            lemmas.append(lemma)
            poses.append(_pos(form, tag, node.label, lemma))
            morphs.append(_MORPH.get(tag, ""))
            starts.append(node.index == 0)
    for i in range(1, len(words)):
        if words[i] in _ENDS or words[i - 1] in ("(", "“", "$"):
            spaces[i - 1] = False
    if spaces:
        spaces[-1] = False
    return Doc(
        NLP.vocab, words=words, spaces=spaces, heads=heads, deps=deps, tags=tags, lemmas=lemmas, pos=poses, morphs=morphs, sent_starts=starts
    )  # fmt: skip
