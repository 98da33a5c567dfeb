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

  // how many pixels of a box are taken, its owner's own apart
  covered(box, owner = null) {
    const hit = new Map();
    for (const key of this.keys(box)) {
      for (const other of this.cells.get(key) ?? []) {
        if (other.owner === owner && owner !== null) continue;
        const [left, top, right, bottom] = other.box;
        const [wide, tall] = [Math.min(box[2], right) - Math.max(box[0], left), Math.min(box[3], bottom) - Math.max(box[1], top)];
        if (wide > 0 && tall > 0) hit.set(other, wide * tall);
      }
    }
    return [...hit.values()].reduce((sum, area) => sum + area, 0);
  }

  free(box, owner = null) {
    const [left, top, right, bottom] = box;
    for (let x = Math.floor(left / 80); x <= Math.floor(right / 80); x += 1) {
      for (let y = Math.floor(top / 80); y <= Math.floor(bottom / 80); y += 1) {
        for (const { box: other, owner: theirs } of this.cells.get(`${x},${y}`) ?? []) {
          if (left < other[2] && other[0] < right && top < other[3] && other[1] < bottom && (theirs === null || theirs !== owner)) return false;
        }
      }
    }
    return true;
  }

  add(box, owner = null) {
    const entry = { box, owner };
    for (const key of this.keys(box)) {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(entry);
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

// where a label may stand: below, above, right, left, then shifted and at the corners; for the strongest also farther away
function spotsAround(x, y, radius, w, h, { far, few }) {
  const level = y - h / 2;
  const around = (gap) => [[x, y + radius + gap], [x, y - radius - h - gap], [x + radius + w + gap, level], [x - radius - w - gap, level]];
  const shifted = (gap) => [0.55, -0.55, 0.85, -0.85].flatMap((share) => [[x + w * share, y + radius + gap], [x + w * share, y - radius - h - gap]]);
  const near = radius * 0.7 + 3;
  const corners = [[x + near + w, y + near], [x - near - w, y + near], [x + near + w, y - near - h], [x - near - w, y - near - h]];
  // the farther from what it names, the more lines must a spot spare
  return [[0, around(3)], ...(few ? [] : [[0.5, shifted(3)], [0.5, corners]]), ...(far ? [[1.5, around(10)], [2.5, shifted(10)], [4, around(18)]] : [])]
    .flatMap(([cost, points]) => points.map(([cx, top]) => ({ cx, top, cost, box: [cx - w, top, cx + w, top + h] })));
}

// the best of some spots: one that covers nothing and through which few lines run; null if there is none
function freeSpot(spots, id, taken, places) {
  let best = null;
  for (const spot of spots) {
    if (best !== null && spot.cost >= best.cost) break; // they come by their cost
    if (!taken.free(spot.box, id)) continue;
    const cost = spot.cost + linesThrough(id, spot.box, places);
    if (best === null || cost < best.cost) best = { ...spot, cost };
  }
  return best;
}

function nodeLabels(ctx, taken, places, scale) {
  const grow = Math.min(1.35, Math.max(1, Math.sqrt(scale)));
  const first = (id) => id === state.hover || (focus !== null && focus.has(id) && focus.size <= 30);
  // what is pointed at and what is chosen is named wherever it stands
  const forced = (id) => id === state.hover || (focus !== null && (state.selected.kind === "bundle" ? focus.has(id) : id === state.selected.id));
  const importance = (id) => Number(first(id)) + Number(forced(id));
  const strongest = view.strongest ??= [...view.order].sort(byWeight);
  const order = focus || state.hover !== null ? [...strongest].sort((a, b) => importance(b) - importance(a)) : strongest;
  const { clientWidth: wide, clientHeight: tall } = container; // asked once: asking costs
  const crowded = order.length > 100 || wide < 600;
  for (const [rank, id] of order.entries()) {
    if (!places[id]) continue;
    const [x, y] = places[id];
    if (x < -60 || y < -40 || x > wide + 60 || y > tall + 40) continue;
    if (focus && !focus.has(id)) continue;
    const share = Math.sqrt(NODES[id].weight / STRONGEST);
    const size = Math.round((11.5 + (crowded ? 2.5 : 4.5) * share) * grow);
    const extra = crowded && !focus && scale < 0.9 ? "" : besides(id);
    // in full, without what stands beside the name, and, where the strongest find no room, smaller
    const sets = [[size, extra], ...(extra ? [[size, ""]] : []), ...(rank < 12 && size > 11 ? [[11, ""]] : [])];
    const radius = drawnRadius(id, scale) * scale;
    const inside = ({ box }) => box[0] > 0 && box[1] > 0 && box[2] < wide && box[3] < tall;
    for (const [i, [high, words]] of sets.entries()) {
      const set = typeset(ctx, id, high, share, words);
      const spots = spotsAround(x, y, radius, set.w, set.h, { far: rank < 4 || forced(id), few: rank > 300 });
      const within = spots.filter(inside);
      let spot = freeSpot(within, id, taken, places);
      if (!spot && i === sets.length - 1 && (forced(id) || (rank < 3 && wide < 600))) {
        [spot] = (within.length ? within : spots).sort((a, b) => taken.covered(a.box, id) - taken.covered(b.box, id));
        // on a small screen the very strongest may hide a corner of a neighbour
        if (!forced(id) && taken.covered(spot.box, id) > 140) spot = null;
      }
      if (!spot) continue;
      taken.add(spot.box, id);
      written.push(Object.assign(spot.box, { id }));
      if (words) write(`500 ${set.small}px ${LABEL_FONT}`, [words], spot.cx, spot.top + set.name + 2, set.small, rgba(theme().conflict));
      write(set.font, set.rows, spot.cx, spot.top, set.height, theme().ink);
      break;
    }
  }
}

// a name and what is said beside it in a size: half its width, its height, and how it is written
function typeset(ctx, id, size, share, words) {
  const font = `${share > 0.55 ? 600 : 450} ${size}px ${LABEL_FONT}`;
  const { rows, width } = lines(NODES[id].label, font, size * 11);
  const height = Math.round(size * 1.16);
  const small = Math.max(11, Math.round(size * 0.68));
  const name = rows.length * height;
  if (!words) return { font, rows, height, small, name, w: width / 2 + 2, h: name };
  ctx.font = `500 ${small}px ${LABEL_FONT}`;
  return { font, rows, height, small, name, w: Math.max(width, ctx.measureText(words).width) / 2 + 2, h: name + small + 3 };
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
    const spots = [];
    for (const share of text === full ? [0.5, 0.4, 0.6] : [0.5]) {
      const [x, y] = along(id, places, from, to, share);
      // where the cross stands in the middle of a denied line, its words stand below or above it
      for (const shift of look.negated && share === 0.5 ? [8 + height / 2, -8 - height / 2] : [0]) {
        const top = y - height / 2 + shift;
        const box = [x - width / 2 - 2, top, x + width / 2 + 2, top + height];
        if (box[2] >= 0 && box[3] >= 0 && box[0] <= container.clientWidth && box[1] <= container.clientHeight) spots.push({ x, top, box });
      }
    }
    const spot = spots.find(({ box }) => taken.free(box)) ?? (forced ? spots[0] : undefined);
    if (!spot) continue;
    taken.add(spot.box);
    written.push(spot.box);
    write(font, rows, spot.x, spot.top, 13, colour);
    return;
  }
}

// denied lines are crossed; no label may hide that, so the crosses take their room first
function crosses(places, scale, wanted, taken) {
  if (wanted.length > 1200) return;
  const size = Math.min(5, Math.max(2.6, 5 * scale));
  for (const { id, from, to, claims } of wanted) {
    if (!claims.every((c) => c.modality === "negated")) continue;
    const [x, y] = along(id, places, from, to);
    marks.push({ x, y, size, colour: rgba(theme().negated) });
    taken.add([x - size - 1, y - size - 1, x + size + 1, y + size + 1]);
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

const zoomButtons = document.querySelector(".network-room .zoom");
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
    taken.add([px - radius, py - radius, px + radius, py + radius], id);
  }
  // the buttons lie over the drawing
  const [room, buttons] = [container, zoomButtons].map((part) => part.getBoundingClientRect());
  taken.add([buttons.left - room.left - 4, buttons.top - room.top - 4, buttons.right - room.left + 4, buttons.bottom - room.top + 4]);
  const edges = wantedEdges(places);
  crosses(places, scale, edges, taken);
  ctx.save(); // measured in pixels of the screen
  nodeLabels(ctx, taken, places, scale);
  ctx.restore();
  if (edges.length <= 1200) for (const edge of edges) edgeLabel(taken, places, edge);
}
