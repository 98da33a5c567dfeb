"""A language model makes the claims, and kg keeps those that the text proves: beside them, what the rules find.

    python examples/ask_a_language_model.py http://127.0.0.1:11434/v1 MODEL

Any service that speaks OpenAI's protocol will do, on this computer (Ollama, llama.cpp, vLLM) or elsewhere: the article
is sent there. Its key, if it needs one, belongs into the environment variable KG_LLM_KEY. Needs:
pip install 'kg-geopolitics[llm]'
"""

import sys

import kg
from kg.engines.account import Account

ARTICLE = kg.Article(
    "reise",
    "Der peruanische Präsident Julio Vargas ist am Montag nach Ecuador gereist. Ecuadors Außenministerin Rosa Quispe "
    "warf Bolivien vor, Waffen an die Bande Los Lobos zu liefern. Bolivien wies das zurück.",
    published="2025-03-06",
)


def show(title: str, settings: kg.Settings) -> None:
    print(title)
    [extraction] = kg.extract_all([kg.clean(ARTICLE)], settings=settings, on_account=show_cost)
    names = {entity.id: entity.name for entity in extraction.entities}
    for claim in extraction.claims:
        object = names[claim.object] if claim.object is not None else "–"
        print(f"  {names[claim.subject]} {claim.predicate} {object}: {claim.qualifiers.modality}")
        print(f"    {claim.evidence[0].quote}")


def show_cost(account: Account) -> None:
    for line in account.lines():
        print(f"  ({line})")


def main() -> None:
    show("By rules:", kg.Settings())
    if len(sys.argv) != 3:
        print("To ask a language model as well, give the address of a service and the name of a model.")
        return
    show("By a language model:", kg.Settings(llm=kg.LanguageModel(sys.argv[1], sys.argv[2])))


if __name__ == "__main__":
    main()
