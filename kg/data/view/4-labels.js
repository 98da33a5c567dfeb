// Labels as on a map: of one size on the screen, the most important first, none over another.

const labelContext = document.createElement("canvas").getContext("2d");
const LABEL_FONT = '"Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
const LONGEST = 48; // characters of a label on the canvas; the panel has all of them
const wrapped = new Map();
let written = []; // the boxes of all labels of the last drawing
const STRONGEST = Math.max(1, ...NODES.map((n) => n.weight));

const cut = (text, length) => {
  const signs = Array.from(text);
  return signs.length > length ? `${signs.slice(0, length - 1).join("")}…` : text;
};

// a text in at most two lines, with their width
function lines(text, font, limit) {
  const key = `${font}|${limit}|${text}`;
  if (wrapped.has(key)) return wrapped.get(key);
  labelContext.font = font;
  const width = (s) => labelContext.measureText(s).width;
  const short = cut(text.replace(/\s+/g, " ").trim(), LONGEST);
  let rows = [short];
  if (width(short) > limit) {
    const words = short.split(/(?<=[\s\-–])/);
    let best = [short, width(short)];
    for (let i = 1; i < words.length; i += 1) {
      const pair = [words.slice(0, i).join("").trim(), words.slice(i).join("").trim()];
      const widest = Math.max(...pair.map(width));
      if (widest < best[1]) best = [pair, widest];
    }
    rows = Array.isArray(best[0]) ? best[0] : [short];
  }
  const result = { rows, width: Math.max(...rows.map(width)) };
  wrapped.set(key, result);
  return result;
}

// rectangles that are taken, found by the cell of the screen they lie in
class Taken {
  constructor() { this.cells = new Map(); }

  *keys([left, top, right, bottom]) {
    for (let x = Math.floor(left / 80); x <= Math.floor(right / 80); x += 1) {
      for (let y = Math.floor(top / 80); y <= Math.floor(bottom / 80); y += 1) yield `${x},${y}`;
    }
  }

  // `strength`: nodes much weaker than the one that asks may be covered
  free(box, owner = null, strength = 0) {
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) ?? []) {
        if ((other.owner === owner && owner !== null) || other.strength < strength * 0.4) continue;
        const [left, top, right, bottom] = other.box;
        if (box[0] < right && left < box[2] && box[1] < bottom && top < box[3]) return false;
      }
    }
    return true;
  }

  add(box, owner = null, strength = Infinity) {
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push({ box, owner, strength });
    }
  }
}

// What is to be written is found first and painted then: while the picture is only pushed about, it is painted again.
let marks = [];

const write = (font, rows, x, y, height, colour) => marks.push({ font, rows, x, y, height, colour });

function paint(ctx, dx, dy) {
  ctx.lineJoin = "round";
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  for (const { font, rows, x, y, height, colour, size } of marks) {
    if (size) {
      cross(ctx, x + dx, y + dy, size, colour);
      continue;
    }
    ctx.font = font;
    ctx.lineWidth = 4;
    ctx.strokeStyle = theme().ground;
    ctx.fillStyle = colour;
    rows.forEach((row, i) => {
      ctx.strokeText(row, x + dx, y + dy + i * height);
      ctx.fillText(row, x + dx, y + dy + i * height);
    });
  }
}

// what a claim without an object says beside its actor: casualties
function besides(id) {
  const claim = CLAIMS_OF[id].find((c) => c.object === null && c.modality !== "negated" && claimPasses(c));
  return claim ? cut([relationLabel(claim.predicate), claim.quantity].filter(Boolean).join(": "), 34) : "";
}

// whether a line between two points touches a box (Liang and Barsky)
function touches([left, top, right, bottom], [ax, ay], [bx, by]) {
  let [from, to] = [0, 1];
  for (const [start, step, low, high] of [[ax, bx - ax, left, right], [ay, by - ay, top, bottom]]) {
    if (step === 0) {
      if (start < low || start > high) return false;
      continue;
    }
    const [one, two] = [(low - start) / step, (high - start) / step];
    from = Math.max(from, Math.min(one, two));
    to = Math.min(to, Math.max(one, two));
    if (from > to) return false;
  }
  return true;
}

