// Finding: boxes that suggest actors, one actor with those around it, the way between two, groups.

// a text box with a list of suggestions below it (the combobox pattern of ARIA)
function suggest(input, list, choose, { onEscape = () => {} } = {}) {
  let hits = [];
  let active = -1;
  const open = (wanted) => {
    list.hidden = !wanted;
    input.setAttribute("aria-expanded", String(wanted));
    if (wanted && active >= 0) input.setAttribute("aria-activedescendant", `${list.id}-${active}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const take = (id) => {
    input.value = "";
    open(false);
    choose(id);
  };
  const show = () => {
    hits = search(input.value);
    active = hits.length ? 0 : -1;
    const rows = hits.map((hit, i) => el("li", {
      role: "option", id: `${list.id}-${i}`, "aria-selected": String(i === active), dir: "auto",
      on: { mousedown: (event) => { event.preventDefault(); take(hit.id); } },
    }, typeIcon(NODES[hit.id].type), el("span", { class: "box-label" }, NODES[hit.id].label,
      hit.name === NODES[hit.id].label ? null : el("span", { class: "faint" }, ` ${hit.name}`)), el("span", { class: "amount" }, number(NODES[hit.id].weight))));
    const asked = input.value.trim() !== "";
    if (asked && !hits.length) rows.push(el("li", { class: "faint", role: "option", "aria-disabled": "true", "aria-selected": "false" }, t("nothing")));
    list.replaceChildren(...rows);
    open(asked);
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", () => { if (input.value) show(); });
  input.addEventListener("blur", () => open(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!hits.length) return;
      active = (active + (event.key === "ArrowDown" ? 1 : hits.length - 1)) % hits.length;
      list.querySelectorAll("[role=option]").forEach((row, i) => {
        row.setAttribute("aria-selected", String(i === active));
        if (i === active) row.scrollIntoView({ block: "nearest" });
      });
      open(true);
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) take(hits[active].id);
    else if (event.key === "Escape") {
      event.stopPropagation();
      input.value = "";
      open(false);
      onEscape();
    }
  });
}

const searchBox = document.getElementById("search");
suggest(searchBox, document.getElementById("found"), (id) => find(id), { onEscape: () => container.focus() });

// show an actor wherever it is: what hides it gives way
function find(id) {
  change(() => {
    if (!view.nodes.has(id)) {
      Object.assign(state, { path: null, around: null, group: null });
      if (!CLAIMS_OF[id].some(claimPasses)) Object.assign(state, { ...fresh(), amount: state.amount });
      if (!shown().nodes.has(id)) state.around = { id, steps: 1 };
    }
    state.selected = { kind: "node", id };
  });
  fit(state.around ? view.nodes : focus ?? view.nodes);
}

// ---- an actor and those around it ----

function lookAround(id, steps) {
  change(() => Object.assign(state, { around: id === null ? null : { id, steps }, path: null, group: null }));
  fit();
}

function wayTo(from, to) {
  change(() => Object.assign(state, { path: from === null ? null : { from, to }, around: null, group: null, selected: null }));
  fit();
}

function openGroup(group) {
  change(() => Object.assign(state, { group, around: null, path: null, selected: null }));
  fit();
}

// the tools of an actor in the panel
function reach(id) {
  const now = state.around?.id === id ? state.around.steps : 0;
  const step = (steps) => el("button", {
    type: "button", class: "step", "aria-pressed": String(now === steps), "aria-label": t(steps ? (steps === 1 ? "step" : "steps") : "wholeNetwork", { n: steps }),
    on: { click: (event) => {
      lookAround(steps ? id : null, steps);
      panel.querySelectorAll(".step")[steps]?.focus();
      event.preventDefault();
    } },
  }, steps ? String(steps) : t("all"));
  const input = el("input", {
    type: "search", id: "way", autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "false", "aria-controls": "way-found",
    "aria-autocomplete": "list", "aria-label": t("wayTo"), placeholder: t("wayTo"),
  });
  const list = el("ul", { id: "way-found", role: "listbox", "aria-label": t("found"), hidden: true });
  suggest(input, list, (to) => wayTo(id, to));
  return el("div", { class: "reach" },
    el("div", { role: "group", class: "steps", "aria-label": t("around") }, el("span", { class: "faint", "aria-hidden": "true" }, t("around")), [0, 1, 2, 3].map(step)),
    el("div", { class: "search" }, input, list));
}

// ---- what narrows the view, each to be taken away ----

function showChips() {
  const chips = [];
  const add = (words, alter) => chips.push(el("li", {}, el("button", {
    type: "button", dir: "auto", "aria-label": t("takeAway", { what: words }), on: { click: () => { change(alter); fit(); } },
  }, cut(words, 60), el("span", { "aria-hidden": "true" }, " ×"))));
  const { around, path } = state;
  if (around) add(t(around.steps === 1 ? "aroundOf1" : "aroundOf", { name: NODES[around.id].label, n: around.steps }), () => { state.around = null; });
  if (path) {
    const names = { a: NODES[path.from].label, b: NODES[path.to].label, n: view.steps.get(path.to) };
    add(t(view.steps.size ? "pathOf" : "noPath", names), () => { state.path = null; });
  }
  if (state.group !== null) add(t("groupOf", { names: groupName(state.group) }), () => { state.group = null; });
  if (state.source !== null) add(state.source === "" ? t("ownWords") : t("says", { name: state.source }), () => { state.source = null; });
  if (state.article !== null) add(`${t("article")}: ${articleName(state.article)}`, () => { state.article = null; });
  if (state.from || state.to) add(spanWords(), () => { state.from = state.to = null; });
  document.getElementById("chips").replaceChildren(...chips);
}
