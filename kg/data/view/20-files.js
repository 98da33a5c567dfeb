// The claims that are chosen, as files for other programs: CSV, GraphML, Turtle. Texts in, texts out; nothing is drawn.

const FILES = (() => {
  // what XML 1.0 forbids, half characters included
  const UNWRITABLE = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
  const writable = (value) => String(value).replace(UNWRITABLE, "\ufffd");
  const present = (value) => value !== null && value !== undefined && value !== "";

  // what the filters leave, and of it what is selected
  function chosen() {
    const all = view.all ?? view.claims;
    const picked = state.selected;
    if (!picked) return all;
    if (picked.kind === "node") return all.filter((c) => c.subject === picked.id || c.object === picked.id);
    return all.filter((c) => c.bundle?.id === picked.id);
  }

  const labelOf = (name, language) => RELATIONS[name].labels[language] ?? name;

  // ---- a claim as a row ----

  const COLUMNS = [
    "subject", "predicate", "object", "label_de", "label_en", "modality", "source", "begins", "ends", "place",
    "quantity", "role", "confidence", "score", "weight", "quote", "article", "title", "published", "url",
    "subject_id", "object_id", "claim",
  ];

  function record(claim) {
    const [best] = claim.evidence;
    const article = best ? ARTICLES[best.article] : undefined;
    const [subject, object] = [NODES[claim.subject], claim.object === null ? null : NODES[claim.object]];
    return {
      subject: subject.label, predicate: claim.predicate, object: object?.label,
      label_de: labelOf(claim.predicate, "de"), label_en: labelOf(claim.predicate, "en"), modality: claim.modality,
      source: claim.source, begins: claim.begins, ends: claim.ends, place: claim.place, quantity: claim.quantity, role: claim.role,
      confidence: claim.confidence, score: claim.relation.score, weight: claim.evidence.length,
      quote: best?.quote.join(""), article: article?.id, title: article?.title, published: article?.published, url: article?.url,
      subject_id: subject.id, object_id: object?.id, claim: claim.id,
    };
  }

  // no spreadsheet takes a text for a formula
  function cell(value) {
    if (!present(value)) return "";
    if (typeof value === "number") return String(value);
    const text = writable(value);
    const safe = /^[ \u00a0]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text;
    return /[",;\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  }

  // the mark at the beginning tells spreadsheets that it is UTF-8
  const csv = (columns, rows) => `\ufeff${[columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

  function claimsCsv(claims) {
    return csv(COLUMNS, claims.map((claim) => {
      const row = record(claim);
      return COLUMNS.map((column) => row[column]);
    }));
  }

  // ---- GraphML ----

  const xml = (value) => writable(value).replace(/[&<>"'\t\n\r]/g, (c) => `&#${c.codePointAt(0)};`);
  const TYPES_OF = {
    weight: "int", known: "boolean", geonames: "int", lat: "double", lon: "double", score: "double", confidence: "double", objectless: "boolean",
  };

  function graphml(claims) {
    const keys = new Map();
    const data = (target, name, value) => {
      if (!present(value)) return "";
      const place = `${target} ${name}`;
      if (!keys.has(place)) {
        const id = `d${keys.size}`;
        keys.set(place, { id, line: `<key id="${id}" for="${target}" attr.name="${name}" attr.type="${TYPES_OF[name] ?? "string"}"/>` });
      }
      return `<data key="${keys.get(place).id}">${xml(value)}</data>`;
    };
    const all = (target, record) => Object.entries(record).map(([name, value]) => data(target, name, value)).join("");
    const ids = [...new Set(claims.flatMap((c) => (c.object === null ? [c.subject] : [c.subject, c.object])))].sort((a, b) => a - b);
    const weight = new Map(ids.map((id) => [id, 0]));
    for (const claim of claims) for (const end of new Set([claim.subject, claim.object ?? claim.subject])) weight.set(end, weight.get(end) + 1);
    const nodes = ids.map((id) => {
      const n = NODES[id];
      return `<node id="${xml(n.id)}">${all("node", {
        label: n.label, type: n.type, weight: weight.get(id), known: n.known, wikidata: n.wikidata, geonames: n.geonames,
        country: n.countryId ?? n.country, lat: n.lat, lon: n.lon, aliases: n.aliases.join("|"),
      })}</node>`;
    });
    const edges = claims.map((claim) => {
      const { subject, object, subject_id: from, object_id: to, ...rest } = record(claim);
      return `<edge id="${xml(claim.id)}" source="${xml(from)}" target="${xml(to ?? from)}">${
        all("edge", { ...rest, objectless: claim.object === null ? true : null })}</edge>`;
    });
    return [
      '<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
      ...[...keys.values()].map((key) => key.line), '<graph edgedefault="directed">', ...nodes, ...edges, "</graph>", "</graphml>", "",
    ].join("\n");
  }

  // ---- Turtle, as kg writes it: every command of kg reads it ----

  const PREFIXES = {
    kg: "https://kg-geopolitics.org/ontology/", owl: "http://www.w3.org/2002/07/owl#", prov: "http://www.w3.org/ns/prov#",
    rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#", rdfs: "http://www.w3.org/2000/01/rdf-schema#", schema: "https://schema.org/",
    skos: "http://www.w3.org/2004/02/skos/core#", xsd: "http://www.w3.org/2001/XMLSchema#",
  };
  const RESOURCE = "https://kg-geopolitics.org/resource/";
  const bytes = new TextEncoder();
  const percent = (character) => [...bytes.encode(character)].map((b) => `%${b.toString(16).toUpperCase().padStart(2, "0")}`).join("");

  // letters and digits of all scripts and -._~ stay, all else is encoded, a leading full stop as well
  function segment(name) {
    const text = [...writable(name)].map((c) => (/[\p{L}\p{N}._~-]/u.test(c) ? c : percent(c))).join("");
    return text.startsWith(".") ? `%2E${text.slice(1)}` : text;
  }

  const iri = (text) => `<${RESOURCE}${text}>`;
  const entityIri = (id) => iri(segment(id));
  const articleIri = (id) => iri(`article/${segment(id)}`);
  const ownTerm = (name) => (/^[A-Za-z][A-Za-z0-9]*$/.test(name) ? `kg:${name}` : `<${PREFIXES.kg}${segment(name)}>`);
  const ESCAPES = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const quoted = (value) => `"${writable(value).replace(/[\\"\n\r\t]/g, (c) => ESCAPES[c])}"`;
  const words = (value, language) => quoted(value) + (/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/.test(language ?? "") ? `@${language}` : "");
  const typed = (value, type) => `${quoted(value)}^^xsd:${type}`;
  const truth = (value) => (value ? "true" : "false");

  function decimal(value) {
    if (Number.isInteger(value)) return BigInt(value).toString();
    const text = String(value);
    return text.includes("e") ? value.toFixed(20).replace(/0+$/, "") : text;
  }

  function moment(iso) {
    if (/^\d{4}-\d\d-\d\d$/.test(iso)) return typed(iso, "date");
    if (/^\d{4}-\d\d$/.test(iso)) return typed(iso, "gYearMonth");
    return /^\d{4}$/.test(iso) ? typed(iso, "gYear") : quoted(iso);
  }

  // [[predicate, object] …] without what is not known
  function block(subject, pairs) {
    const lines = pairs.filter(([, object]) => present(object)).map(([predicate, object]) => `    ${predicate} ${object}`);
    return lines.length ? `${subject}\n${lines.join(" ;\n")} .\n` : "";
  }

  const AFFIRMED = new Set(["asserted", "reported"]);
  const others = () => new Map((DATA.others ?? []).map((other) => [other.id, other]));

  function turtle(claims) {
    const known = others();
    for (const node of NODES) known.set(node.id, node);
    const language = new Map(); // of the first article that tells of an entity
    const mentions = new Map(); // article number → ids
    const parts = [];
    const amounts = new Map();
    for (const claim of claims) {
      const ids = [NODES[claim.subject].id, claim.object === null ? null : NODES[claim.object].id, claim.sourceId, claim.placeId].filter(present);
      for (const id of [...ids]) {
        const country = known.get(id)?.countryId;
        if (present(country) && known.has(country)) ids.push(country);
      }
      const spoken = ARTICLES[claim.evidence[0]?.article]?.language;
      for (const id of ids) if (!language.has(id)) language.set(id, spoken);
      for (const { article } of claim.evidence) {
        if (!ARTICLES[article]) continue;
        const named = mentions.get(article) ?? mentions.set(article, new Set()).get(article);
        ids.forEach((id) => named.add(id));
      }
      parts.push(claimBlocks(claim, spoken, amounts));
    }
    const entities = [...language].map(([id, spoken]) => entityBlock(known.get(id), spoken));
    const articles = [...mentions].map(([index, ids]) => articleBlock(ARTICLES[index], [...ids].filter((id) => known.has(id) && known.get(id).type !== "Unknown")));
    const head = Object.entries(PREFIXES).map(([prefix, space]) => `@prefix ${prefix}: <${space}> .`).join("\n");
    return [`${head}\n`, ...articles, ...entities, ...parts, ...amounts.values()].filter(Boolean).join("\n");
  }

  function entityBlock(entity, spoken) {
    if (!entity || entity.type === "Unknown") return "";
    const same = [
      entity.wikidata ? `<http://www.wikidata.org/entity/${segment(entity.wikidata)}>` : null,
      entity.geonames ? `<https://sws.geonames.org/${entity.geonames}/>` : null,
    ].filter(Boolean);
    return block(entityIri(entity.id), [
      ["a", ownTerm(entity.type)], ["rdfs:label", words(entity.label, spoken)],
      ["skos:altLabel", entity.names.map((name) => words(name, spoken)).join(", ")],
      ["skos:hiddenLabel", entity.aliases.filter((alias) => !entity.names.includes(alias)).map((alias) => words(alias, spoken)).join(", ")],
      ["owl:sameAs", same.join(", ")],
      ["schema:latitude", entity.lat === undefined ? null : decimal(entity.lat)],
      ["schema:longitude", entity.lon === undefined ? null : decimal(entity.lon)],
      ["kg:country", present(entity.countryId) ? entityIri(entity.countryId) : null],
      ["kg:known", entity.known === undefined ? null : truth(entity.known)],
    ]);
  }

  function articleBlock(article, ids) {
    return block(articleIri(article.id), [
      ["a", "schema:NewsArticle"], ["schema:identifier", quoted(article.id)], ["schema:inLanguage", quoted(article.language)],
      ["schema:sha256", article.sha256 && quoted(article.sha256)], ["schema:headline", present(article.title) ? words(article.title, article.language) : null],
      ["schema:datePublished", article.published && typed(article.published, "date")],
      ["schema:publisher", present(article.publisher) ? quoted(article.publisher) : null],
      ["schema:url", article.url && typed(article.url, "anyURI")], ["schema:mentions", ids.map(entityIri).join(", ")],
    ]);
  }

  function claimBlocks(claim, spoken, amounts) {
    const node = iri(`claim/${claim.id}`);
    const [subject, predicate] = [entityIri(NODES[claim.subject].id), ownTerm(claim.predicate)];
    const object = claim.object === null ? null : entityIri(NODES[claim.object].id);
    let amount = null;
    if (claim.amount) {
      const [hash, value, upper, unit, comparison] = claim.amount;
      amount = iri(`quantity/${hash}`);
      amounts.set(hash, block(amount, [
        ["a", "kg:Quantity"], ["kg:text", words(claim.quantity, spoken)], ["kg:comparison", ownTerm(comparison)],
        ["kg:value", value === null ? null : decimal(value)], ["kg:upper", upper === null ? null : decimal(upper)], ["kg:unit", unit && words(unit, spoken)],
      ]));
    }
    const parts = [block(node, [
      ["a", claim.relation.stative ? "kg:Claim, kg:StateClaim" : "kg:Claim, kg:EventClaim"], ["rdf:subject", subject], ["rdf:predicate", predicate], ["rdf:object", object], ["kg:modality", ownTerm(claim.modality)],
      ["kg:attributedTo", present(claim.sourceId) ? entityIri(claim.sourceId) : null], ["kg:begins", claim.begins && moment(claim.begins)],
      ["kg:ends", claim.ends && moment(claim.ends)], ["kg:place", present(claim.placeId) ? entityIri(claim.placeId) : null],
      ["kg:role", claim.role && words(claim.role, spoken)], ["kg:quantity", amount],
    ])];
    if (object && AFFIRMED.has(claim.modality)) parts.push(`${subject} ${predicate} ${object} .\n`);
    for (const piece of claim.evidence) {
      const article = ARTICLES[piece.article];
      if (!article || piece.hash === undefined) continue;
      const quote = piece.quote.join("");
      parts.push(block(iri(`evidence/${piece.hash}`), [
        ["a", "kg:Evidence"], ["kg:evidenceFor", node], ["prov:wasDerivedFrom", articleIri(article.id)], ["kg:quote", words(quote, article.language)],
        ["kg:start", String(piece.start)], ["kg:end", String(piece.start + [...quote].length)], ["kg:cueStart", String(piece.cue[0])],
        ["kg:cueEnd", String(piece.cue[1])], ["kg:rule", quoted(piece.rule)], ["kg:confidence", decimal(piece.exact)],
      ]));
    }
    return parts.join("\n");
  }

  // ---- the menu ----

  // a name that every file system takes: the page's title, and what is selected
  function fileName(ending) {
    const picked = state.selected;
    let words = document.title;
    if (picked?.kind === "node") words += ` ${NODES[picked.id].label}`;
    else if (picked) {
      const bundle = BUNDLES.find((b) => b.id === picked.id);
      if (bundle) words += ` ${NODES[bundle.a].label} ${NODES[bundle.b].label}`;
    }
    const plain = writable(words).replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 80);
    return `${plain || "graph"}.${ending}`;
  }

  addExport({ id: "csv", label: "exportCsv", run: () => download(fileName("csv"), "text/csv;charset=utf-8", claimsCsv(chosen())) });
  addExport({ id: "graphml", label: "exportGraphml", run: () => download(fileName("graphml"), "application/graphml+xml;charset=utf-8", graphml(chosen())) });
  addExport({ id: "turtle", label: "exportTurtle", run: () => download(fileName("ttl"), "text/turtle;charset=utf-8", turtle(chosen())) });

  return { chosen, csv, claimsCsv, graphml, turtle, fileName, record, xml, writable };
})();