// how many of an actor's own lines, whose arrowheads should be seen, run through a box
function linesThrough(id, box, places) {
  const bundles = BUNDLES_OF[id];
  if (bundles.length > 40) return 0;
  return bundles.filter((b) => view.bundles.has(b) && places[b.a] && places[b.b] && touches(box, places[b.a], places[b.b])).length;
}

function nodeLabels(ctx, taken, places, scale) {
  const grow = Math.min(1.35, Math.max(1, Math.sqrt(scale)));
  const forced = (id) => id === state.hover || (focus !== null && focus.has(id) && focus.size <= 30);
  const order = focus || state.hover !== null ? [...view.order].sort((a, b) => Number(forced(b)) - Number(forced(a))) : view.order;
  const crowded = order.length > 100 || container.clientWidth < 600;
  for (const id of order) {
    if (!places[id]) continue;
    const [x, y] = places[id];
    if (x < -60 || y < -40 || x > container.clientWidth + 60 || y > container.clientHeight + 40) continue;
    if (focus && !focus.has(id)) continue;
    const share = Math.sqrt(NODES[id].weight / STRONGEST);
    const size = Math.round((11.5 + (crowded ? 2.5 : 4.5) * share) * grow);
    const font = `${share > 0.55 ? 600 : 450} ${size}px ${LABEL_FONT}`;
    const { rows, width } = lines(NODES[id].label, font, size * 11);
    const height = Math.round(size * 1.16);
    const radius = drawnRadius(id, scale) * scale;
    const inside = ({ box }) => box[0] > 0 && box[1] > 0 && box[2] < container.clientWidth && box[3] < container.clientHeight;
    const small = Math.max(11, Math.round(size * 0.68));
    const extra = crowded && !focus && scale < 0.9 ? "" : besides(id);
    ctx.font = `500 ${small}px ${LABEL_FONT}`;
    const block = { w: width / 2 + 2, h: rows.length * height, extra: "" };
    const more = { w: Math.max(block.w, ctx.measureText(extra).width / 2 + 2), h: block.h + small + 3, extra };
    let spot = null;
    for (const { w, h, extra: words } of extra ? [more, block] : [block]) {
      const spots = [
        [x, y + radius + 3], [x, y - radius - h - 3], [x + radius + w + 3, y - h / 2], [x - radius - w - 3, y - h / 2],
      ].map(([cx, top]) => ({ cx, top, words, box: [cx - w, top, cx + w, top + h] }));
      for (const one of spots) one.lines = linesThrough(id, one.box, places);
      spots.sort((a, b) => a.lines - b.lines); // stable: below, above, right, left
      spot = spots.find((one) => inside(one) && taken.free(one.box, id, NODES[id].weight));
      if (!spot && forced(id)) spot = spots.find(inside) ?? spots[0];
      if (spot) break;
    }
    if (!spot) continue;
    taken.add(spot.box, id);
    written.push(spot.box);
    if (spot.words) write(`500 ${small}px ${LABEL_FONT}`, [spot.words], spot.cx, spot.top + block.h + 2, small, rgba(theme().conflict));
    write(font, rows, spot.cx, spot.top, height, theme().ink);
  }
}

// a point of a line, 0 at its start to 1 at its end, on the screen
function along(id, places, from, to, share = 0.5) {
  const point = network.body?.edges?.[id]?.edgeType?.getPoint?.(share);
  if (point) {
    const { x, y } = network.canvasToDOM(point);
    return [x, y];
  }
  return [0, 1].map((axis) => places[from][axis] + (places[to][axis] - places[from][axis]) * share);
}

function cross(ctx, x, y, size, colour) {
  for (const [style, width] of [[theme().ground, size + 1.5], [colour, Math.max(1.4, size * 0.45)]]) {
    ctx.strokeStyle = style;
    ctx.lineWidth = width;
    ctx.lineCap = "round";
    ctx.beginPath();
    ctx.moveTo(x - size, y - size);
    ctx.lineTo(x + size, y + size);
    ctx.moveTo(x + size, y - size);
    ctx.lineTo(x - size, y + size);
    ctx.stroke();
  }
}

