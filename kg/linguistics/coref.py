"""Component `kg_coref`: what pronouns and definite descriptions refer to.

Comes in: a document with the layers of `kg_entities`. Goes out: the same layers with mentions of kind `pronoun` and
`description`, and with persons of whom only an office or a kinship is said. What stays doubtful is left alone: a claim
about the wrong one is worse than a missing claim.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from kg.lexicon import Gazetteer, load_gazetteer
from kg.linguistics.agreement import Agreement, load_agreement
from kg.linguistics.antecedents import Antecedents
from kg.linguistics.batches import InBatches
from kg.linguistics.copying import page_of
from kg.linguistics.cues import Cues, load_cues
from kg.linguistics.descriptions import Descriptions
from kg.linguistics.names import readable_tokens
from kg.linguistics.pronouns import Pronouns
from kg.linguistics.referring import CorefWords, load_coref_words

__all__ = ["Resolver", "make_resolver"]


class Resolver(InBatches):
    """The component: resolves pronouns and definite descriptions.

    Args:
        words: The words that stand for something named before.
        cues: Word lists of the language.
        agreement: Gender and number, and the labels of the parser.
        gazetteer: Known actors.
    """

    def __init__(self, words: CorefWords, cues: Cues, agreement: Agreement, gazetteer: Gazetteer) -> None:
        self.words = words
        self.cues = cues
        self.agreement = agreement
        self.gazetteer = gazetteer

    def __call__(self, document: Doc) -> Doc:
        """Add the mentions to the document's layers."""
        doc = page_of(document)
        seen = Antecedents(doc, self.agreement)
        pronouns = Pronouns(seen, self.words, self.cues)
        descriptions = Descriptions(seen, self.words, self.cues, self.gazetteer)
        readable = readable_tokens(doc)
        nouns = self.agreement.grammar.tags("noun")
        for token in doc:  # from left to right: what is resolved may be referred to in turn
            if not readable[token.i]:
                continue
            if token.pos_ in nouns:
                descriptions.resolve(token)
            elif pronouns.may_be(token) and not any(m.kind in ("name", "pronoun") for m in seen.over(token.i)):
                for meant in pronouns.resolve(token):
                    seen.add(token.i, token.i + 1, meant.entity, meant.type, "pronoun")
        seen.write(document)
        return document


@Language.factory("kg_coref", requires=["token.pos", "token.dep", "token.lemma"])
def make_resolver(nlp: Language, name: str) -> Resolver:
    """Make the component for a pipeline's language."""
    language = nlp.lang or ""
    return Resolver(load_coref_words(language), load_cues(language), load_agreement(language), load_gazetteer(language))
