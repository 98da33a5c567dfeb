// The drawing: vis-network holds nodes and lines, their positions come from Python.

const PATHS = Object.fromEntries(Object.entries(OUTLINES).map(([name, outline]) => [name, new Path2D(outline)]));
const container = document.getElementById("network");
const visNodes = new vis.DataSet();
const visEdges = new vis.DataSet();
let network = null;
let view = shown();
let spots = places(view); // where every actor stands
let thickness = 1; // of lines: about the same on the screen at every zoom
let focus = null; // ids of the nodes that a selection leaves bright

// far out nodes do not shrink below what can be seen and hit
const least = () => (view.nodes.size > 600 ? 2.6 : view.nodes.size > 60 && container.clientWidth < 600 ? 3.4 : 4.5);
const drawnRadius = (id, scale) => Math.max(NODES[id].radius, least() / scale);

function nodeRenderer({ ctx, id, x, y }) {
  const node = NODES[id];
  const radius = drawnRadius(id, network ? network.getScale() : 1);
  const path = PATHS[typeLook(node.type)[0]];
  const selected = state.selected?.kind === "node" && state.selected.id === id;
  return {
    drawNode() {
      ctx.save();
      ctx.globalAlpha = focus && !focus.has(id) ? 0.16 : 1;
      ctx.translate(x, y);
      ctx.scale(radius, radius);
      if (selected || state.hover === id) {
        ctx.lineWidth = 0.62;
        ctx.strokeStyle = rgba(theme().cooperation, selected ? 0.5 : 0.25);
        ctx.stroke(path);
      }
      ctx.lineWidth = 0.22;
      ctx.strokeStyle = theme().border;
      ctx.stroke(path);
      ctx.fillStyle = nodeColour(node.type);
      ctx.fill(path);
      ctx.restore();
    },
    nodeDimensions: { width: radius * 2, height: radius * 2 },
  };
}

function edgeColour(look, faded) {
  const alpha = faded ? 0.07 : view.bundles.size > 1200 ? 0.35 : look.lasting ? 0.75 : 0.85;
  const colour = rgba(look.colour, alpha);
  return { color: colour, highlight: rgba(look.colour, 1), hover: rgba(look.colour, 1), inherit: false };
}

// vis-network makes an arrowhead 15 times its factor plus three line widths long: here about the same for every line
const arrow = (enabled, width) => ({ enabled, scaleFactor: thickness * Math.max(0.15, (11.5 - 1.8 * width) / 15), type: "arrow" });

function arrows(bundle, claims, width) {
  const ways = { to: false, from: false };
  for (const claim of claims) {
    if (claim.relation.symmetric) continue;
    ways[claim.subject === bundle.a ? "to" : "from"] = true;
  }
  return { to: arrow(ways.to, width), from: arrow(ways.from, width) };
}

const outOfFocus = (bundle) => {
  if (!state.selected) return false;
  if (state.selected.kind === "node") return bundle.a !== state.selected.id && bundle.b !== state.selected.id;
  return bundle.id !== state.selected.id;
};

function bundleEdge(bundle, claims) {
  const look = lineLook(claims);
  return {
    id: bundle.id, from: bundle.a, to: bundle.b, width: look.width * thickness, dashes: look.dashes && look.dashes.map((d) => d * thickness),
    color: edgeColour(look, outOfFocus(bundle)), arrows: arrows(bundle, claims, look.width), smooth: false,
  };
}

// the claims of a chosen line, each on a curve of its own
function fan(bundle, claims) {
  const step = Math.min(0.2, 1 / claims.length);
  return claims.map((claim, place) => {
    const look = lineLook([claim]);
    const offset = (place - (claims.length - 1) / 2) * step;
    const clockwise = (claim.subject === bundle.a) === offset > 0;
    const chosen = state.selected.claim === claim.index;
    return {
      id: `c${claim.index}`, from: claim.subject, to: claim.object, width: (chosen ? 4 : 2) * thickness, dashes: look.dashes && look.dashes.map((d) => d * thickness),
      color: edgeColour(look, false), arrows: { to: arrow(!claim.relation.symmetric, 2) },
      smooth: offset === 0 ? false : { enabled: true, type: clockwise ? "curvedCW" : "curvedCCW", roundness: Math.abs(offset) },
    };
  });
}