function edgeLabel(taken, places, { id, from, to, claims, forced }) {
  const [ax, ay] = places[from];
  const [bx, by] = places[to];
  const long = Math.hypot(ax - bx, ay - by);
  if (long < 34) return;
  const look = lineLook(claims);
  const colour = look.lasting ? theme().faint : rgba(look.colour);
  // the most telling claim gives the words
  const [first] = [...claims].sort(telling);
  const kinds = new Set(claims.map((c) => c.predicate)).size;
  const full = cut(edgeWords(first), 40) + (kinds > 1 ? ` +${kinds - 1}` : "");
  for (const [text, weight] of [[full, 500], [claims.length > 1 ? String(claims.length) : "", 600]]) {
    if (!text) continue;
    const font = `${weight} 11px ${LABEL_FONT}`;
    const { rows, width } = lines(text, font, 110);
    const height = rows.length * 13;
    if (!forced && long < (text === full ? width * 0.75 + 40 : 34)) continue;
    for (const share of text === full ? [0.5, 0.4, 0.6] : [0.5]) {
      const [x, y] = along(id, places, from, to, share);
      const top = y - height / 2 + (look.negated && share === 0.5 ? 15 : 0);
      const box = [x - width / 2 - 2, top, x + width / 2 + 2, top + height];
      if (box[2] < 0 || box[3] < 0 || box[0] > container.clientWidth || box[1] > container.clientHeight) continue;
      if (!forced && !taken.free(box)) continue;
      taken.add(box);
      written.push(box);
      write(font, rows, x, top, 13, colour);
      return;
    }
  }
}

// denied lines are crossed, below all labels
function crosses(places, scale, wanted) {
  if (wanted.length > 1200) return;
  const size = Math.min(5, Math.max(2.6, 5 * scale));
  for (const { id, from, to, claims } of wanted) {
    if (!claims.every((c) => c.modality === "negated")) continue;
    const [x, y] = along(id, places, from, to);
    marks.push({ x, y, size, colour: rgba(theme().negated) });
  }
}

function wantedEdges(places) {
  const fanned = fannedBundle();
  const wanted = [];
  for (const [bundle, claims] of view.bundles) {
    if (outOfFocus(bundle) || !places[bundle.a] || !places[bundle.b]) continue;
    const forced = state.selected?.kind === "bundle";
    if (bundle === fanned) {
      for (const claim of claims) wanted.push({ id: `c${claim.index}`, from: bundle.a, to: bundle.b, claims: [claim], forced: false });
    } else wanted.push({ id: bundle.id, from: bundle.a, to: bundle.b, claims, forced });
  }
  return wanted.sort((p, q) => q.claims.length - p.claims.length);
}

let pushed = null; // {scale, x, y} at the start of pushing the picture about

// while the picture is pushed about, all keep their places in it
function push(on) {
  const { x, y } = network.canvasToDOM({ x: 0, y: 0 });
  pushed = on ? { scale: network.getScale(), x, y } : null;
}

function drawLabels(ctx) {
  const scale = network.getScale();
  const origin = network.canvasToDOM({ x: 0, y: 0 });
  const ratio = window.devicePixelRatio || 1;
  // where the picture stands: a point (x, y) of the data lies at (x * scale + left, y * scale + top)
  Object.assign(container.dataset, { scale: scale.toFixed(4), left: origin.x.toFixed(1), top: origin.y.toFixed(1) });
  const again = pushed?.scale === scale;
  if (!again) placeLabels(ctx, scale, origin);
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  paint(ctx, again ? origin.x - pushed.x : 0, again ? origin.y - pushed.y : 0);
  ctx.restore();
}

function placeLabels(ctx, scale, origin) {
  const places = {};
  const taken = new Taken();
  [marks, written] = [[], []];
  const positions = network.getPositions();
  for (const id of view.nodes) {
    if (!positions[id]) continue; // drawn while nodes come and go
    const { x, y } = positions[id];
    places[id] = [x * scale + origin.x, y * scale + origin.y];
    if (focus && !focus.has(id)) continue;
    const radius = drawnRadius(id, scale) * scale;
    const [px, py] = places[id];
    taken.add([px - radius, py - radius, px + radius, py + radius], id, NODES[id].weight);
  }
  const edges = wantedEdges(places);
  crosses(places, scale, edges);
  ctx.save(); // measured in pixels of the screen
  nodeLabels(ctx, taken, places, scale);
  ctx.restore();
  if (edges.length <= 1200) for (const edge of edges) edgeLabel(taken, places, edge);
}
