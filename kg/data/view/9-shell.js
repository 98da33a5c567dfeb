// Room for other views of the same data (tabs above the drawing) and for exports (a menu in the top bar).

const VIEWS = [];
const EXPORTS = [];
const tabs = document.getElementById("views");
const stage = document.getElementById("stage");
const exportMenu = document.getElementById("exports");
const exportButton = document.getElementById("toggle-exports");

// `view`: {id, label, available?, show(element), update(selection), hide?}
function addView(added) {
  VIEWS.push(added);
}

// `item`: {id, label, available?, run()}
function addExport(item) {
  EXPORTS.push(item);
}

function openView(id) {
  change(() => { state.view = id; });
}

addView({ id: "network", label: "viewNetwork", show() {}, update() {} });

let open = null;
function showViews() {
  const there = VIEWS.filter((v) => v.available?.() ?? true);
  tabs.hidden = there.length < 2;
  if (!there.some((v) => v.id === state.view)) state.view = "network";
  const had = tabs.contains(document.activeElement);
  tabs.replaceChildren(...there.map((v) => el("button", {
    type: "button", role: "tab", id: `tab-${v.id}`, "aria-selected": String(v.id === state.view), "aria-controls": v.id === "network" ? "network-room" : `view-${v.id}`,
    tabindex: v.id === state.view ? 0 : -1, on: { click: () => openView(v.id), keydown: (event) => nextTab(event, there) },
  }, t(v.label))));
  if (had) document.getElementById(`tab-${state.view}`)?.focus();
  for (const v of there) {
    if (v.id === "network") continue;
    if (!document.getElementById(`view-${v.id}`)) {
      stage.append(el("div", { class: "view-panel", id: `view-${v.id}`, role: "tabpanel", "aria-labelledby": `tab-${v.id}`, tabindex: "0", hidden: true }));
    }
  }
  document.getElementById("network-room").hidden = state.view !== "network";
  if (open !== state.view) {
    VIEWS.find((v) => v.id === open)?.hide?.();
    for (const panel_ of stage.querySelectorAll(".view-panel")) panel_.hidden = panel_.id !== `view-${state.view}`;
    open = state.view;
    document.body.dataset.view = open;
    const current = VIEWS.find((v) => v.id === open);
    if (open !== "network") current.show(document.getElementById(`view-${open}`));
  }
  if (open !== "network") VIEWS.find((v) => v.id === open).update(view);
  else network?.redraw();
  showExports();
}

function nextTab(event, there) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = there.findIndex((v) => v.id === state.view);
  openView(there[(at + step + there.length) % there.length].id);
}

// ---- exports ----

function showExports() {
  const there = EXPORTS.filter((e) => e.available?.() ?? true);
  exportButton.hidden = there.length === 0 || NODES.length === 0;
  exportMenu.replaceChildren(...there.map((item) => el("li", { role: "none" }, el("button", {
    type: "button", role: "menuitem", tabindex: "-1", on: { click: () => { openExports(false); item.run(); } },
  }, t(item.label)))));
}

function openExports(wanted) {
  exportMenu.hidden = !wanted;
  exportButton.setAttribute("aria-expanded", String(wanted));
  if (wanted) exportMenu.querySelector("button")?.focus();
}

exportButton.addEventListener("click", () => openExports(exportMenu.hidden));
exportMenu.addEventListener("focusout", (event) => {
  if (!exportMenu.contains(event.relatedTarget) && event.relatedTarget !== exportButton) openExports(false);
});
exportMenu.addEventListener("keydown", (event) => {
  const items = [...exportMenu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape") {
    openExports(false);
    exportButton.focus();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") items[(at + (event.key === "ArrowDown" ? 1 : items.length - 1)) % items.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
});

// hand a file to the reader
function download(name, type, content) {
  const blob = content instanceof Blob ? content : new Blob([content], { type });
  const url = URL.createObjectURL(blob);
  const link = el("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(url), 60000);
}