function fannedBundle() {
  if (state.selected?.kind !== "bundle") return null;
  const bundle = BUNDLE_BY_ID.get(state.selected.id);
  return (view.bundles.get(bundle)?.length ?? 0) > 1 ? bundle : null;
}

// give vis-network what is new or has changed, and nothing else: it works through all that it is told
const told = new Map();

function sync(dataset, wanted) {
  const keep = new Set(wanted.map((item) => item.id));
  const gone = dataset.getIds().filter((id) => !keep.has(id));
  for (const id of gone) told.delete(id);
  if (gone.length) dataset.remove(gone);
  const changed = [];
  for (const item of wanted) {
    const text = JSON.stringify(item);
    if (told.get(item.id) === text) continue;
    told.set(item.id, text);
    changed.push(item);
  }
  if (changed.length) dataset.update(changed);
}

// what stands bright while something is chosen
function inFocus() {
  if (!state.selected) return null;
  const bright = new Set();
  if (state.selected.kind === "node") {
    bright.add(state.selected.id);
    for (const bundle of BUNDLES_OF[state.selected.id]) if (view.bundles.has(bundle)) bright.add(bundle.a).add(bundle.b);
  } else {
    const bundle = BUNDLE_BY_ID.get(state.selected.id);
    bright.add(bundle.a).add(bundle.b);
  }
  return bright;
}

// bring the drawing in line with the state; whether actors stand elsewhere now
function redraw() {
  view = shown();
  const before = spots;
  spots = places(view);
  focus = inFocus();
  let moved = false;
  sync(visNodes, view.order.map((id) => {
    const [x, y] = spots.get(id);
    const old = before.get(id);
    moved ||= old !== undefined && (old[0] !== x || old[1] !== y);
    return { id, x, y };
  }));
  drawLines();
  return moved;
}

function drawLines() {
  const fanned = fannedBundle();
  const edges = [];
  for (const [bundle, claims] of view.bundles) {
    if (bundle === fanned) edges.push(...fan(bundle, claims));
    else edges.push(bundleEdge(bundle, claims));
  }
  sync(visEdges, edges);
  Object.assign(document.body.dataset, { nodes: visNodes.length, edges: visEdges.length });
  network?.redraw();
}

// the drawing fills its room to whole pixels, or it would be blurred, and at once: vis-network looks only now and then
function fillRoom() {
  const room = document.getElementById("network-room").getBoundingClientRect();
  if (!room.width || !network) return;
  const [left, top] = [Math.ceil(room.left) - room.left, Math.ceil(room.top) - room.top];
  const edges = { left, top, width: Math.floor(room.width - left), height: Math.floor(room.height - top) };
  const before = container.getAttribute("style");
  for (const [name, value] of Object.entries(edges)) container.style.setProperty(name, `${value}px`);
  if (container.getAttribute("style") === before) return;
  network.setSize("100%", "100%");
  network.redraw();
}

// show some nodes, or everything that the filters leave, labels included
function fit(ids = view.nodes) {
  if (!network || !ids.size) return;
  const places = Object.values(network.getPositions([...ids]));
  const [xs, ys] = [places.map((p) => p.x), places.map((p) => p.y)];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [width, height] = [container.clientWidth, container.clientHeight];
  const scale = Math.min((width - Math.min(150, width * 0.25)) / (right - left + 40), (height - Math.min(80, height * 0.2)) / (bottom - top + 40), 1.25);
  network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: Math.max(scale, 0.02), animation: false });
  thicken();
}

function thicken() {
  const wanted = Math.min(4, Math.max(0.7, 0.85 / network.getScale()));
  if (Math.abs(wanted / thickness - 1) < 0.15) return;
  thickness = wanted;
  drawLines();
}

