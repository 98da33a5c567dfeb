"""kg's components in a spaCy pipeline of one's own: entities, dates, quantities, quotations as layers."""

import kg

TEXT = "Der peruanische Präsident Julio Vargas ist nach Ecuador gereist. Er will dort drei Tage bleiben."


def main() -> None:
    nlp = kg.load_pipeline()  # or: kg.add_components(spacy.load("de_core_news_lg"))
    article = kg.Article("reise", TEXT)
    doc = nlp(kg.make_doc(nlp, article))
    for mention in doc.spans["kg_mentions"]:
        print(f"{mention.text:30} {mention.label_:10} {mention.kb_id_:20} {mention.id_}")
    extraction = kg.extract(doc, article)
    print(len(extraction.claims), "claims")


if __name__ == "__main__":
    main()
