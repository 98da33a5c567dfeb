// Start, and what belongs to the whole page: language, theme, keys.

const heading = document.querySelector(".bar-title");

function showCount() {
  // the drawing leaves out the weaker actors, the other views do not
  const seen = state.view === "network" ? view : { claims: view.all, nodes: actorsOf(view.all) };
  const whole = seen.claims.length === CLAIMS.length;
  const values = {
    nodes: number(seen.nodes.size), claims: number(seen.claims.length), articles: number(ARTICLES.length),
    allNodes: number(NODES.length), allClaims: number(DATA.found), read: number(DATA.read),
  };
  const all = DATA.read > ARTICLES.length ? "countOf" : ARTICLES.length === 1 ? "countOne" : "count";
  const words = t(whole && DATA.found === CLAIMS.length ? all : "countPart", values);
  const count = document.getElementById("count");
  if (count.textContent !== words) count.textContent = words;
  const empty = document.getElementById("empty");
  empty.hidden = view.nodes.size > 0;
  empty.textContent = !NODES.length ? t("empty") : state.path ? t("emptyPath") : t("emptyFiltered");
  const note = document.getElementById("hidden-note");
  const hidden = state.view === "network" ? view.hidden : 0; // the other views show all
  note.hidden = hidden <= 0 && !DATA.omitted;
  const hint = [
    hidden > 0 ? t(hidden === 1 ? "hiddenOne" : "hiddenNote", { hidden: number(hidden) }) : "",
    DATA.omitted ? t("omittedNote", { omitted: number(DATA.omitted) }) : "",
  ].join(" ").trim();
  if (note.textContent !== hint) note.textContent = hint;
}

function translate() {
  document.documentElement.lang = state.language;
  if (!DATA.title) document.title = heading.textContent = t("title");
  heading.title = heading.textContent; // where it is cut
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-name]")) {
    node.setAttribute("aria-label", t(node.dataset.name));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.name);
  }
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
  const other = state.language === "de" ? "EN" : "DE";
  document.getElementById("toggle-language").textContent = other;
}

document.getElementById("toggle-language").addEventListener("click", () => {
  change(() => { state.language = state.language === "de" ? "en" : "de"; });
});
document.getElementById("toggle-theme").addEventListener("click", () => {
  change(() => { state.theme = isDark() ? "light" : "dark"; });
});
document.getElementById("undo").addEventListener("click", undo);
darkWanted.addEventListener("change", () => refresh());
document.getElementById("toggle-filters").addEventListener("click", (event) => {
  const open = document.body.classList.toggle("filters-hidden");
  event.currentTarget.setAttribute("aria-expanded", String(!open));
});

function zoom(factor) {
  if (!network) return;
  network.moveTo({ scale: Math.min(8, Math.max(0.02, network.getScale() * factor)), animation: false });
  thicken();
}
document.getElementById("zoom-in").addEventListener("click", () => zoom(1.3));
document.getElementById("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
document.getElementById("zoom-fit").addEventListener("click", () => fit());

window.addEventListener("resize", fillRoom);

// ---- keys ----

const MOVES = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };

// the next actor, or the next line of the chosen actor, so that the drawing can be walked through
function walk(step) {
  if (!view.order.length) return;
  const at = state.selected?.kind === "node" ? view.order.indexOf(state.selected.id) : -1;
  const next = at < 0 ? (step > 0 ? 0 : view.order.length - 1) : (at + step + view.order.length) % view.order.length;
  select({ kind: "node", id: view.order[next] }, { centre: true });
}

let walked = null; // the actor whose lines are walked through
function walkLines(step) {
  const { selected } = state;
  if (selected?.kind === "node") walked = selected.id;
  const lines = walked === null ? [] : BUNDLES_OF[walked].filter((b) => view.bundles.has(b));
  if (!lines.length) return;
  const at = lines.findIndex((b) => b.id === selected?.id);
  select({ kind: "bundle", id: lines[at < 0 ? 0 : (at + step + lines.length) % lines.length].id }, { centre: true });
}

const KEYS = {
  "+": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: () => fit(),
  n: () => walk(1), p: () => walk(-1), l: () => walkLines(1), Enter: () => panel.focus(),
  1: () => stepsAround(1), 2: () => stepsAround(2), 3: () => stepsAround(3),
};
const stepsAround = (steps) => { if (state.selected?.kind === "node") lookAround(state.selected.id, steps); };

container.addEventListener("keydown", (event) => {
  if (!network || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) {
    const { x, y } = network.getViewPosition();
    const [dx, dy] = MOVES[event.key].map((step) => step / network.getScale());
    network.moveTo({ position: { x: x + dx, y: y + dy }, animation: false });
  } else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type !== "checkbox" && event.target.type !== "range";
  if (typing) return;
  if (event.key === "Escape" && state.selected) select(null);
  else if (event.key === "/") searchBox.focus();
  else if (event.key === "z" && (event.ctrlKey || event.metaKey)) undo();
  else return;
  event.preventDefault();
});

// ---- start ----

if (window.matchMedia("(max-width: 900px)").matches) {
  document.body.classList.add("filters-hidden");
  document.getElementById("toggle-filters").setAttribute("aria-expanded", "false");
}
restore(window.location.hash.slice(1));
if (NODES.length) draw();
else {
  document.body.classList.add("bare");
  Object.assign(document.body.dataset, { state: "ready", nodes: "0", edges: "0" });
}
refresh();
if (NODES.length) {
  fit(state.selected && !state.around && !state.path ? focus : view.nodes);
  // for whoever checks the page: where the labels stand that are seen first
  network.once("afterDrawing", () => {
    container.dataset.labels = JSON.stringify(written.map((box) => box.map(Math.round)));
    container.dataset.named = JSON.stringify(written.filter((box) => "id" in box).map(({ id }) => NODES[id].label));
    container.dataset.crosses = JSON.stringify(marks.filter((mark) => mark.size).map(({ x, y }) => [x, y].map(Math.round)));
  });
  network.redraw();
  window.requestIdleCallback?.(indexed);
}