function draw() {
  const edgesMany = BUNDLES.length > 1500;
  redraw(); // before there is a network: it reads all at once
  network = new vis.Network(container, { nodes: visNodes, edges: visEdges }, {
    autoResize: true,
    physics: false,
    layout: { improvedLayout: false },
    nodes: { shape: "custom", ctxRenderer: nodeRenderer, label: undefined, chosen: false },
    edges: { smooth: false, chosen: { edge: (values) => { values.width += 1; }, label: false }, hoverWidth: 0, selectionWidth: 0 },
    interaction: {
      hover: true, tooltipDelay: 1e9, selectConnectedEdges: false, multiselect: false, keyboard: false,
      hideEdgesOnDrag: edgesMany, hideEdgesOnZoom: edgesMany, zoomSpeed: 0.7,
    },
  });
  for (const frame of container.querySelectorAll("[tabindex]")) if (frame !== container) frame.tabIndex = -1;
  network.on("click", ({ nodes, edges }) => {
    if (nodes.length) select({ kind: "node", id: nodes[0] });
    else if (edges.length) selectEdge(edges[0]);
    else select(null);
  });
  network.on("doubleClick", ({ nodes }) => {
    if (nodes.length) lookAround(nodes[0], 1);
  });
  const hover = (id) => {
    state.hover = id;
    container.style.cursor = id === null ? "" : "pointer";
  };
  network.on("hoverNode", ({ node, event }) => {
    hover(node);
    showTip(event, [NODES[node].label, t(`type:${NODES[node].type}`)]);
  });
  network.on("blurNode", () => {
    hover(null);
    showTip(null);
  });
  network.on("hoverEdge", ({ edge, event }) => {
    container.style.cursor = "pointer";
    showTip(event, tipWords(edge));
  });
  network.on("blurEdge", () => {
    container.style.cursor = "";
    showTip(null);
  });
  network.on("dragStart", ({ nodes }) => {
    showTip(null);
    push(nodes.length === 0);
  });
  network.on("dragEnd", () => {
    push(false);
    network.redraw();
  });
  network.on("zoom", thicken);
  network.on("afterDrawing", drawLabels);
  network.once("afterDrawing", () => {
    document.body.dataset.state = "ready";
  });
  network.redraw();
}

// ---- a word beside the pointer; the panel says the same to those who use none ----

const tip = document.getElementById("tip");

function tipWords(edge) {
  const claims = edge.startsWith("c") ? [CLAIMS[Number(edge.slice(1))]] : [...view.bundles.get(BUNDLE_BY_ID.get(edge)) ?? []];
  const rows = claims.sort(telling).slice(0, 4).map((c) => cut(sentence(c), 90));
  return claims.length > 4 ? [...rows, t("more", { n: number(claims.length - 4) })] : rows;
}

const sentence = (c) => [NODES[c.subject].label, edgeWords(c), c.object === null ? c.quantity : NODES[c.object].label].filter(Boolean).join(" ")
  + (c.modality === "asserted" ? "" : ` (${t(c.modality)})`);

function showTip(event, words = []) {
  tip.hidden = !event || !words.length;
  if (tip.hidden) return;
  tip.replaceChildren(...words.map((word, i) => el(i || words.length > 2 ? "span" : "strong", { dir: "auto" }, word)));
  const box = container.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  tip.style.setProperty("left", `${Math.max(4, Math.min(x + 14, box.width - tip.offsetWidth - 8))}px`);
  tip.style.setProperty("top", `${y + 18 + tip.offsetHeight > box.height ? y - tip.offsetHeight - 12 : y + 18}px`);
}

// ---- choosing ----

function selectEdge(id) {
  if (id.startsWith("b")) select({ kind: "bundle", id });
  else selectClaim(CLAIMS[Number(id.slice(1))]);
}

function select(selected, { centre = false } = {}) {
  network?.unselectAll();
  change(() => { state.selected = selected; }, { keepFilters: true });
  if (centre && network && state.selected) fit(new Set([...focus].filter((id) => view.nodes.has(id))));
}

// opens the panel at a claim, also where its line is not drawn
function selectClaim(claim) {
  if (claim.bundle) select({ kind: "bundle", id: claim.bundle.id, claim: claim.index });
  else select({ kind: "node", id: claim.subject, claim: claim.index });
}

// for exports: what is drawn, in the units of the canvas
function drawnNetwork() {
  const at = network ? network.getPositions() : {};
  return {
    nodes: view.order.map((id) => ({
      id, x: at[id]?.x ?? spots.get(id)[0], y: at[id]?.y ?? spots.get(id)[1], radius: NODES[id].radius, label: NODES[id].label,
      type: NODES[id].type, colour: nodeColour(NODES[id].type), outline: OUTLINES[typeLook(NODES[id].type)[0]],
    })),
    lines: [...view.bundles].map(([bundle, claims]) => ({ from: bundle.a, to: bundle.b, claims, look: lineLook(claims), bundle })),
  };
}
const pictureCanvas = () => container.querySelector("canvas");
