// Every change goes through here: it can be undone, stands in the address after #, and is told to all views.

const past = [];
const listeners = [];
let lastMerge = { key: null, at: 0 };

const onChange = (listener) => listeners.push(listener);

// ---- the state as text ----

function writeSet(query, key, all, set) {
  if (all.every((value) => set.has(value))) return;
  const on = all.filter((value) => set.has(value));
  if (on.length && on.length <= all.length / 2) for (const value of on) query.append(`${key}+`, value);
  else for (const value of all) if (!set.has(value)) query.append(`${key}-`, value);
}

function readSet(query, key, all) {
  const [on, off] = [query.getAll(`${key}+`), new Set(query.getAll(`${key}-`))];
  return new Set(all.filter((value) => (on.length ? on.includes(value) : !off.has(value))));
}

function fragment() {
  const query = new URLSearchParams();
  const { selected, around, path } = state;
  if (state.view !== "network") query.set("view", state.view);
  writeSet(query, "type", TYPES_HERE, state.types);
  writeSet(query, "relation", RELATIONS_HERE, state.relations);
  writeSet(query, "modality", MODALITIES, state.modalities);
  if (state.source !== null) query.set("source", state.source);
  if (state.article !== null) query.set("article", ARTICLES[state.article].id);
  if (state.from) query.set("from", state.from);
  if (state.to) query.set("to", state.to);
  if (state.group !== null) query.set("group", NODES[GROUPS[state.group][0]].id);
  if (around) {
    query.set("around", NODES[around.id].id);
    query.set("steps", around.steps);
  }
  if (path) for (const id of [path.from, path.to]) query.append("path", NODES[id].id);
  if (state.amount !== fresh().amount) query.set("amount", state.amount);
  if (selected?.kind === "node") query.set("node", NODES[selected.id].id);
  else if (selected) for (const end of ["a", "b"]) query.append("line", NODES[BUNDLE_BY_ID.get(selected.id)[end]].id);
  if (selected?.claim !== undefined) query.set("claim", CLAIMS[selected.claim].id);
  if (state.language !== SPOKEN) query.set("lang", state.language);
  if (state.theme !== "auto") query.set("theme", state.theme);
  return query.toString();
}

// what a text names and this graph does not have is left out
function restore(text) {
  const query = new URLSearchParams(text);
  const node = (id) => NODE_BY_ID.get(id) ?? null;
  const iso = (value) => (value && /^\d{4}-\d\d-\d\d$/.test(value) ? value : null);
  const next = fresh();
  next.types = readSet(query, "type", TYPES_HERE);
  next.relations = readSet(query, "relation", RELATIONS_HERE);
  next.modalities = readSet(query, "modality", MODALITIES);
  next.source = query.has("source") ? query.get("source") : null;
  const article = ARTICLES.findIndex((a) => a.id === query.get("article"));
  next.article = article < 0 ? null : article;
  [next.from, next.to] = [iso(query.get("from")), iso(query.get("to"))];
  if (query.has("group") && node(query.get("group")) !== null) next.group = NODES[node(query.get("group"))].community;
  const around = node(query.get("around"));
  if (around !== null) next.around = { id: around, steps: Math.min(3, Math.max(1, Number.parseInt(query.get("steps"), 10) || 1)) };
  const path = query.getAll("path").map(node).filter((id) => id !== null);
  if (path.length === 2) next.path = { from: path[0], to: path[1] };
  const amount = Number.parseInt(query.get("amount"), 10);
  if (amount > 0) next.amount = Math.min(amount, most());
  const [chosen, line] = [node(query.get("node")), query.getAll("line").map(node)];
  const claim = query.has("claim") ? CLAIMS.find((c) => c.id === query.get("claim"))?.index : undefined;
  if (chosen !== null) next.selected = { kind: "node", id: chosen };
  else if (line.length === 2 && BUNDLE_BY_ID.has(bundleKey(...line))) next.selected = { kind: "bundle", id: bundleKey(...line) };
  if (next.selected && claim !== undefined) next.selected.claim = claim;
  next.language = speaks(query.get("lang")) ? query.get("lang") : SPOKEN;
  next.theme = ["light", "dark"].includes(query.get("theme")) ? query.get("theme") : "auto";
  next.view = query.get("view") && VIEWS.some((v) => v.id === query.get("view")) ? query.get("view") : "network";
  Object.assign(state, next);
}

// most actors that are ever drawn at once
const most = () => Math.min(NODES.length, DATA.placed);

let shared = true; // a page inside another one (srcdoc) has no address of its own
function writeAddress(text) {
  if (!shared) return;
  try {
    if (window.location.protocol === "about:") throw new Error("no address");
    window.history.replaceState(null, "", `#${text}`);
  } catch {
    shared = false;
  }
}

// ---- changes ----

// `merge`: changes with the same key that follow each other quickly are undone at once
function change(alter, { merge = null, keepFilters = false } = {}) {
  const before = fragment();
  alter();
  const now = performance.now();
  const after = fragment();
  const goesOn = merge !== null && merge === lastMerge.key && now - lastMerge.at < 1500;
  if (after !== before && !goesOn) past.push(before);
  if (past.length > 300) past.shift();
  lastMerge = { key: merge, at: now };
  refresh({ keepFilters });
}

function undo() {
  if (!past.length) return;
  restore(past.pop());
  lastMerge.key = null;
  refresh();
  fit();
}

// all filters, focus and choice as at the start; language and theme stay
function resetAll() {
  change(() => Object.assign(state, fresh()));
  for (const id of visNodes.getIds()) visNodes.update({ id, x: spots.get(id)[0], y: spots.get(id)[1] });
  fit();
}

function setTime(from, to, options = {}) {
  change(() => Object.assign(state, { from, to }), options);
}

// bring everything in line with the state
function refresh({ keepFilters = false } = {}) {
  const { selected } = state;
  if (selected?.kind === "node" && !CLAIMS_OF[selected.id].some(claimPasses)) state.selected = null;
  if (selected?.kind === "bundle" && !BUNDLE_BY_ID.get(selected.id).claims.some(claimPasses)) state.selected = null;
  document.documentElement.dataset.theme = state.theme;
  const moved = redraw();
  translate();
  showCount();
  showChips();
  showPanel();
  showKey();
  showTime();
  showViews();
  if (!keepFilters) {
    const all = () => [...filters.querySelectorAll("input, button, summary, select")];
    const at = all().indexOf(document.activeElement);
    showFilters();
    if (at >= 0) all()[at]?.focus();
  }
  document.getElementById("undo").disabled = past.length === 0;
  writeAddress(fragment());
  fillRoom();
  if (moved) fit();
  for (const listener of listeners) listener(view);
}

window.addEventListener("hashchange", () => {
  const text = window.location.hash.slice(1);
  if (text === fragment()) return;
  past.push(fragment());
  restore(text);
  refresh();
  fit();
});
