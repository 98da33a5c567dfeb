// The network, or the map where it is open, as a picture: shapes first, then written as SVG or painted as PNG.

const PICTURE = (() => {
  const FONT = '"Inter", "Segoe UI", "Helvetica Neue", "Liberation Sans", Arial, sans-serif';
  const LARGEST = 8000; // pixels of a side of a PNG
  const WIDEST = 2200; // that a network is drawn, if its nodes keep their distance
  const WORDED = 120; // lines up to which each says what it stands for
  const pen = document.createElement("canvas").getContext("2d");
  const wide = (text, size, weight = 400) => {
    pen.font = `${weight} ${size}px ${FONT}`;
    return pen.measureText(text).width;
  };
  const short = (text) => (text.length > 44 ? `${text.slice(0, 43)}…` : text);

  // ---- shapes: {kind: "path", d, at, scale, fill, stroke, width, dashes, alpha} and {kind: "text", x, y, text, size, weight, anchor, fill, halo} ----

  const path = (d, look) => ({ kind: "path", d, at: [0, 0], scale: 1, ...look });
  const text = (x, y, words, look) => ({ kind: "text", x, y, text: words, size: 13, weight: 400, anchor: "start", fill: theme().ink, ...look });
  const n = (value) => String(Math.round(value * 10) / 10);

  function arrow([x, y], angle, size, colour) {
    const tip = (turn) => `${n(x - size * Math.cos(angle + turn))} ${n(y - size * Math.sin(angle + turn))}`;
    return path(`M${n(x)} ${n(y)}L${tip(0.42)}L${tip(-0.42)}Z`, { fill: colour });
  }

  function lineShapes(line, nodes) {
    const [a, b] = [nodes.get(line.from), nodes.get(line.to)];
    const long = Math.hypot(b.x - a.x, b.y - a.y);
    if (long < 1) return [];
    const [ux, uy] = [(b.x - a.x) / long, (b.y - a.y) / long];
    const ways = { to: false, from: false };
    for (const claim of line.claims) if (!claim.relation.symmetric) ways[claim.subject === line.from ? "to" : "from"] = true;
    const colour = rgba(line.look.colour);
    const start = a.radius + (ways.from ? 4 : 0);
    const end = b.radius + (ways.to ? 4 : 0);
    const from = [a.x + ux * start, a.y + uy * start];
    const to = [b.x - ux * end, b.y - uy * end];
    const shapes = [path(`M${n(from[0])} ${n(from[1])}L${n(to[0])} ${n(to[1])}`, {
      stroke: colour, width: line.look.width, dashes: line.look.dashes || null, alpha: line.look.lasting ? 0.75 : 0.9,
    })];
    const angle = Math.atan2(uy, ux);
    if (ways.to) shapes.push(arrow([b.x - ux * (b.radius + 1), b.y - uy * (b.radius + 1)], angle, 9 + line.look.width, colour));
    if (ways.from) shapes.push(arrow([a.x + ux * (a.radius + 1), a.y + uy * (a.radius + 1)], angle + Math.PI, 9 + line.look.width, colour));
    if (line.look.negated) {
      const [x, y] = [(a.x + b.x) / 2, (a.y + b.y) / 2];
      shapes.push(path(`M${n(x - 5)} ${n(y - 5)}L${n(x + 5)} ${n(y + 5)}M${n(x + 5)} ${n(y - 5)}L${n(x - 5)} ${n(y + 5)}`, { stroke: colour, width: 2.2 }));
    }
    return shapes;
  }

  const overlap = (box, o) => box.right > o.left && box.left < o.right && box.bottom > o.top && box.top < o.bottom;

  // whether a line runs through a box (Liang and Barsky)
  function crosses(box, [x, y, dx, dy]) {
    let [from, to] = [0, 1];
    for (const [way, room_] of [[-dx, x - box.left], [dx, box.right - x], [-dy, y - box.top], [dy, box.bottom - y]]) {
      if (way === 0) {
        if (room_ < 0) return false;
      } else if (way < 0) from = Math.max(from, room_ / way);
      else to = Math.min(to, room_ / way);
    }
    return from <= to;
  }

  // names beside their nodes where the fewest lines run, the larger first; one that fits nowhere is left out
  function names(nodes, segments, crossed) {
    const taken = [
      ...nodes.map((node) => ({ left: node.x - node.radius, right: node.x + node.radius, top: node.y - node.radius, bottom: node.y + node.radius })),
      ...crossed.map(([x, y]) => ({ left: x - 7, right: x + 7, top: y - 7, bottom: y + 7 })),
    ];
    const found = [];
    for (const node of [...nodes].sort((a, b) => b.radius - a.radius)) {
      const words = short(node.label);
      const w = wide(words, 13, 500) + 4;
      const { x, y, radius: r } = node;
      const tries = [
        [x, y + r + 15, "middle", x - w / 2], [x, y - r - 6, "middle", x - w / 2], [x + r + 5, y + 4, "start", x + r + 5], [x - r - 5, y + 4, "end", x - r - 5 - w],
      ];
      let best = null;
      for (const [tx, ty, anchor, left] of tries) {
        const box = { left, right: left + w, top: ty - 12, bottom: ty + 4 };
        if (taken.some((o) => overlap(box, o))) continue;
        const lines = segments.filter((segment) => crosses(box, segment)).length;
        if (best === null || lines < best.lines) best = { box, lines, shape: text(tx, ty, words, { anchor, weight: 500, halo: theme().ground }) };
        if (lines === 0) break;
      }
      if (!best) continue;
      taken.push(best.box);
      found.push(best.shape);
    }
    return { found, taken };
  }

  // what a line says: one relation in words, several as their number
  function lineWords(lines, nodes, taken) {
    const found = [];
    for (const line of [...lines].sort((a, b) => b.look.width - a.look.width)) {
      const words = line.claims.length === 1 ? short(edgeWords(line.claims[0])) : String(line.claims.length);
      const [a, b] = [nodes.get(line.from), nodes.get(line.to)];
      const w = wide(words, 11.5) + 4;
      for (const share of [0.5, 0.42, 0.58, 0.35, 0.65]) {
        const [x, y] = [a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share];
        const box = { left: x - w / 2, right: x + w / 2, top: y - 8, bottom: y + 8 };
        if (taken.some((o) => overlap(box, o))) continue;
        taken.push(box);
        found.push(text(x, y + 4, words, { anchor: "middle", size: 11.5, fill: rgba(line.look.lasting ? theme().neutral : line.look.colour), halo: theme().ground }));
        break;
      }
    }
    return found;
  }

  // what the marks mean, in rows below the picture
  function legend(types, modalities, width) {
    const { ink, faint, neutral, negated, conflict, cooperation, lasting } = theme();
    const items = types.map((type) => ({ words: t(`type:${type}`), icon: (x, y) => [path(OUTLINES[typeLook(type)[0]], { at: [x + 8, y - 4], scale: 7, fill: nodeColour(type) })] }));
    const stroke = (words, colour, dashes, crossed) => ({
      words, wide: 26,
      icon: (x, y) => [path(`M${n(x)} ${n(y - 4)}H${n(x + 26)}`, { stroke: colour, width: 2.4, dashes }),
        ...(crossed ? [path(`M${n(x + 9)} ${n(y - 8)}L${n(x + 17)} ${n(y)}M${n(x + 17)} ${n(y - 8)}L${n(x + 9)} ${n(y)}`, { stroke: colour, width: 2 })] : [])],
    });
    items.push(stroke(t("conflict"), rgba(conflict)), stroke(t("cooperation").replaceAll("\u00ad", ""), rgba(cooperation)), stroke(t("lasting"), rgba(lasting)));
    if (modalities.has("reported")) items.push(stroke(t("lineReported"), rgba(neutral), [9, 6]));
    if (modalities.has("planned") || modalities.has("alleged")) items.push(stroke(t("lineUncertain"), rgba(neutral), [2, 5]));
    if (modalities.has("negated")) items.push(stroke(t("lineNegated"), rgba(negated), null, true));
    const shapes = [];
    let [x, y] = [0, 14];
    for (const item of items) {
      const size = (item.wide ?? 16) + 6 + wide(item.words, 12) + 20;
      if (x > 0 && x + size > width) [x, y] = [0, y + 22];
      shapes.push(...item.icon(x, y), text(x + (item.wide ?? 16) + 6, y, item.words, { size: 12, fill: faint ?? ink }));
      x += size;
    }
    return { shapes, height: y + 8 };
  }

  const moved = (shape, dx, dy) => (shape.kind === "text" ? { ...shape, x: shape.x + dx, y: shape.y + dy } : { ...shape, at: [shape.at[0] + dx, shape.at[1] + dy] });

  function framed(body, box, types, modalities, credit = "") {
    const margin = 28;
    const title = short(document.title.length > 90 ? `${document.title.slice(0, 89)}…` : document.title);
    const width = Math.max(box.right - box.left, 420, wide(title, 20, 650));
    const key = legend(types, modalities, width);
    if (credit) {
      key.height += 22;
      key.shapes.push(text(0, key.height - 8, credit, { size: 11, fill: theme().faint }));
    }
    const left = margin + (width - (box.right - box.left)) / 2 - box.left;
    const top = margin + 44 - box.top;
    const height = margin + 44 + (box.bottom - box.top) + 24 + key.height + margin;
    return {
      width: width + 2 * margin, height,
      shapes: [
        ...body.map((shape) => moved(shape, left, top)), text(margin, margin + 18, title, { size: 20, weight: 650 }),
        ...key.shapes.map((shape) => moved(shape, margin, height - margin - key.height)),
      ],
    };
  }

  // a large network is drawn closer, or nobody could read its names when the whole picture is looked at
  function closer(drawn) {
    const far = (axis) => Math.max(...drawn.nodes.map((node) => node[axis])) - Math.min(...drawn.nodes.map((node) => node[axis]));
    const share = drawn.nodes.length ? Math.max(0.55, Math.min(1, WIDEST / Math.max(far("x"), far("y"), 1))) : 1;
    return { ...drawn, nodes: drawn.nodes.map((node) => ({ ...node, x: node.x * share, y: node.y * share, radius: node.radius * share })) };
  }

  function networkPicture() {
    const drawn = closer(drawnNetwork());
    if (!drawn.nodes.length) return null;
    const nodes = new Map(drawn.nodes.map((node) => [node.id, node]));
    const segments = drawn.lines.length > 1500 ? [] : drawn.lines.map((line) => {
      const [a, b] = [nodes.get(line.from), nodes.get(line.to)];
      return [a.x, a.y, b.x - a.x, b.y - a.y];
    });
    const crossed = drawn.lines.filter((line) => line.look.negated).map((line) => {
      const [a, b] = [nodes.get(line.from), nodes.get(line.to)];
      return [(a.x + b.x) / 2, (a.y + b.y) / 2];
    });
    const { found, taken } = names(drawn.nodes, segments, crossed);
    const said = drawn.lines.length > WORDED ? [] : lineWords(drawn.lines, nodes, taken);
    const bound = (side, better) => taken.reduce((best, box) => better(best, box[side]), taken[0][side]);
    const box = { left: bound("left", Math.min), right: bound("right", Math.max), top: bound("top", Math.min), bottom: bound("bottom", Math.max) };
    const body = [
      ...[...drawn.lines].sort((a, b) => a.look.width - b.look.width).flatMap((line) => lineShapes(line, nodes)),
      ...drawn.nodes.map((node) => path(node.outline, { at: [node.x, node.y], scale: node.radius, fill: node.colour, stroke: theme().border, width: 1.5 })),
      ...said, ...found,
    ];
    const types = TYPE_ORDER.filter((type) => drawn.nodes.some((node) => node.type === type));
    return framed(body, box, types, new Set(drawn.lines.flatMap((line) => line.claims.map((claim) => claim.modality))));
  }

  function mapPicture() {
    const found = WORLD.found();
    const [width] = WORLD.size();
    if (!found?.places.length || !width) return null;
    const { ink, ground } = theme();
    const quiet = isDark() ? "#232b37" : "#eceae3";
    const { at, zoom, top, bottom } = WORLD.frame();
    const body = WORLD.scene(found).flatMap((mark) => {
      if (mark.kind === "land") {
        const shape = path(mark.d, { at, scale: zoom, fill: quiet, stroke: ground, width: 0.8 });
        return mark.id === null ? [shape] : [shape, path(mark.d, { at, scale: zoom, fill: mark.colour, alpha: mark.strength })];
      }
      if (mark.kind === "line") {
        const look = { stroke: rgba(mark.look.colour, 0.85), width: mark.look.width, dashes: mark.look.dashes || null };
        return [path(mark.d, look), ...(mark.look.negated ? [path(WORLD.cross(mark.middle), { ...look, width: 2, dashes: null })] : [])];
      }
      if (mark.kind === "pin") return [path(OUTLINES.circle, { at: [mark.x, mark.y], scale: mark.r, fill: mark.colour, stroke: ground, width: 1.5 })];
      return [text(mark.x, mark.y, mark.text, { anchor: mark.anchor, size: 12.5, weight: 500, fill: ink, halo: ground })];
    });
    const types = TYPE_ORDER.filter((type) => found.places.some((place) => place.thing.type === type));
    const picture = framed(body, { left: 0, right: width, top, bottom }, types, new Set(found.lines.flatMap((line) => line.claims.map((claim) => claim.modality))), t("mapSource"));
    return { ...picture, clip: [28 + Math.max(0, (picture.width - 56 - width) / 2), 72, width, bottom - top] };
  }

  const picture = () => (state.view === "map" ? mapPicture() : networkPicture());

  // ---- SVG ----

  function svgText(drawn) {
    const { xml } = FILES;
    const attributes = (pairs) => Object.entries(pairs).filter(([, v]) => v !== null && v !== undefined).map(([k, v]) => ` ${k}="${xml(v)}"`).join("");
    const written = drawn.shapes.map((s) => {
      if (s.kind === "text") {
        return `<text${attributes({
          x: n(s.x), y: n(s.y), "font-size": s.size, "font-weight": s.weight === 400 ? null : s.weight, "text-anchor": s.anchor === "start" ? null : s.anchor,
          fill: s.fill, stroke: s.halo, "stroke-width": s.halo ? 3 : null, "paint-order": s.halo ? "stroke" : null, "stroke-linejoin": s.halo ? "round" : null,
        })}>${xml(s.text)}</text>`;
      }
      const plain = s.scale === 1 && !s.at[0] && !s.at[1];
      return `<path${attributes({
        d: s.d, transform: plain ? null : `translate(${n(s.at[0])} ${n(s.at[1])})${s.scale === 1 ? "" : ` scale(${Math.round(s.scale * 1000) / 1000})`}`,
        fill: s.fill ?? "none", stroke: s.stroke, "stroke-width": s.stroke ? Math.round(((s.width ?? 1) / s.scale) * 10000) / 10000 : null,
        "stroke-dasharray": s.dashes ? s.dashes.join(" ") : null, opacity: s.alpha === undefined ? null : Math.round(s.alpha * 100) / 100,
      })}/>`;
    });
    const [w, h] = [Math.ceil(drawn.width), Math.ceil(drawn.height)];
    const clip = drawn.clip ? { open: '<g clip-path="url(#frame)">', def: `<clipPath id="frame"><rect${attributes({ x: drawn.clip[0], y: drawn.clip[1], width: drawn.clip[2], height: drawn.clip[3] })}/></clipPath>` } : null;
    const last = written.length - drawn.shapes.filter((s) => s.kind === "text" && s.size === 20).length; // never negative: there is one heading
    const heading = drawn.shapes.findIndex((s) => s.kind === "text" && s.size === 20);
    const body = clip && last > 0 ? [clip.def, clip.open, ...written.slice(0, heading), "</g>", ...written.slice(heading)] : written;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" font-family="${xml(FONT)}">`,
      `<title>${xml(document.title)}</title>`, `<rect width="100%" height="100%" fill="${theme().ground}"/>`, ...body, "</svg>", "",
    ].join("\n");
  }

  // ---- PNG: painted anew, for the policy of the page lets no picture be read ----

  function painted(drawn) {
    const scale = Math.min(2, LARGEST / drawn.width, LARGEST / drawn.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.ceil(drawn.width * scale);
    canvas.height = Math.ceil(drawn.height * scale);
    const ctx = canvas.getContext("2d");
    ctx.scale(scale, scale);
    ctx.fillStyle = theme().ground;
    ctx.fillRect(0, 0, drawn.width, drawn.height);
    ctx.lineJoin = "round";
    const heading = drawn.shapes.findIndex((s) => s.kind === "text" && s.size === 20);
    if (drawn.clip) {
      ctx.save();
      ctx.beginPath();
      ctx.rect(...drawn.clip);
      ctx.clip();
    }
    drawn.shapes.forEach((s, i) => {
      if (i === heading && drawn.clip) ctx.restore();
      ctx.save();
      if (s.kind === "text") {
        ctx.font = `${s.weight} ${s.size}px ${FONT}`;
        ctx.textAlign = { start: "left", middle: "center", end: "right" }[s.anchor];
        if (s.halo) {
          ctx.strokeStyle = s.halo;
          ctx.lineWidth = 3;
          ctx.strokeText(s.text, s.x, s.y);
        }
        ctx.fillStyle = s.fill;
        ctx.fillText(s.text, s.x, s.y);
      } else {
        ctx.globalAlpha = s.alpha ?? 1;
        ctx.translate(...s.at);
        ctx.scale(s.scale, s.scale);
        const shape = new Path2D(s.d);
        if (s.stroke) {
          ctx.strokeStyle = s.stroke;
          ctx.lineWidth = (s.width ?? 1) / s.scale;
          ctx.setLineDash((s.dashes ?? []).map((d) => d / s.scale));
          ctx.stroke(shape);
        }
        if (s.fill) {
          ctx.fillStyle = s.fill;
          ctx.fill(shape, "evenodd");
        }
      }
      ctx.restore();
    });
    return canvas;
  }

  const drawable = () => state.view === "network" || state.view === "map" || state.view === undefined;

  addExport({ id: "png", label: "exportPng", available: drawable, run() {
    const drawn = picture();
    if (drawn) painted(drawn).toBlob((blob) => download(FILES.fileName("png"), "image/png", blob), "image/png");
  } });
  addExport({ id: "svg", label: "exportSvg", available: drawable, run() {
    const drawn = picture();
    if (drawn) download(FILES.fileName("svg"), "image/svg+xml;charset=utf-8", svgText(drawn));
  } });

  return { networkPicture, svgText, painted };
})();
