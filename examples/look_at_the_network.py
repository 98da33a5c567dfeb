"""The network of the claims: measures with networkx, and one HTML file to look at."""

from pathlib import Path

import kg
from kg.network import measure

TEXT = (
    "Peru beschuldigt Chile. Chile kritisiert Bolivien. Bolivien unterstützt Peru. "
    "Ecuador und Peru unterzeichneten ein Abkommen."
)


def main() -> None:
    graph = kg.build_graph([kg.clean(kg.Article("streit", TEXT))])
    network = kg.to_networkx(graph)
    for name, values in measure(network).items():
        print(f"{network.nodes[name]['label']:12} {values.degree} neighbours, {values.claims} claims")
    kg.write_html(graph, Path("streit.html"))
    print("written: streit.html")


if __name__ == "__main__":
    main()
