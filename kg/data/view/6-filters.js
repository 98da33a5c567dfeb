// The legend that filters, the key of the lines and the search box.

const filters = document.getElementById("filters");

function counts(key) {
  const found = new Map();
  for (const item of key === "type" ? NODES : CLAIMS) found.set(item[key], (found.get(item[key]) ?? 0) + 1);
  return found;
}

function toggle(set, values, on) {
  for (const value of values) {
    if (on) set.add(value);
    else set.delete(value);
  }
  changed();
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

function amountGroup() {
  if (NODES.length <= 60) return null;
  const words = () => t("amountOf", { n: number(state.amount), all: number(NODES.length) });
  const out = el("output", { for: "amount" }, words());
  const input = el("input", {
    type: "range", id: "amount", min: 10, max: NODES.length, step: 1, "aria-label": t("amount"),
    on: {
      input: (event) => {
        state.amount = Number(event.target.value);
        out.textContent = words();
        changed({ keepFilters: true });
      },
    },
  });
  input.value = String(state.amount);
  return el("fieldset", {}, el("legend", {}, t("amount")), input, out);
}

function showFilters() {
  const reset = el("button", { type: "button", class: "reset", on: { click: resetAll } }, t("reset"));
  filters.replaceChildren(...[typeGroup(), relationGroup(), modalityGroup(), amountGroup(), reset].filter(Boolean));
}

function resetAll() {
  state.types = new Set(NODES.map((n) => n.type));
  state.relations = new Set(Object.keys(RELATIONS));
  state.modalities = new Set(MODALITIES);
  state.amount = Math.min(NODES.length, DATA.drawn);
  state.selected = null;
  for (const id of visNodes.getIds()) visNodes.update({ id, x: NODES[id].x, y: NODES[id].y });
  changed();
  fit();
}

function showKey() {
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

// ---- search box ----

const searchBox = document.getElementById("search");
const foundList = document.getElementById("found");
let active = -1;

function showFound() {
  const hits = search(searchBox.value);
  const asked = searchBox.value.trim() !== "";
  active = hits.length ? 0 : -1;
  const rows = hits.map((hit, i) => el("li", {
    role: "option", id: `found-${i}`, "aria-selected": String(i === active), dir: "auto",
    on: { mousedown: (event) => { event.preventDefault(); choose(hit.id); } },
  }, typeIcon(NODES[hit.id].type), NODES[hit.id].label, hit.name === NODES[hit.id].label ? null : el("span", { class: "faint" }, ` ${hit.name}`)));
  if (asked && !hits.length) rows.push(el("li", { class: "faint" }, t("nothing")));
  foundList.replaceChildren(...rows);
  foundList.hits = hits;
  openFound(asked);
}

function openFound(open) {
  foundList.hidden = !open;
  searchBox.setAttribute("aria-expanded", String(open));
  if (open && active >= 0) searchBox.setAttribute("aria-activedescendant", `found-${active}`);
  else searchBox.removeAttribute("aria-activedescendant");
}

function choose(id) {
  searchBox.value = "";
  openFound(false);
  if (!view.nodes.has(id)) resetAll();
  if (PLACE_IN_RANK[id] >= state.amount) {
    state.amount = PLACE_IN_RANK[id] + 1;
    changed();
  }
  select({ kind: "node", id }, { centre: true });
}

searchBox.addEventListener("input", showFound);
searchBox.addEventListener("focus", () => { if (searchBox.value) showFound(); });
searchBox.addEventListener("blur", () => openFound(false));
searchBox.addEventListener("keydown", (event) => {
  const hits = foundList.hits ?? [];
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!hits.length) return;
    active = (active + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length;
    foundList.querySelectorAll("[role=option]").forEach((row, i) => row.setAttribute("aria-selected", String(i === active)));
    openFound(true);
  } else if (event.key === "Enter" && active >= 0 && !foundList.hidden) choose(hits[active].id);
  else if (event.key === "Escape") {
    searchBox.value = "";
    openFound(false);
    container.focus();
  }
});
