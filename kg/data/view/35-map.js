// The places on a map that is drawn from outlines in the file: pins where actors are and things happen, lines between them.

const WORLD = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const RADIANS = Math.PI / 180;
  const TOP = 83;
  const BOTTOM = -58;
  const [WEST, EAST] = [-172, 192]; // between Alaska and the Chukchi Peninsula
  const MOST = 250; // places drawn at once: the strongest of all, and the strongest of those that are in sight
  let room = null;
  let shapes = null;
  const camera = { x: 0, y: 0, scale: 1, fitted: false, picked: null };

  // ---- projection: Miller's, upright everywhere and less stretched than Mercator's; x and y in degrees of the equator ----

  function project(lat, lon) {
    const clipped = Math.max(-85, Math.min(85, lat));
    return [lon < WEST ? lon + 360 : lon, -(1.25 / RADIANS) * Math.log(Math.tan(Math.PI / 4 + 0.4 * clipped * RADIANS))];
  }

  // a packed line → points in degrees [lon, lat]
  function unpack(text, step) {
    const points = [];
    const at = [0, 0];
    let [shift, value, axis] = [0, 0, 0];
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i) - 63;
      value |= (code & 31) << shift;
      shift += 5;
      if (code & 32) continue;
      at[axis] += value & 1 ? ~(value >> 1) : value >> 1;
      if (axis) points.push([at[0] * step, at[1] * step]);
      [shift, value, axis] = [0, 0, 1 - axis];
    }
    return points;
  }

  // entity id → outline as the d of an SVG path
  function outlines() {
    if (shapes || !DATA.world) return shapes ?? new Map();
    const arcs = DATA.world.arcs.map((text) => unpack(text, DATA.world.step));
    const ring = (numbers) => {
      const points = numbers.flatMap((n) => (n >= 0 ? arcs[n] : [...arcs[~n]].reverse()));
      let turn = 0; // what crosses the line of the date goes on beyond it
      const unrolled = points.map(([lon, lat], i) => {
        if (i && Math.abs(lon - points[i - 1][0]) > 180) turn += lon < points[i - 1][0] ? 360 : -360;
        return [lon + turn, lat];
      });
      const [west, east] = [Math.min(...unrolled.map((p) => p[0])), Math.max(...unrolled.map((p) => p[0]))];
      const home = east < WEST + 5 ? 360 : west > EAST ? -360 : 0;
      return `M${unrolled.map(([lon, lat]) => project(lat, lon + home).map((v) => v.toFixed(2)).join(" ")).join("L")}Z`;
    };
    shapes = new Map(Object.entries(DATA.world.countries).map(([id, polygons]) => [id, polygons.flat().map(ring).join("")]));
    shapes.delete("Antarktis"); // its southern edge is no coast
    return shapes;
  }

  // ---- what stands where ----

  const OTHERS = new Map((DATA.others ?? []).map((other) => [other.id, other]));
  const NUMBER = new Map(NODES.map((node, id) => [node.id, id]));
  const located = (thing) => thing && typeof thing.lat === "number" && typeof thing.lon === "number";
  const known = (id) => (NUMBER.has(id) ? NODES[NUMBER.get(id)] : OTHERS.get(id));

  // the thing with a place that an actor stands at: itself, or the state that it belongs to
  function seat(id) {
    const node = NODES[id];
    if (located(node)) return node;
    const country = known(node.countryId);
    return located(country) ? country : null;
  }

  function gather(seen) {
    const places = new Map(); // id → {thing, actors, claims, here}
    const at = (thing) => places.get(thing.id) ?? places.set(thing.id, { thing, actors: new Set(), claims: new Set(), here: [] }).get(thing.id);
    const lines = new Map();
    const without = new Set();
    const claims = seen.all ?? seen.claims;
    for (const claim of claims) {
      const ends = claim.object === null ? [claim.subject] : [claim.subject, claim.object];
      const seats = ends.map((id) => {
        const thing = seat(id);
        if (!thing) {
          without.add(id);
          return null;
        }
        const place = at(thing);
        place.actors.add(id);
        place.claims.add(claim);
        return thing;
      });
      const scene = known(claim.placeId);
      if (located(scene)) {
        at(scene).here.push(claim);
        at(scene).claims.add(claim);
      }
      if (seats.length === 2 && seats[0] && seats[1] && seats[0] !== seats[1]) {
        const key = seats.map((thing) => thing.id).sort().join("\n");
        const line = lines.get(key) ?? lines.set(key, { a: seats[0], b: seats[1], claims: [] }).get(key);
        line.claims.push(claim);
      }
    }
    const ranked = [...places.values()].sort((a, b) => b.claims.size - a.claims.size || (a.thing.label < b.thing.label ? -1 : 1));
    return { places: ranked, without, lines: [...lines.values()] };
  }

  // what is drawn: nearer to the ground those show themselves for whom there was no room before
  function drawn(found) {
    if (found.places.length <= MOST) return { ...found, left: 0 };
    const insight = found.places.filter((place) => {
      const [x, y] = screen(project(place.thing.lat, place.thing.lon));
      return x > 0 && y > 0 && x < room.width && y < room.height;
    });
    const kept = new Set([...found.places.slice(0, MOST), ...insight.slice(0, MOST)]);
    const ids = new Set([...kept].map((place) => place.thing.id));
    return {
      ...found, places: found.places.filter((place) => kept.has(place)), left: insight.filter((place) => !kept.has(place)).length,
      lines: found.lines.filter((line) => ids.has(line.a.id) && ids.has(line.b.id)),
    };
  }

  // ---- drawing ----

  const screen = ([x, y]) => [(x - camera.x) * camera.scale + room.width / 2, (y - camera.y) * camera.scale + room.height / 2];

  function fitAll(found) {
    const points = found.places.map((p) => project(p.thing.lat, p.thing.lon));
    const far = (values) => [Math.min(...values), Math.max(...values)];
    const [left, right] = far(points.map((p) => p[0]));
    const [top, bottom] = far(points.map((p) => p[1]));
    camera.x = (left + right) / 2;
    camera.y = (top + bottom) / 2;
    camera.scale = Math.min((room.width - 130) / Math.max(right - left, 14), (room.height - 110) / Math.max(bottom - top, 10));
    limit();
  }

  const CEILING = project(TOP, 0)[1];
  const FLOOR = project(BOTTOM, 0)[1];

  function limit() {
    const least = Math.min(room.width / (EAST - WEST), room.height / (FLOOR - CEILING));
    camera.scale = Math.max(least, Math.min(camera.scale, 400));
    const [halfX, halfY] = [room.width / 2 / camera.scale, room.height / 2 / camera.scale];
    const hold = (value, low, high) => (low > high ? (low + high) / 2 : Math.max(low, Math.min(high, value)));
    camera.x = hold(camera.x, WEST + halfX, EAST - halfX);
    camera.y = hold(camera.y, CEILING + halfY, FLOOR - halfY);
  }

  const pen = document.createElement("canvas").getContext("2d");
  // small where there are many, so that neighbours stay apart
  const radius = (place) => (room.found.places.length > 25 ? 2.4 + 1.25 * Math.log2(1 + place.claims.size) : 4 + 2.4 * Math.log2(1 + place.claims.size))
    * (place.thing.type === "Country" ? 1 : 0.85);

  // a name beside its pin where there is room for it, the strongest first
  function labels(found) {
    const taken = found.places.map((place) => {
      const [x, y] = screen(project(place.thing.lat, place.thing.lon));
      const r = radius(place);
      return { left: x - r, right: x + r, top: y - r, bottom: y + r };
    });
    const [frame_, tools] = [room.surface, room.tools].map((part) => part.getBoundingClientRect());
    taken.push({ left: tools.left - frame_.left - 4, right: tools.right - frame_.left + 4, top: tools.top - frame_.top - 4, bottom: tools.bottom - frame_.top + 4 });
    for (const line of found.lines) {
      if (!lineLook(line.claims).negated) continue; // no name may hide its cross
      const [x, y] = curve(line.a, line.b).middle;
      taken.push({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 });
    }
    const names = [];
    const apart = (box, o) => box.right < o.left || box.left > o.right || box.bottom < o.top || box.top > o.bottom;
    const free = (box, others) => box.left > 2 && box.right < room.width - 2 && box.top > 2 && box.bottom < room.height - 2 && others.every((o) => apart(box, o));
    const placed = [];
    pen.font = `500 12.5px ${getComputedStyle(document.body).fontFamily}`;
    found.places.slice(0, 90).forEach((place, rank) => {
      const [x, y] = screen(project(place.thing.lat, place.thing.lon));
      if (x < 0 || y < 0 || x > room.width || y > room.height) return;
      const r = radius(place) + 3;
      const words = place.thing.label.length > 30 ? `${place.thing.label.slice(0, 29)}…` : place.thing.label;
      const wide = pen.measureText(words).width + 3;
      const tries = [
        { x: x + r, y: y + 4, anchor: "start", left: x + r }, { x: x - r, y: y + 4, anchor: "end", left: x - r - wide },
        { x, y: y + r + 11, anchor: "middle", left: x - wide / 2 }, { x, y: y - r - 2, anchor: "middle", left: x - wide / 2 },
      ];
      const boxes = tries.map((option) => ({ ...option, right: option.left + wide, top: option.y - 11, bottom: option.y + 3 }));
      // the strongest are named even where a pin lies below their name
      const box = boxes.find((b) => free(b, [...taken, ...names])) ?? (rank < 12 ? boxes.find((b) => free(b, [...taken.slice(found.places.length), ...names])) : undefined);
      if (!box) return;
      names.push(box);
      placed.push({ ...box, text: words });
    });
    return placed;
  }

  function curve(a, b) {
    const [ax, ay] = screen(project(a.lat, a.lon));
    const [bx, by] = screen(project(b.lat, b.lon));
    const [mx, my] = [(ax + bx) / 2 - (by - ay) * 0.14, (ay + by) / 2 + (bx - ax) * 0.14];
    return { d: `M${ax.toFixed(1)} ${ay.toFixed(1)}Q${mx.toFixed(1)} ${my.toFixed(1)} ${bx.toFixed(1)} ${by.toFixed(1)}`, middle: [(ax + bx + 2 * mx) / 4, (ay + by + 2 * my) / 4] };
  }

  const cross = ([x, y]) => `M${x - 4} ${y - 4}L${x + 4} ${y + 4}M${x + 4} ${y - 4}L${x - 4} ${y + 4}`;
  const lineWords = (line) => `${line.a.label} – ${line.b.label}: ${countClaims(line.claims.length)}`;

  const isPicked = (place) => camera.picked === place.thing.id
    || (state.selected?.kind === "node" && place.actors.has(state.selected.id) && NODES[state.selected.id].id === place.thing.id);

  // the picture as plain shapes, for the page and for files
  function scene(all) {
    const found = drawn(all);
    const marks = [];
    const shade = new Map(found.places.filter((p) => p.thing.type === "Country" || outlines().has(p.thing.id)).map((p) => [p.thing.id, p]));
    const strongest = Math.max(1, ...found.places.map((p) => p.claims.size));
    for (const [id, d] of outlines()) {
      const place = shade.get(id);
      const strength = place ? 0.16 + 0.34 * Math.sqrt(place.claims.size / strongest) : 0;
      marks.push({ kind: "land", d, id: place ? id : null, strength, colour: nodeColour("Country") });
    }
    for (const line of [...found.lines].sort((a, b) => a.claims.length - b.claims.length)) {
      const look = lineLook(line.claims);
      marks.push({ kind: "line", ...curve(line.a, line.b), line, look });
    }
    for (const place of [...found.places].reverse()) {
      const [x, y] = screen(project(place.thing.lat, place.thing.lon));
      marks.push({ kind: "pin", x, y, r: radius(place), place, colour: nodeColour(place.thing.type), picked: isPicked(place) });
    }
    for (const label of labels(found)) marks.push({ kind: "label", ...label });
    return marks;
  }

  // where the outlines lie on the screen: their origin, scale, and how much of the height they take
  function frame() {
    const at = screen([0, 0]);
    return { at, zoom: camera.scale, top: Math.max(0, screen([0, CEILING])[1]), bottom: Math.min(room.height, screen([0, FLOOR])[1]) };
  }

  function landShift() {
    const { at, zoom } = frame();
    return `translate(${at[0]} ${at[1]}) scale(${zoom})`;
  }

  function paint() {
    if (!room?.width) return;
    const { ink, ground } = theme();
    const land = svg("g", { transform: landShift() });
    const over = document.createDocumentFragment();
    const left = drawn(room.found).left;
    const words = left ? t("mapLeft", { n: number(left) }) : "";
    if (room.left.textContent !== words) room.left.textContent = words;
    for (const mark of scene(room.found)) {
      if (mark.kind === "land") {
        const path = svg("path", { d: mark.d, class: "land", "vector-effect": "non-scaling-stroke" });
        if (mark.id !== null) {
          path.setAttribute("fill", mark.colour);
          path.setAttribute("fill-opacity", mark.strength.toFixed(2));
          path.classList.add("involved");
        }
        land.append(path);
      } else if (mark.kind === "line") {
        const { look } = mark;
        const colour = rgba(look.colour, 0.8);
        const dashes = look.dashes ? look.dashes.join(" ") : "none";
        const group = svg("g", { class: "map-line" }, svg("path", { d: mark.d, fill: "none", stroke: "transparent", "stroke-width": 12 }),
          svg("path", { d: mark.d, fill: "none", stroke: colour, "stroke-width": look.width.toFixed(1), "stroke-dasharray": dashes, "stroke-linecap": "round" }));
        if (look.negated) {
          group.append(svg("path", { d: cross(mark.middle), stroke: colour, "stroke-width": 2 }));
        }
        const words = svg("title", {});
        words.textContent = lineWords(mark.line);
        group.append(words);
        group.addEventListener("click", () => pickLine(mark.line));
        over.append(group);
      } else if (mark.kind === "pin") {
        const pin = svg("circle", {
          cx: mark.x.toFixed(1), cy: mark.y.toFixed(1), r: mark.r.toFixed(1), fill: mark.colour, stroke: mark.picked ? ink : ground,
          "stroke-width": mark.picked ? 2.5 : 1.5, class: "pin", "data-place": mark.place.thing.id,
        });
        const words = svg("title", {});
        words.textContent = placeWords(mark.place);
        pin.append(words);
        pin.addEventListener("click", () => pick(mark.place.thing.id));
        over.append(pin);
      } else {
        const text = svg("text", { x: mark.x.toFixed(1), y: mark.y.toFixed(1), "text-anchor": mark.anchor, class: "map-name" });
        text.textContent = mark.text;
        over.append(text);
      }
    }
    room.drawing.replaceChildren(land, over);
  }

  // ---- the list beside the map: its twin for keyboard and screen reader ----

  const placeWords = (place) => t(place.claims.size === 1 ? "mapPlaceOne" : "mapPlace", { name: place.thing.label, n: number(place.claims.size) });

  function pick(id) {
    camera.picked = id;
    const node = NUMBER.get(id);
    if (node !== undefined && view.nodes.has(node)) select({ kind: "node", id: node });
    else fill();
    room.side.scrollTop = 0;
  }

  function pickLine(line) {
    const [claim] = [...line.claims].sort(telling);
    selectClaim(claim);
  }

  const claimRow = (claim) => el("li", {}, el("button", { type: "button", class: "cell-button", dir: "auto", on: { click: () => selectClaim(claim) } },
    `${NODES[claim.subject].label} ${relationLabel(claim.predicate)}${claim.object === null ? "" : ` ${NODES[claim.object].label}`}`,
    period(claim) ? el("span", { class: "faint" }, ` ${period(claim)}`) : null));

  function list() {
    const place = room.found.places.find((p) => p.thing.id === camera.picked);
    if (!place) {
      return [
        el("h3", { class: "section" }, t("mapPlaces")),
        ...longList(room.found.places, (p) => el("li", {},
          el("button", { type: "button", class: "actor", dir: "auto", "aria-label": placeWords(p), on: { click: () => pick(p.thing.id) } }, typeIcon(p.thing.type), p.thing.label),
          el("span", { class: "amount", "aria-hidden": "true" }, number(p.claims.size))), (rows) => el("ol", { class: "actors" }, rows), MOST),
      ];
    }
    const actors = [...place.actors].filter((id) => NODES[id].id !== place.thing.id).sort((a, b) => PLACE_IN_RANK[a] - PLACE_IN_RANK[b]);
    const url = place.thing.geonames ? `https://www.geonames.org/${place.thing.geonames}` : null;
    return [
      el("button", { type: "button", class: "quiet", on: { click: () => {
        camera.picked = null;
        fill();
      } } }, `‹ ${t("mapBack")}`),
      el("h3", { class: "map-place", dir: "auto" }, typeIcon(place.thing.type), place.thing.label),
      url ? el("p", { class: "faint" }, outside(url, `GeoNames ${place.thing.geonames}`)) : null,
      place.here.length ? [el("h4", { class: "section" }, t("mapHere")), el("ul", { class: "map-claims" }, [...place.here].sort(telling).map(claimRow))] : null,
      actors.length ? [el("h4", { class: "section" }, t("mapActorsHere")), el("ul", { class: "map-claims" }, actors.map((id) => el("li", {},
        el("button", { type: "button", class: "actor", dir: "auto", on: { click: () => select({ kind: "node", id }) } }, typeIcon(NODES[id].type), NODES[id].label))))] : null,
    ].flat(2);
  }

  function fill() {
    room.found = gather(view);
    room.empty.hidden = room.found.places.length > 0;
    room.note.textContent = [room.found.without.size ? t("mapWithout", { n: number(room.found.without.size) }) : ""].join(" ");
    room.side.replaceChildren(...(room.found.places.length ? list() : []).filter(Boolean));
    if (!camera.fitted && room.width && room.found.places.length) {
      fitAll(room.found);
      camera.fitted = true;
    }
    paint();
  }

  // ---- moving ----

  function zoomAt(factor, x = room.width / 2, y = room.height / 2) {
    const before = [(x - room.width / 2) / camera.scale + camera.x, (y - room.height / 2) / camera.scale + camera.y];
    camera.scale *= factor;
    limit();
    camera.x = before[0] - (x - room.width / 2) / camera.scale;
    camera.y = before[1] - (y - room.height / 2) / camera.scale;
    limit();
    paint();
  }

  function shift(dx, dy) {
    camera.x -= dx / camera.scale;
    camera.y -= dy / camera.scale;
    limit();
    paint();
  }

  function fitAgain() {
    if (room.found.places.length) fitAll(room.found);
    paint();
  }

  // fingers and the mouse alike: one moves, two zoom
  function listen(surface) {
    const fingers = new Map();
    let gap = 0;
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return Math.hypot(a.x - b.x, a.y - b.y);
    };
    surface.addEventListener("pointerdown", (event) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY, far: 0 });
      if (fingers.size === 2) gap = spread();
    });
    surface.addEventListener("pointermove", (event) => {
      const finger = fingers.get(event.pointerId);
      if (!finger) return;
      const [dx, dy] = [event.clientX - finger.x, event.clientY - finger.y];
      finger.far += Math.abs(dx) + Math.abs(dy);
      Object.assign(finger, { x: event.clientX, y: event.clientY });
      if (fingers.size === 1) {
        if (finger.far > 4) {
          surface.setPointerCapture(event.pointerId); // not before: a click must reach what lies under it
          shift(dx, dy);
        }
      } else if (fingers.size === 2) {
        const now = spread();
        const box = surface.getBoundingClientRect();
        const [a, b] = [...fingers.values()];
        if (gap > 0) zoomAt(now / gap, (a.x + b.x) / 2 - box.left, (a.y + b.y) / 2 - box.top);
        gap = now;
      }
    });
    for (const end of ["pointerup", "pointercancel", "pointerleave"]) surface.addEventListener(end, (event) => fingers.delete(event.pointerId));
    surface.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = surface.getBoundingClientRect();
      zoomAt(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.clientX - box.left, event.clientY - box.top);
    }, { passive: false });
    surface.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
      if (steps[event.key]) shift(...steps[event.key]);
      else if (event.key === "+") zoomAt(1.4);
      else if (event.key === "-") zoomAt(1 / 1.4);
      else if (event.key === "0") fitAgain();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  function show(element) {
    const drawing = document.createElementNS(NS, "svg");
    drawing.setAttribute("class", "map-drawing");
    drawing.setAttribute("aria-hidden", "true");
    const surface = el("div", { class: "map-surface", tabindex: "0", role: "application", "aria-label": t("mapLabel"), "aria-describedby": "keys" }, drawing);
    const tool = (name, sign, run) => el("button", { type: "button", "aria-label": t(name), title: t(name), on: { click: run } }, el("span", { "aria-hidden": "true" }, sign));
    const tools = el("div", { class: "zoom", role: "group", "aria-label": t("zoom") },
      tool("zoomIn", "+", () => zoomAt(1.4)), tool("zoomOut", "−", () => zoomAt(1 / 1.4)), tool("zoomFit", "⤢", fitAgain));
    const side = el("div", { class: "map-side", role: "region", "aria-label": t("mapPlaces"), tabindex: "0" });
    const empty = el("p", { class: "view-empty" }, t("mapNothing"));
    const [note, left] = [el("span", { role: "status" }), el("span", { role: "status" })];
    room = { element, surface, drawing, tools, side, empty, note, left, width: 0, height: 0, found: { places: [], lines: [], without: new Set() } };
    element.replaceChildren(el("div", { class: "map-room" }, el("div", { class: "map-frame" }, surface, tools, empty), side),
      el("p", { class: "view-foot faint" }, el("span", {}, t("mapHint"), " ", t("mapSource"), " ", note, " ", left)));
    listen(surface);
    measure();
    fill();
  }

  function measure() {
    const [width, height] = [room.surface.clientWidth, room.surface.clientHeight];
    if (width === room.width && height === room.height) return false;
    if (room.width && camera.fitted) camera.scale *= width / room.width;
    Object.assign(room, { width, height });
    room.drawing.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (width) limit();
    return true;
  }

  let spoken = null;
  const resized = new ResizeObserver(() => { if (room?.element.isConnected && room.surface.clientWidth && measure()) fill(); });
  addView({
    id: "map",
    label: "viewMap",
    available: () => Boolean(DATA.world) && (NODES.some(located) || [...OTHERS.values()].some(located)),
    show(element) {
      spoken = state.language;
      show(element);
      resized.observe(room.surface);
    },
    update() {
      if (spoken === state.language) fill();
      else this.show(room.element);
    },
    hide() { resized.disconnect(); },
  });

  return { project, unpack, outlines, gather, scene, frame, cross, size: () => [room.width, room.height], found: () => room?.found };
})();
