// The evidence: what is chosen, the claims about it and the sentences that prove them.

const panel = document.getElementById("panel");
const AT_ONCE = 60; // entries of a list before one asks for more

const actorButton = (id) => el("button", { type: "button", class: "actor", dir: "auto", on: { click: () => select({ kind: "node", id }, { centre: true }) } },
  typeIcon(NODES[id].type), NODES[id].label);

const outside = (url, ...words) => {
  const href = safeUrl(url);
  return href ? el("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...words) : el("span", {}, ...words);
};

function closeButton() {
  return el("button", { type: "button", class: "close", "aria-label": t("close"), title: t("close"), on: { click: () => { select(null); panel.focus(); } } }, "×");
}

// the first entries of a long list, and a button for the next
function longList(items, make, wrap = (rows) => rows, size = AT_ONCE) {
  const rows = items.slice(0, size).map(make);
  if (items.length <= size) return [wrap(rows)];
  const more = el("button", {
    type: "button", class: "quiet more",
    on: {
      click: (event) => {
        const next = longList(items.slice(size), make, wrap, size);
        event.currentTarget.replaceWith(...next.flat());
        next.flat()[0]?.querySelector?.("button, a")?.focus();
      },
    },
  }, t("more", { n: number(items.length - size) }));
  return [wrap(rows), more].flat();
}

// ---- a sentence with the words that count ----

// the first place of a name in a text that stands by itself
function nameIn(text, names) {
  for (const name of names) {
    const at = text.indexOf(name);
    if (at >= 0 && !/[\p{L}\p{N}]/u.test(text[at - 1] ?? "")) return [at, at + name.length];
  }
  return null;
}

const namesOf = (id) => [NODES[id].label, ...NODES[id].aliases].filter((n) => n.length > 1).sort((a, b) => b.length - a.length);

// subject and object are underlined where the text calls them by a name that is known
function withNames(text, claim) {
  let parts = [text];
  for (const id of new Set([claim.subject, claim.object ?? claim.subject])) {
    const names = namesOf(id);
    parts = parts.flatMap((part) => {
      const found = typeof part === "string" ? nameIn(part, names) : null;
      return found ? [part.slice(0, found[0]), el("span", { class: "named" }, part.slice(...found)), part.slice(found[1])] : [part];
    });
  }
  return parts;
}

// the article stands below the last of its sentences
function evidence(claim) {
  return claim.evidence.map((piece, place) => {
    const article = ARTICLES[piece.article];
    const source = el("footer", {});
    if (article) {
      const parts = [article.publisher, article.published && day(article.published)].filter(Boolean);
      source.append(outside(article.url, article.title || article.id || t("untitled")), parts.length ? ` · ${parts.join(" · ")}` : "");
    }
    const [before, cue, after] = piece.quote;
    return el("blockquote", { dir: "auto", lang: article?.language || null },
      el("p", {}, withNames(before, claim), cue ? el("mark", {}, cue) : null, withNames(after, claim)),
      claim.evidence[place + 1]?.article === piece.article ? null : source);
  });
}

function chip(text, kind = "", hint = null) {
  return text ? el("li", { class: `chip ${kind}`, dir: "auto", title: hint }, text) : null;
}

const lineColour = (claim) => {
  if (claim.modality === "negated") return rgba(theme().negated);
  return claim.relation.lasting ? theme().faint : rgba(scoreColour(claim.relation.score));
};

const facts = (claim) => el("ul", { class: "chips" },
  chip(t(claim.modality), `modality ${claim.modality}`), chip(claim.source && t("says", { name: claim.source })),
  chip(period(claim)), chip(claim.quantity), chip(claim.role && t("role", { role: claim.role })), chip(claim.place && t("place", { name: claim.place })),
  chip(t("confidence", { percent: `${Math.round(claim.confidence * 100)} %` }), "confidence", t("confidenceHint")));

const said = (claim) => [
  actorButton(claim.subject), el("span", { class: "relation" }, relationLabel(claim.predicate)),
  claim.object === null ? null : actorButton(claim.object)];

// below the name of the other actor, where there is one
const head = (claim) => el(state.selected?.kind === "node" && claim.object !== null ? "h4" : "h3", { class: "claim-head" }, said(claim));

const proof = (claim) => (claim.evidence.length ? evidence(claim) : el("p", { class: "faint" }, t("noEvidence")));

function card(claim) {
  const chosen = state.selected?.claim === claim.index;
  return el("article", { class: `claim${chosen ? " chosen" : ""}`, id: `claim-${claim.index}`, style: { "--line": lineColour(claim) } },
    head(claim), facts(claim), proof(claim));
}

// what one side says and another denies, side by side
function versus(claims) {
  const side = (list, words) => el("div", { class: "side" },
    el("p", { class: "section" }, words),
    list.map((claim) => el("div", {
      class: `statement${state.selected?.claim === claim.index ? " chosen" : ""}`, id: `claim-${claim.index}`, style: { "--line": lineColour(claim) },
    }, facts(claim), proof(claim))));
  const denied = claims.filter((c) => c.modality === "negated");
  return el("article", { class: "claim versus" },
    head(claims[0]),
    el("p", { class: "disputed" }, t("contradicted")),
    el("div", { class: "sides" }, side(claims.filter((c) => c.modality !== "negated"), t("sideSaid")), side(denied, t("sideDenied"))));
}

// cards, those that contradict each other in one
function cards(claims) {
  const groups = new Map();
  for (const claim of claims) {
    const key = claim.contradicted ? claim.same : claim.index;
    groups.set(key, [...groups.get(key) ?? [], claim]);
  }
  return longList([...groups.values()], (list) => (new Set(list.map((c) => c.modality === "negated")).size > 1 ? versus(list) : list.map(card)));
}

// ---- what the panel shows ----

// what the page is about: its title in full, the article if it is a single one, and what was read
function about() {
  const [only] = ARTICLES.length === 1 && DATA.read === 1 ? ARTICLES : [];
  const parts = only ? [only.publisher, only.published && day(only.published)].filter(Boolean) : [];
  const values = {
    articles: number(ARTICLES.length), read: number(DATA.read), silent: number(DATA.read - ARTICLES.length),
    claims: number(CLAIMS.length), allClaims: number(DATA.found),
  };
  const cut_ = DATA.found > CLAIMS.length;
  return [
    DATA.title ? el("p", { class: "about", dir: "auto" }, only?.title === DATA.title ? outside(only.url, DATA.title) : DATA.title) : null,
    parts.length ? el("p", { class: "faint", dir: "auto" }, parts.join(" · ")) : null,
    cut_ ? el("p", { class: "faint" }, t("foundOf", values)) : null,
    DATA.read > ARTICLES.length && !cut_ ? el("p", { class: "faint" }, t(DATA.read - ARTICLES.length === 1 ? "readOne" : "readOf", values)) : null,
  ].filter(Boolean);
}

function overview() {
  const rows = longList([...view.order].sort(byWeight), (id) => el("li", {},
    actorButton(id), el("span", { class: "amount", title: countClaims(NODES[id].weight) }, number(NODES[id].weight))),
  (list) => el("ul", { class: "actors" }, list), 100);
  return [
    el("h2", {}, t("overview")),
    ...about(),
    el("p", { class: "faint" }, `${t("overviewHint")} ${t("overviewCaution")}`),
    groupList(),
    el("h3", { class: "section" }, t("strongest")),
    rows,
  ].flat();
}

// the groups of a large graph, each to be opened
function groupList() {
  const large = GROUPS.map((members, group) => ({ group, size: members.length })).filter((g) => g.size > 3).slice(0, 12);
  if (NODES.length <= 60 || large.length < 2 || state.around || state.path || state.group !== null) return [];
  return [
    el("h3", { class: "section" }, t("groups")),
    el("ul", { class: "actors groups" }, large.map(({ group, size }) => el("li", {},
      el("button", { type: "button", class: "actor", dir: "auto", on: { click: () => openGroup(group) } }, groupName(group)),
      el("span", { class: "amount", title: t("groupSize", { n: number(size) }) }, number(size))))),
  ];
}

// what is said before what is denied, events before states, the strongest first
const telling = (a, b) => Number(a.modality === "negated") - Number(b.modality === "negated")
  || Number(a.relation.lasting) - Number(b.relation.lasting)
  || Math.abs(b.relation.score) - Math.abs(a.relation.score) || a.index - b.index;

// the way to a line without a pointer
function lineButton(id, other) {
  return el("button", { type: "button", class: "quiet line", on: { click: () => select({ kind: "bundle", id: bundleKey(id, other) }, { centre: true }) } },
    t("claimsWith", { name: NODES[other].label }));
}

function links(node) {
  const found = [
    node.wikidata ? outside(`https://www.wikidata.org/wiki/${node.wikidata}`, `Wikidata ${node.wikidata}`) : null,
    node.geonames ? outside(`https://www.geonames.org/${node.geonames}`, `GeoNames ${node.geonames}`) : null,
  ].filter(Boolean);
  return found.length ? el("p", { class: "links" }, found) : null;
}

function aboutNode(id) {
  const node = NODES[id];
  const claims = CLAIMS_OF[id].filter(claimPasses);
  const others = new Map();
  for (const claim of claims) {
    const other = claim.object === null ? id : claim.subject === id ? claim.object : claim.subject;
    if (!others.has(other)) others.set(other, []);
    others.get(other).push(claim);
  }
  const groups = [...others].sort((a, b) => b[1].length - a[1].length || byRank(a[0], b[0]));
  const aliases = (node.names ?? []).slice(0, 8); // what else texts call it is for the search only
  return [
    closeButton(),
    el("h2", { dir: "auto" }, typeIcon(node.type), node.label),
    el("p", { class: "faint" }, [t(`type:${node.type}`), node.country && `${t("actsFor")} ${node.country}`, countClaims(claims.length)].filter(Boolean).join(" · ")),
    aliases.length ? el("p", { class: "faint", dir: "auto" }, `${t("aliases")}: ${aliases.join(", ")}`) : null,
    links(node),
    reach(id),
    longList(groups, ([other, list]) => [
      other === id ? null : el("h3", { class: "section", dir: "auto" }, lineButton(id, other)),
      ...cards([...list].sort(telling)),
    ].flat(3), (rows) => rows.flat(4), 25),
  ].flat(5);
}

function aboutBundle(bundle) {
  const claims = bundle.claims.filter(claimPasses).sort(telling);
  return [
    closeButton(),
    el("h2", { dir: "auto" }, `${NODES[bundle.a].label} – ${NODES[bundle.b].label}`),
    el("p", { class: "faint" }, countClaims(claims.length)),
    ...cards(claims),
  ].flat(3);
}

function showPanel() {
  const chosen = state.selected;
  let parts = overview();
  if (chosen?.kind === "node") parts = aboutNode(chosen.id);
  else if (chosen) parts = aboutBundle(BUNDLE_BY_ID.get(chosen.id));
  panel.replaceChildren(...parts.filter(Boolean));
  panel.scrollTop = 0;
  document.body.dataset.selected = chosen ? chosen.kind : "";
  document.body.classList.toggle("has-versus", panel.querySelector(".versus") !== null);
  if (chosen?.claim !== undefined) document.getElementById(`claim-${chosen.claim}`)?.scrollIntoView({ block: "nearest" });
}
