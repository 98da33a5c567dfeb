// The evidence: what is chosen, the claims about it and the sentences that prove them.

const panel = document.getElementById("panel");

const actorButton = (id) => el("button", { type: "button", class: "actor", dir: "auto", on: { click: () => select({ kind: "node", id }, { centre: true }) } },
  typeIcon(NODES[id].type), NODES[id].label);

const outside = (url, ...words) => {
  const href = safeUrl(url);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...words) : el("span", {}, ...words);
};

function closeButton() {
  return el("button", { type: "button", class: "close", "aria-label": t("close"), title: t("close"), on: { click: () => select(null) } }, "×");
}

// a sentence; the article stands below the last of its sentences
function evidence(piece, place, all) {
  const article = ARTICLES[piece.article];
  const source = el("footer", {});
  if (article) {
    const parts = [article.publisher, article.published && day(article.published)].filter(Boolean);
    source.append(outside(article.url, article.title || article.id || t("untitled")), parts.length ? ` · ${parts.join(" · ")}` : "");
  }
  const [before, cue, after] = piece.quote;
  return el("blockquote", { dir: "auto", lang: article?.language || null },
    el("p", {}, before, cue ? el("mark", {}, cue) : null, after), all[place + 1]?.article === piece.article ? null : source);
}

function chip(text, kind = "") {
  return text ? el("li", { class: `chip ${kind}`, dir: "auto" }, text) : null;
}

function card(claim) {
  const q = claim;
  const colour = claim.modality === "negated" ? theme().negated : claim.relation.lasting ? theme().faint : rgba(scoreColour(claim.relation.score));
  const percent = `${Math.round(claim.confidence * 100)} %`;
  const chosen = state.selected?.claim === claim.index;
  return el("article", { class: `claim${chosen ? " chosen" : ""}`, id: `claim-${claim.index}`, style: { "--line": Array.isArray(colour) ? rgba(colour) : colour } },
    el("h3", {},
      actorButton(claim.subject), el("span", { class: "relation" }, relationLabel(claim.predicate)),
      claim.object === null ? null : actorButton(claim.object)),
    el("ul", { class: "chips" },
      chip(t(claim.modality), `modality ${claim.modality}`), chip(q.source && t("says", { name: q.source })),
      chip(period(claim)), chip(q.quantity), chip(q.role && t("role", { role: q.role })), chip(q.place && t("place", { name: q.place })),
      chip(claim.contradicted && t("contradicted"), "disputed"), chip(t("confidence", { percent }), "confidence")),
    claim.evidence.length ? claim.evidence.map(evidence) : el("p", { class: "faint" }, t("noEvidence")));
}

function overview() {
  const rows = RANK.filter((id) => view.nodes.has(id)).map((id) => el("li", {},
    actorButton(id), el("span", { class: "amount", title: countClaims(NODES[id].weight) }, number(NODES[id].weight))));
  return [
    el("h2", {}, t("overview")),
    el("p", { class: "faint" }, t("overviewHint")),
    el("h3", { class: "section" }, t("strongest")),
    el("ol", { class: "actors" }, rows),
  ];
}

// what is said before what is denied, events before states, the strongest first
const telling = (a, b) => Number(a.modality === "negated") - Number(b.modality === "negated")
  || Number(a.relation.lasting) - Number(b.relation.lasting)
  || Math.abs(b.relation.score) - Math.abs(a.relation.score) || a.index - b.index;

// the way to a line without a pointer
function lineButton(id, other) {
  const bundle = BUNDLES_OF[id].find((b) => b.a === other || b.b === other);
  return el("button", { type: "button", class: "quiet line", on: { click: () => select({ kind: "bundle", id: bundle.id }, { centre: true }) } },
    t("claimsWith", { name: NODES[other].label }));
}

function aboutNode(id) {
  const node = NODES[id];
  const claims = CLAIMS_OF[id].filter(claimShown);
  const others = new Map();
  for (const claim of claims) {
    const other = claim.object === null ? id : claim.subject === id ? claim.object : claim.subject;
    if (!others.has(other)) others.set(other, []);
    others.get(other).push(claim);
  }
  const groups = [...others].sort((a, b) => b[1].length - a[1].length || PLACE_IN_RANK[a[0]] - PLACE_IN_RANK[b[0]]);
  const aliases = node.aliases.filter((alias) => /^\p{Lu}/u.test(alias)).slice(0, 8); // adjectives are for the search only
  return [
    closeButton(),
    el("h2", { dir: "auto" }, typeIcon(node.type), node.label),
    el("p", { class: "faint" }, [t(`type:${node.type}`), node.country && `${t("actsFor")} ${node.country}`, countClaims(claims.length)].filter(Boolean).join(" · ")),
    aliases.length ? el("p", { class: "faint", dir: "auto" }, `${t("aliases")}: ${aliases.join(", ")}`) : null,
    node.wikidata ? el("p", {}, outside(`https://www.wikidata.org/wiki/${node.wikidata}`, `${t("wikidata")} ${node.wikidata}`)) : null,
    groups.map(([other, list]) => [
      other === id ? null : el("h3", { class: "section", dir: "auto" }, lineButton(id, other)),
      [...list].sort(telling).map(card),
    ]),
  ].flat(3);
}

function aboutBundle(bundle) {
  const claims = bundle.claims.filter(claimShown).sort(telling);
  return [
    closeButton(),
    el("h2", { dir: "auto" }, `${NODES[bundle.a].label} – ${NODES[bundle.b].label}`),
    el("p", { class: "faint" }, countClaims(claims.length)),
    ...claims.map(card),
  ];
}

function showPanel() {
  const chosen = state.selected;
  let parts = overview();
  if (chosen?.kind === "node") parts = aboutNode(chosen.id);
  else if (chosen) parts = aboutBundle(BUNDLES.find((b) => b.id === chosen.id));
  panel.replaceChildren(...parts.filter(Boolean));
  panel.scrollTop = 0;
  document.body.dataset.selected = chosen ? chosen.kind : "";
  if (chosen?.claim !== undefined) document.getElementById(`claim-${chosen.claim}`)?.scrollIntoView({ block: "nearest" });
}
