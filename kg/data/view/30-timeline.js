// Events by date: a bar is as long as the time is vague, and what nothing happened in is left out of the axis.

const TIMELINE = (() => {
  const DAY = 86400000;
  const MOST = 600; // events drawn at once
  const ROW = 26;
  const GAP = 34; // pixels of a time in which nothing happened
  const EDGE = 26;
  const TAIL = 44; // pixels of what has an end and no beginning
  const options = { undated: null, states: false, zoom: 1 }; // undated: null until it is known whether there is anything else
  let room = null;

  // ---- time: days since 1970, half-open ----

  function days(iso) {
    const parts = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(iso ?? "");
    if (!parts) return null;
    const [year, month, date] = [Number(parts[1]), parts[2] && Number(parts[2]), parts[3] && Number(parts[3])];
    const at = (y, m, d) => {
      const moment = new Date(0);
      moment.setUTCFullYear(y, m, d); // Date.UTC would take the year 99 for 1999
      return moment.valueOf() / DAY;
    };
    if (date) return [at(year, month - 1, date), at(year, month - 1, date) + 1];
    if (month) return [at(year, month - 1, 1), at(year, month, 1)];
    return [at(year, 0, 1), at(year + 1, 0, 1)];
  }

  // when a claim holds: {from, to, open: "", "left" or "right", guessed}; null if nobody knows
  function span(claim) {
    const [begins, ends] = [days(claim.begins), days(claim.ends)];
    if (begins && ends) return { from: Math.min(begins[0], ends[0]), to: Math.max(begins[1], ends[1]), open: "", guessed: false };
    if (begins) return { from: begins[0], to: begins[1], open: "right", guessed: false };
    if (ends) return { from: ends[1] - 1, to: ends[1], open: "left", guessed: false }; // it stands where it ends
    const article = claim.evidence.map((e) => ARTICLES[e.article]?.published).filter(Boolean).sort()[0];
    const published = days(article);
    return published && options.undated ? { from: published[0], to: published[1], open: "", guessed: true, article } : null;
  }

  // ---- the axis: parts of time in which something happens, side by side ----

  // where the longest times without events end, as many as there is room for and worth it
  function gaps(sorted, most, whole) {
    let reached = sorted[0].to;
    const found = [];
    for (const { from, to } of sorted) {
      if (from > reached) found.push({ long: from - reached, end: from });
      reached = Math.max(reached, to);
    }
    found.sort((a, b) => b.long - a.long);
    let rest = whole;
    const kept = [];
    for (const { long, end } of found.slice(0, most)) {
      if (long < 20 || long < rest * 0.12) break;
      kept.push(end);
      rest -= long;
    }
    return kept;
  }

  // spans → parts {from, to, left, right} in pixels; a long time without events becomes a narrow gap
  function axis(spans, width) {
    const sorted = [...spans].sort((a, b) => a.from - b.from);
    const [first, last] = [sorted[0].from, Math.max(...sorted.map((s) => s.to))];
    const empty = new Set(gaps(sorted, Math.floor(width / 220), last - first));
    const parts = [];
    for (const { from, to } of sorted) {
      const open = parts.at(-1);
      if (open && !empty.has(from)) {
        open.to = Math.max(open.to, to);
        open.count += 1;
      } else parts.push({ from, to, count: 1 });
    }
    const margin = Math.max(1, (parts.reduce((sum, p) => sum + p.to - p.from, 0)) * 0.015);
    for (const part of parts) {
      part.from -= margin;
      part.to += margin;
    }
    const whole = parts.reduce((sum, p) => sum + p.to - p.from, 0);
    // each part gets room for a date at least, and more where it is long and where much happens
    const inside = Math.max(width - 2 * EDGE - GAP * (parts.length - 1), parts.length * 90);
    const floor = 80;
    const rest = Math.max(0, inside - floor * parts.length);
    let x = EDGE;
    for (const part of parts) {
      part.left = x;
      part.right = x + floor + rest * ((0.35 * (part.to - part.from)) / whole + (0.65 * part.count) / spans.length);
      x = part.right + GAP;
    }
    return { parts, width: x - GAP + EDGE };
  }

  function place(line, moment) {
    const part = line.parts.find((p) => moment <= p.to) ?? line.parts.at(-1);
    return part.left + ((Math.min(Math.max(moment, part.from), part.to) - part.from) * (part.right - part.left)) / (part.to - part.from);
  }

  // dates on the axis, as fine as there is room for them
  const STEPS = [["day", 1], ["day", 2], ["day", 7], ["month", 1], ["month", 3], ["month", 6], ["year", 1], ["year", 2], ["year", 5], ["year", 10], ["year", 25], ["year", 50], ["year", 100]];
  const LENGTH = { day: 1, month: 30.4, year: 365.25 };

  function ticks(part) {
    const scale = (part.right - part.left) / (part.to - part.from);
    const [unit, count] = STEPS.find(([u, n]) => LENGTH[u] * n * scale >= 78) ?? STEPS.at(-1);
    const start = new Date(Math.ceil(part.from) * DAY);
    const marks = [];
    if (unit === "day") {
      for (let at = Math.ceil(part.from); at <= part.to; at += 1) if (count === 1 || at % count === 0) marks.push(at);
    } else if (unit === "month") {
      for (let m = 0; marks.length < 400; m += 1) {
        const moment = Date.UTC(start.getUTCFullYear(), m, 1) / DAY;
        if (moment > part.to) break;
        if (m % count === 0 && moment >= part.from) marks.push(moment);
      }
    } else {
      for (let year = Math.ceil(start.getUTCFullYear() / count) * count; marks.length < 400; year += count) {
        const moment = days(String(year).padStart(4, "0"))?.[0];
        if (moment === undefined || moment > part.to) break;
        if (moment >= part.from) marks.push(moment);
      }
    }
    if (!marks.length) marks.push(Math.floor((part.from + part.to) / 2));
    const format = { day: { day: "numeric", month: "short", year: "numeric" }, month: { month: "short", year: "numeric" }, year: { year: "numeric" } }[unit];
    return marks.map((at) => ({ at, words: new Date(at * DAY).toLocaleDateString(locale(), { ...format, timeZone: "UTC" }) }));
  }

  // ---- events ----

  const pen = document.createElement("canvas").getContext("2d");

  const clear = (claim) => claim.confidence + Math.abs(claim.relation.score) / 10 + Math.min(claim.evidence.length, 5) / 10;

  function events(seen) {
    const found = [];
    let undated = 0;
    for (const claim of seen.all ?? seen.claims) {
      if (claim.relation.lasting && !options.states) continue;
      const when = span(claim);
      if (when) found.push({ claim, ...when });
      if (!when || when.guessed) undated += 1;
    }
    const shown = found.length > MOST ? [...found].sort((a, b) => clear(b.claim) - clear(a.claim)).slice(0, MOST) : found;
    shown.sort((a, b) => a.from - b.from || a.to - b.to || a.claim.index - b.claim.index);
    return { shown, all: found.length, undated };
  }

  function sentenceOf(claim) {
    const object = claim.object === null ? "" : ` ${NODES[claim.object].label}`;
    return `${NODES[claim.subject].label} ${relationLabel(claim.predicate)}${object}`;
  }

  // a row for each event in which it covers no other
  function pack(list, line) {
    pen.font = `14px ${getComputedStyle(document.body).fontFamily}`;
    const ends = [];
    for (const event of list) {
      event.x = place(line, event.from);
      event.width = Math.max(10, place(line, event.to) - event.x);
      if (event.open === "left") { // nobody knows since when: it fades out before its end
        event.x = Math.max(2, place(line, event.to) - TAIL);
        event.width = TAIL;
      }
      event.words = sentenceOf(event.claim) + (event.open === "left" ? ` (${period(event.claim)})` : "");
      const arrow = event.open === "right" ? 14 : 0;
      const wish = pen.measureText(event.words).width + 22 + arrow;
      // words that would leave the axis stand before the bar, and where there is too little room on both sides they are cut
      const [after, before] = [line.width - event.x - event.width, event.x];
      event.before = event.width < wish + 12 && wish > after && before > after;
      const long = Math.min(wish, event.before ? before : Math.max(after, 60));
      event.most = long - 14 - arrow;
      const left = event.before ? event.x - long : event.x;
      const right = event.before ? event.x + event.width : Math.max(event.x + event.width, event.width >= long + 12 ? 0 : event.x + event.width + long);
      event.row = ends.findIndex((end) => end + 10 <= left);
      if (event.row < 0) event.row = ends.push(0) - 1;
      ends[event.row] = right;
      event.inside = event.width >= long + 12;
    }
    return ends.length;
  }

  const timeWords = (event) => (event.guessed ? t("timeApproximate", { date: day(event.article) }) : period(event.claim));

  function mark(event, index) {
    const { claim } = event;
    const colour = claim.modality === "negated" ? theme().negated : claim.relation.lasting ? theme().lasting : scoreColour(claim.relation.score);
    const chosen = state.selected?.claim === claim.index;
    const about = `${sentenceOf(claim)}, ${timeWords(event)}, ${t(claim.modality)}`;
    return el("li", {
      class: ["event", claim.modality, event.before ? "before" : "", event.inside ? "inside" : "", event.open, event.guessed ? "guessed" : "", chosen ? "chosen" : ""].filter(Boolean).join(" "),
      style: { "--x": `${event.x}px`, "--wide": `${event.width}px`, "--y": `${event.row * ROW}px`, "--most": `${event.most}px`, "--colour": rgba(colour), "--soft-colour": rgba(colour, 0.22) },
    }, el("button", {
      type: "button", tabindex: index === 0 ? "0" : "-1", "aria-label": about, title: about, dir: "auto", on: { click: () => selectClaim(claim) },
    }, el("span", { class: "event-bar", "aria-hidden": "true" }), el("span", { class: "event-words" }, event.words)));
  }

  function walk(move) {
    const buttons = [...room.list.querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    if (at < 0) return false;
    const step = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 }[move];
    if (step === undefined) return false;
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, step))];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
    return true;
  }

  function scale(line) {
    const [marks, grid] = [[], []];
    line.parts.forEach((part, i) => {
      marks.push(el("span", { class: "axis-part", style: { "--x": `${part.left}px`, "--wide": `${part.right - part.left}px` } }));
      for (const tick of ticks(part)) {
        const x = place(line, tick.at);
        grid.push(el("span", { class: "grid-line", style: { "--x": `${x}px` } }));
        const limit = (i === line.parts.length - 1 ? line.width : part.right + GAP) - pen.measureText(tick.words).width - 8;
        const small = part.right - part.left < 100;
        if (small || x <= limit) marks.push(el("span", { class: "tick", style: { "--x": `${Math.min(x, limit)}px` } }, tick.words));
      }
      if (i) marks.push(el("span", { class: "axis-gap", style: { "--x": `${part.left - GAP / 2}px` } }, "⋯"));
    });
    return { marks, grid };
  }

  function fill() {
    if (options.undated === null) options.undated = events(view).all < 3;
    const { shown: list, all, undated } = events(view);
    const bar = room.bar.querySelectorAll("input");
    const focused = document.activeElement?.dataset?.claim;
    room.undated.textContent = t("timeUndated", { n: number(undated) });
    room.undatedBox.hidden = undated === 0;
    bar.forEach((input) => { input.checked = options[input.name]; });
    room.empty.hidden = list.length > 0;
    room.count.textContent = all > list.length ? t("timeHidden", { shown: number(list.length), all: number(all) }) : t("timeCount", { n: number(all) });
    if (!list.length) {
      for (const part of [room.list, room.axis, room.grid]) part.replaceChildren();
      return;
    }
    const line = axis(list, Math.max(320, room.scroll.clientWidth - 2) * options.zoom);
    const height = pack(list, line) * ROW + 24;
    room.board.style.setProperty("--wide", `${line.width}px`);
    room.board.style.setProperty("--tall", `${height}px`);
    const { marks, grid } = scale(line);
    room.axis.replaceChildren(...marks);
    room.grid.replaceChildren(...grid);
    room.list.replaceChildren(...list.map(mark));
    room.list.querySelectorAll("button").forEach((button, i) => { button.dataset.claim = list[i].claim.index; });
    if (focused !== undefined) room.list.querySelector(`[data-claim="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  function check(name, label) {
    return el("label", { class: "view-check" }, el("input", { type: "checkbox", name, on: { change: (event) => {
      options[name] = event.target.checked;
      fill();
    } } }), label);
  }

  function zoomBy(factor) {
    options.zoom = Math.min(32, Math.max(1, options.zoom * factor));
    const middle = (room.scroll.scrollLeft + room.scroll.clientWidth / 2) / room.scroll.scrollWidth;
    fill();
    room.scroll.scrollLeft = middle * room.scroll.scrollWidth - room.scroll.clientWidth / 2;
  }

  function show(element) {
    const undated = el("span");
    const undatedBox = check("undated", undated);
    const count = el("p", { class: "faint", role: "status" });
    const bar = el("div", { class: "view-bar" }, check("states", t("timeStates")), undatedBox, count,
      el("div", { class: "segments", role: "group" },
        el("button", { type: "button", "aria-label": t("timeNarrower"), title: t("timeNarrower"), on: { click: () => zoomBy(1 / 1.6) } }, "−"),
        el("button", { type: "button", "aria-label": t("timeWider"), title: t("timeWider"), on: { click: () => zoomBy(1.6) } }, "+")));
    const axisBox = el("div", { class: "axis", "aria-hidden": "true" });
    const list = el("ol", { class: "events", "aria-label": t("timeList"), on: { keydown: (event) => {
      if (!event.ctrlKey && !event.altKey && !event.metaKey && walk(event.key)) event.preventDefault();
    } } });
    const grid = el("div", { class: "time-grid", "aria-hidden": "true" });
    const board = el("div", { class: "time-board" }, grid, axisBox, list);
    const scroll = el("div", { class: "time-scroll", tabindex: "0", role: "region", "aria-label": t("viewTimeline") }, board);
    const empty = el("p", { class: "view-empty" }, t("timeNothing"));
    room = { element, bar, undated, undatedBox, count, axis: axisBox, grid, list, board, scroll, empty };
    element.replaceChildren(bar, empty, scroll, el("p", { class: "view-foot faint" }, t("timeHint")));
    fill();
  }

  let spoken = null;
  const resized = new ResizeObserver(() => { if (room?.element.isConnected && room.scroll.clientWidth) fill(); });
  addView({
    id: "timeline",
    label: "viewTimeline",
    available: () => CLAIMS.some((c) => c.begins || c.ends || c.evidence.some((e) => ARTICLES[e.article]?.published)),
    show(element) {
      spoken = state.language;
      show(element);
      resized.observe(element);
    },
    update() {
      if (spoken === state.language) fill();
      else this.show(room.element);
    },
    hide() { resized.disconnect(); },
  });

  return { days, span, axis, ticks, place, options };
})();
