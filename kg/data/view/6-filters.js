// The legend that filters, and the key of the lines.

const filters = document.getElementById("filters");

function counts(key) {
  const found = new Map();
  for (const item of key === "type" ? NODES : CLAIMS) found.set(item[key], (found.get(item[key]) ?? 0) + 1);
  return found;
}

function toggle(set, values, on) {
  change(() => {
    for (const value of values) {
      if (on) set.add(value);
      else set.delete(value);
    }
  });
}

function checkbox(label, amount, icon, set, values) {
  const input = el("input", { type: "checkbox", on: { change: (event) => toggle(set, values, event.target.checked) } });
  const inside = values.filter((v) => set.has(v)).length;
  input.checked = inside > 0;
  input.indeterminate = inside > 0 && inside < values.length;
  return el("label", { class: "box" }, input, icon, el("span", { class: "box-label" }, label), el("span", { class: "amount" }, number(amount)));
}

function group(title, all, set, rows) {
  const only = el("button", {
    type: "button", class: "quiet", on: { click: () => toggle(set, all, set.size < all.length) },
  }, t("all"));
  return el("fieldset", {}, el("legend", {}, title, only), rows);
}

function typeGroup() {
  const found = counts("type");
  const known = TYPE_ORDER.filter((type) => found.has(type));
  const strange = [...found.keys()].filter((type) => !TYPE_ORDER.includes(type));
  const types = [...known, ...strange];
  return group(t("types"), types, state.types, types.map((type) => checkbox(t(`type:${type}`), found.get(type), typeIcon(type), state.types, [type])));
}

function relationGroup() {
  const found = counts("predicate");
  const names = [...found.keys()].sort((a, b) => relationLabel(a).localeCompare(relationLabel(b), state.language));
  const rows = CLASSES.map((kind) => {
    const mine = names.filter((name) => classOf(RELATIONS[name]) === kind);
    if (!mine.length) return null;
    const total = mine.reduce((sum, name) => sum + found.get(name), 0);
    const open = openDetails.has(kind);
    const details = el("details", { open, on: { toggle: (event) => (event.target.open ? openDetails.add(kind) : openDetails.delete(kind)) } },
      el("summary", { "aria-label": t(kind) }),
      mine.map((name) => checkbox(relationLabel(name), found.get(name), null, state.relations, [name])));
    return el("div", { class: "class" }, checkbox(t(kind), total, lineIcon(classColour(kind), { width: kind === "lasting" ? 1.5 : 3 }), state.relations, mine), details);
  });
  return group(t("classes"), names, state.relations, rows.filter(Boolean));
}
const openDetails = new Set();

function modalityGroup() {
  const found = counts("modality");
  const rows = MODALITIES.filter((m) => found.has(m)).map((m) => {
    const dashes = { reported: "8 5", planned: "2 4", alleged: "2 4" }[m] ?? "";
    return checkbox(t(m), found.get(m), lineIcon(m === "negated" ? theme().negated : theme().neutral, { dashes, crossed: m === "negated", width: 2.2 }), state.modalities, [m]);
  });
  return group(t("modalities"), MODALITIES, state.modalities, rows);
}

// one of many: sources, articles
function choice(title, key, options) {
  const box = el("select", {
    class: "choice", "aria-label": title,
    on: { change: (event) => change(() => { state[key] = event.target.value === "" ? null : options[Number(event.target.value)].value; }) },
  }, el("option", { value: "" }, t("every")), options.map(({ words, amount }, i) => el("option", { value: String(i) }, `${cut(words, 70)} (${number(amount)})`)));
  box.value = String(options.findIndex(({ value }) => value === state[key]));
  if (state[key] === null) box.value = "";
  return el("fieldset", {}, el("legend", {}, title), box);
}

const amounts = { source: new Map(), article: new Map() };
for (const claim of CLAIMS) {
  const name = claim.source ?? "";
  amounts.source.set(name, (amounts.source.get(name) ?? 0) + 1);
  for (const article of new Set(claim.evidence.map((e) => e.article))) {
    if (article >= 0) amounts.article.set(article, (amounts.article.get(article) ?? 0) + 1);
  }
}

function sourceGroup() {
  if (amounts.source.size < 2) return null;
  const options = [...amounts.source].sort((a, b) => Number(b[0] === "") - Number(a[0] === "") || b[1] - a[1] || a[0].localeCompare(b[0], state.language))
    .map(([value, amount]) => ({ value, amount, words: value === "" ? t("ownWords") : value }));
  return choice(t("sources"), "source", options);
}

function articleName(place) {
  const { title, id, published } = ARTICLES[place];
  return [published && day(published), title || id].filter(Boolean).join(": ");
}

function articleGroup() {
  if (ARTICLES.length < 2) return null;
  const options = [...amounts.article.keys()].sort((a, b) => b - a).map((value) => ({ value, amount: amounts.article.get(value), words: articleName(value) }));
  return choice(t("articles"), "article", options);
}

function amountGroup() {
  if (NODES.length <= 60) return null;
  const words = () => t("amountOf", { n: number(state.amount), all: number(NODES.length) });
  const out = el("output", { for: "amount" }, words());
  const input = el("input", {
    type: "range", id: "amount", min: 10, max: most(), step: 1, "aria-label": t("amount"),
    on: {
      input: (event) => {
        out.textContent = t("amountOf", { n: number(Number(event.target.value)), all: number(NODES.length) });
        change(() => { state.amount = Number(event.target.value); }, { merge: "amount", keepFilters: true });
      },
    },
  });
  input.value = String(state.amount);
  return el("fieldset", {}, el("legend", {}, t("amount")), input, out);
}

function showFilters() {
  const reset = el("button", { type: "button", class: "reset", on: { click: resetAll } }, t("reset"));
  filters.replaceChildren(...[typeGroup(), relationGroup(), modalityGroup(), sourceGroup(), articleGroup(), amountGroup(), reset].filter(Boolean));
}

function showKey() {
  if (!NODES.length) return;
  const { neutral, negated, conflict, cooperation } = theme();
  const line = (icon, words) => el("li", {}, icon, words);
  const scale = el("li", { class: "scale" }, el("span", {}, t("conflict")),
    el("span", { class: "ramp", style: { background: `linear-gradient(90deg, ${rgba(conflict)}, ${rgba(neutral)}, ${rgba(cooperation)})` } }),
    el("span", {}, t("cooperation")));
  const found = counts("modality");
  document.getElementById("key").replaceChildren(el("ul", {},
    scale,
    found.has("reported") ? line(lineIcon(neutral, { dashes: "8 5", width: 2.2 }), t("lineReported")) : "",
    found.has("planned") || found.has("alleged") ? line(lineIcon(neutral, { dashes: "2 4", width: 2.2 }), t("lineUncertain")) : "",
    found.has("negated") ? line(lineIcon(negated, { crossed: true, width: 2.2 }), t("lineNegated")) : ""));
}
