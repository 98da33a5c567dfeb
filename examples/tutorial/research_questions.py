# %% [markdown]
"""# What can a folder of articles tell us?

The folder `articles` holds 15 short articles of three invented papers about an invented crisis: between February and
July 2024 Argentina and Paraguay quarrel over the toll on the river Paraná. Two papers are JSON Lines, one is a CSV
table. We build a graph from them and ask it

1. how the relation of the two states changed from month to month, and who took sides;
2. which claims rest on a single source, and where the papers contradict each other;
3. who acts for which state, and which offices changed hands.

You need `pip install 'kg-geopolitics[pandas]'`. The first plot needs matplotlib as well and is left out without it.
"""

# %%
import importlib.util
from pathlib import Path

import kg

HERE = Path(__file__).parent if "__file__" in globals() else Path()
graph = kg.build_graph(kg.read_articles(HERE / "articles"))
print(len(graph.articles()), "articles,", len(graph.claims()), "claims")

# %% [markdown]
# Every claim leads back to its sentence. It is good practice to read some before counting any:

# %%
names = {entity.id: entity.name for entity in graph.entities()}
for claim in graph.claims(predicate="sanctions"):
    for evidence in claim.evidence:
        print(f"{names[claim.subject]} sanctions {names[claim.object]} ({claim.qualifiers.modality}): {evidence.quote}")

# %% [markdown]
# Paraguay's embargo is in there three times: imposed, still standing in the words of the sentence that ends it, and
# denied by the same sentence, because it was lifted. A denial is a claim of its own, so nothing is lost; but whoever
# counts must decide what counts.
#
# ## 1. How did the relation change, and who took sides?
#
# What a foreign minister does counts for his or her state. The text does not say so; it follows from the office, by a
# rule. kg concludes it only when asked and keeps the conclusions apart:

# %%
print(graph.reason(["acts-for"]))
months = graph.frame("dyads-by-month", actor="Argentinien", inferred=True)
balance = months[months["other"] == "Paraguay"].set_index("month")[["cooperation", "conflict", "balance", "score"]]
balance = balance.asfreq("MS").fillna({"cooperation": 0, "conflict": 0, "balance": 0})  # months without events too
balance.index = balance.index.strftime("%Y-%m")
print(balance.to_string())

# %% [markdown]
# Acts of conflict outweigh until April, acts of cooperation from June; in May nothing is reported between the two
# themselves, that was the month of the mediator. `score` is the mean of a scale from -10 (war) to +10 (peace); a month
# without events has none.

# %%
if importlib.util.find_spec("matplotlib"):
    import matplotlib

    matplotlib.use("agg")
    axes = balance["balance"].astype(float).plot.bar(title="Argentina and Paraguay: acts of cooperation less conflict")
    axes.figure.savefig("balance.png", bbox_inches="tight")

# %%
sides = graph.frame("state-dyads")
for state in ("Argentinien", "Paraguay"):
    others = sides[(sides["one"] == state) | (sides["other"] == state)]
    for row in others.itertuples():
        other = row.other if row.one == state else row.one
        print(f"{state:12} {other:20} cooperation {row.cooperation}  conflict {row.conflict}  score {row.score}")

# %% [markdown]
# Bolivia and Brazil stand nearer to Paraguay, Chile to Argentina. `state-dyads` counts both directions; who supports
# whom is a question in SPARQL:

# %%
SUPPORT = """
SELECT DISTINCT ?who ?whom WHERE {
    ?supporter kg:supports|kg:providesAid ?supported .
    ?supporter rdfs:label ?who .
    ?supported rdfs:label ?whom .
} ORDER BY ?who ?whom
"""
for row in graph.query(SUPPORT).dicts():
    print(row["who"], "→", row["whom"])

# %% [markdown]
# ## 2. What rests on one source, and what is contradicted?
#
# A source is whom the text attributes something to, else the paper: ten papers that quote one agency are one source.

# %%
single = graph.frame("single-source", entity="Argentinien")
print(single[["who", "relation", "whom", "source", "published"]].to_string(index=False))

# %%
for row in graph.frame("contradictions").fillna("").itertuples():
    print(f"{row.who} {row.relation} {row.whom} [{row.kind}]")
    print("   ", row.says)
    print("   ", row.against)

# %% [markdown]
# These are of three kinds, and the difference matters. Whether Argentina sent troops to Posadas is disputed between
# reporters and a minister. How many soldiers Paraguay lost is disputed between its government (seven) and doctors
# (three). The embargo is no dispute at all: it was imposed in March and lifted in July. The dates tell them apart:

# %%
later = graph.frame("denied-later")
print(later[["who", "relation", "whom", "claimed", "denied", "denier"]].to_string(index=False))

# %% [markdown]
# ## 3. Who acts for whom, and what changed?

# %%
print(graph.frame("acts-for")[["who", "for", "role", "articles"]].to_string(index=False))

# %%
changes = graph.frame("office-changes")[["who", "change", "office", "of", "by", "begins", "published"]]
print(changes.to_string(index=False, na_rep=""))

# %% [markdown]
# Paraguay's foreign minister goes in April, Argentina's in July. A table of months and a table of offices do not prove
# that one caused the other; but both lead to the sentences that say what happened.
#
# ## What this does not show
#
# The rules that read the articles miss things and misread some. Look for what you know to be in the texts before you
# conclude anything from what is not in a table. Here the attack on the ferry appears only as Paraguay's accusation, and
# rightly so, because no paper says as a fact who fired; but that a newspaper blamed smugglers was not found at all.
# `kg evaluate` measures how much is found in texts that you have annotated.
