"""From text to annotated documents: the layers that the facts are read from.

One `Doc` per article, `doc.text == article.text`. Blocks of clutter are single tokens that no component reads.
Components write only what spaCy can serialise. They and the facts read a document through its `Page`: the same words
and layers as plain objects, made once per document (`kg.linguistics.copying.page_of`).
The layers and who writes them:

`doc.spans["kg_blocks"]` (pipeline.make_doc)
    One span per block; `label_` is the `BlockKind`. `doc.user_data["kg_published"]` is the ISO day of
    publication or "".
`doc.spans["kg_mentions"]` (component `kg_entities`, then `kg_coref`)
    One span per mention of an entity. `label_` is the `EntityType`, `kb_id_` the entity's id, `id_` the kind:
    `name` (proper name, a compound's first part excluded), `adjective` (adjective of origin: "russische"),
    `inhabitant` ("der Russe": the country; "die Russen", "24 Israelis": a people of its own, with its country set),
    `metonym` (capital or seat that may stand for its government: "Moskau", "Kreml"; `label_` says what it is taken for:
    Country or City), `group` (noun phrase that counts as its owner: "nordkoreanische Soldaten", "die US-Regierung"),
    `nominal` (noun phrase that is an entity of its own without a proper name: "südkoreanischer Geheimdienst",
    "die Opposition", "Flüchtlinge"), `modifier` (first part of a compound: "US-" in "US-Präsident", "Putin" in
    "Putin-Vertrauter"), `description` (definite description resolved by coreference: "der Kremlchef", "das Land",
    "die 47-Jährige"), `pronoun` ("er", "dessen", "seine").
    Spans may nest ("russische" inside "russische Soldaten"), never cross. In document order, longer first.
`doc.user_data["kg_entities"]` (same components)
    dict: entity id → {"type", "name", "aliases": [..], "wikidata": str | "", "country": str | "", "known": bool,
    "gender": "m" | "f" | "n" | "p" | ""}.
`doc.spans["kg_dates"]` (component `kg_dates`)
    `label_` "DATE" or "PERIOD" or "RELATIVE" (unresolved for want of a publication date), `kb_id_` an ISO 8601 interval
    `begin/end` ("2024-01-01/2024-12-31" is written at its precision: "2024/2024"; open: "2022/.."; unresolved: "").
`doc.spans["kg_quantities"]` (component `kg_quantities`)
    `label_` the class (`people`, `soldiers`, `dead`, `wounded`, `missing`, `displaced`, `arrested`, `money`, `weapons`,
    `votes`, `other`), `kb_id_` "comparison|value|upper|unit-lemma" (empty parts allowed), the span is the quantity as
    written with what is counted ("mehr als 10.000 Soldaten").
`doc.spans["kg_quotes"]` (component `kg_quotes`)
    Direct quotations (inside the marks): `label_` "direct", `kb_id_` the speaker's entity id or "", `id_` the cue's
    token index as string or "".
`doc.spans["kg_indirect"]` (component `kg_quotes`)
    What is said in the author's words, in the same form with `label_` "indirect".
`doc.spans["kg_speakers"]` (component `kg_quotes`)
    The words that name the speakers, entity or not; `id_` is the layer and the first token of the quotation.
"""
