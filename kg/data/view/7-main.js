// Start, and what belongs to the whole page: language, theme, keys.

function showCount() {
  const whole = view.claims.length === CLAIMS.length;
  const values = {
    nodes: number(view.nodes.size), claims: number(view.claims.length), articles: number(ARTICLES.length),
    allNodes: number(NODES.length), allClaims: number(CLAIMS.length),
  };
  document.getElementById("count").textContent = t(whole ? "count" : "countPart", values);
  const empty = document.getElementById("empty");
  empty.hidden = view.nodes.size > 0;
  empty.textContent = NODES.length ? t("emptyFiltered") : t("empty");
  const note = document.getElementById("hidden-note");
  const hidden = NODES.length - state.amount;
  note.hidden = hidden <= 0 && !DATA.omitted;
  note.textContent = [
    hidden > 0 ? t("hiddenNote", { hidden: number(hidden) }) : "",
    DATA.omitted ? t("omittedNote", { omitted: number(DATA.omitted) }) : "",
  ].join(" ").trim();
}

function translate() {
  document.documentElement.lang = state.language;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-name]")) {
    node.setAttribute("aria-label", t(node.dataset.name));
    if (node.tagName === "BUTTON") node.title = t(node.dataset.name);
  }
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
  const other = state.language === "de" ? "EN" : "DE";
  document.getElementById("toggle-language").textContent = other;
}

// after every change of filters, language or theme
function changed({ keepFilters = false } = {}) {
  if (state.selected?.kind === "node" && !nodeAllowed(state.selected.id)) state.selected = null;
  redraw();
  if (state.selected?.kind === "bundle" && ![...view.bundles.keys()].some((b) => b.id === state.selected.id)) {
    state.selected = null;
    redraw();
  }
  showCount();
  showPanel();
  showKey();
  if (!keepFilters) {
    const at = [...filters.querySelectorAll("input, button, summary")].indexOf(document.activeElement);
    showFilters();
    if (at >= 0) filters.querySelectorAll("input, button, summary")[at]?.focus();
  }
}

document.getElementById("toggle-language").addEventListener("click", () => {
  state.language = state.language === "de" ? "en" : "de";
  translate();
  changed();
});
document.getElementById("toggle-theme").addEventListener("click", () => {
  state.theme = isDark() ? "light" : "dark";
  document.documentElement.dataset.theme = state.theme;
  changed();
});
darkWanted.addEventListener("change", () => changed());
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

const MOVES = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
container.addEventListener("keydown", (event) => {
  if (!network || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in MOVES) {
    const { x, y } = network.getViewPosition();
    const [dx, dy] = MOVES[event.key].map((step) => step / network.getScale());
    network.moveTo({ position: { x: x + dx, y: y + dy }, animation: false });
  } else if (event.key === "+") zoom(1.3);
  else if (event.key === "-") zoom(1 / 1.3);
  else if (event.key === "0") fit();
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement && event.target.type === "search";
  if (event.key === "Escape" && !typing) select(null);
  if (event.key === "/" && !typing) {
    event.preventDefault();
    searchBox.focus();
  }
});

const heading = document.querySelector(".bar-title");
heading.title = heading.textContent; // where it is cut
translate();
if (window.matchMedia("(max-width: 900px)").matches) {
  document.body.classList.add("filters-hidden");
  document.getElementById("toggle-filters").setAttribute("aria-expanded", "false");
}
if (NODES.length) draw();
else {
  document.body.classList.add("bare");
  document.body.dataset.state = "ready";
  document.body.dataset.nodes = "0";
  document.body.dataset.edges = "0";
}
changed();
