"""From text to a graph: what an article says, how surely, and the sentence that proves it."""

from datetime import date

import kg

TEXT = """Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist.

Ecuador hat nach Angaben der Regierung in Quito mehr als 200 Soldaten nach Peru entsandt. Vargas kritisierte Kolumbien.
"""


def main() -> None:
    article = kg.clean(kg.Article("reise", TEXT, published=date(2025, 3, 5)))
    graph = kg.build_graph([article])
    names = {entity.id: entity.name for entity in graph.entities()}
    for claim in graph.claims():
        print(names[claim.subject], claim.predicate, names.get(claim.object, "–"), f"({claim.qualifiers.modality})")
        for evidence in claim.evidence:
            print(f"    {evidence.article} {evidence.start}–{evidence.end}: {evidence.quote}")


if __name__ == "__main__":
    main()
