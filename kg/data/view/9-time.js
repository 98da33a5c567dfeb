// The time: a histogram of claims below the drawing, two handles that cut a span out of it, and a button that plays it.

const timeRoom = document.getElementById("time");
const BARS = 60;

// the unit in which the claims of this graph are counted, and its bars
const TIME = (() => {
  const days = CLAIMS.map((c) => c.when).filter(Boolean).sort();
  if (!days.length) return { bars: [], unit: "day" };
  const at = (share) => days[Math.min(days.length - 1, Math.floor(share * days.length))];
  // a few claims about long ago shall not press all others into one bar: what is earlier has a bar of its own, and what is later
  const [first, last] = [days.length > 40 ? at(0.03) : days[0], days.length > 40 ? at(0.999) : days.at(-1)];
  const starts = { day: (iso) => iso, month: (iso) => `${iso.slice(0, 7)}-01`, year: (iso) => `${iso.slice(0, 4)}-01-01`, decade: (iso) => `${iso.slice(0, 3)}0-01-01` };
  const next = {
    day: (iso) => shift(iso, 0, 0, 1), month: (iso) => shift(iso, 0, 1, 0), year: (iso) => shift(iso, 1, 0, 0), decade: (iso) => shift(iso, 10, 0, 0),
  };
  // no more bars than the dates are worth: years alone do not make months
  const most_ = Math.min(BARS, Math.max(12, 3 * new Set(days).size));
  for (const unit of ["day", "month", "year", "decade"]) {
    const bars = [];
    for (let from = starts[unit](first); from <= last && bars.length <= most_; from = next[unit](from)) bars.push({ from, to: shift(next[unit](from), 0, 0, -1), all: 0 });
    if (bars.length > most_ && unit !== "decade") continue;
    const [start, end] = [bars[0].from, bars.at(-1).to];
    if (days[0] < start) bars.unshift({ from: starts[unit](days[0]), to: shift(start, 0, 0, -1), all: 0, beyond: "before" });
    if (days.at(-1) > end) bars.push({ from: shift(end, 0, 0, 1), to: shift(next[unit](starts[unit](days.at(-1))), 0, 0, -1), all: 0, beyond: "after" });
    for (const day_ of days) (bars.find((b) => day_ <= b.to) ?? bars.at(-1)).all += 1;
    return { bars, unit };
  }
  return { bars: [], unit: "day" };
})();

function shift(iso, years, months, days) {
  const [y, m, d] = iso.split("-").map(Number);
  const moment = new Date(Date.UTC(2000, m - 1 + months, d + days));
  moment.setUTCFullYear(moment.getUTCFullYear() - 2000 + y + years);
  return moment.toISOString().slice(0, 10);
}

// a span in words, as coarse as it may be said: whole years, whole months, or days
function rangeWords(from, to) {
  const whole = (length) => (from === null || firstDay(from.slice(0, length)) === from) && (to === null || lastDay(to.slice(0, length)) === to);
  const length = [4, 7].find(whole) ?? 10;
  const [first, last] = [from, to].map((iso) => iso && day(iso.slice(0, length)));
  if (first && last) return first === last ? first : `${first} – ${last}`;
  return first ? t("since", { date: first }) : t("until", { date: last });
}

const spanWords = () => rangeWords(state.from, state.to);

function barWords(bar) {
  if (bar.beyond === "before") return t("before", { date: barWords(TIME.bars[1]) });
  if (bar.beyond === "after") return t("after", { date: barWords(TIME.bars.at(-2)) });
  return rangeWords(bar.from, bar.to);
}

// the first and the last bar that the state leaves
function span() {
  const { bars } = TIME;
  const from = state.from === null ? 0 : bars.findIndex((b) => b.to >= state.from);
  const to = state.to === null ? bars.length - 1 : bars.findLastIndex((b) => b.from <= state.to);
  return [Math.max(0, from < 0 ? bars.length - 1 : from), Math.max(0, to)];
}

function setSpan(first, last) {
  const { bars } = TIME;
  const whole = first <= 0 && last >= bars.length - 1;
  const [from, to] = [whole || bars[first].beyond === "before" ? null : bars[first].from, whole || bars[last].beyond === "after" ? null : bars[last].to];
  setTime(from, to, { merge: "time", keepFilters: true });
}

let playing = null;
const timeParts = {};

function buildTime() {
  const { bars } = TIME;
  timeRoom.hidden = bars.length < 2;
  document.body.classList.toggle("timeless", bars.length < 2);
  if (timeRoom.hidden) return;
  const highest = Math.max(...bars.map((b) => b.all));
  const plot = svg("svg", { viewBox: `0 0 ${bars.length} 32`, preserveAspectRatio: "none", "aria-hidden": "true", class: "bars" });
  timeParts.bars = bars.map((bar, i) => {
    const height = bar.all ? Math.max(2, (bar.all / highest) * 32) : 0;
    const rect = svg("rect", { x: i + 0.08, y: 32 - height, width: bar.beyond ? 0.6 : 0.84, height, "data-beyond": bar.beyond ?? "" });
    plot.append(rect);
    return rect;
  });
  const handle = (which) => {
    const input = el("input", { type: "range", min: 0, max: bars.length - 1, step: 1, class: `handle ${which}` });
    input.addEventListener("input", () => {
      stop();
      const value = Number(input.value);
      const [first, last] = span();
      if (which === "from") setSpan(Math.min(value, last), last);
      else setSpan(first, Math.max(value, first));
    });
    return input;
  };
  timeParts.from = handle("from");
  timeParts.to = handle("to");
  timeParts.words = el("output", { class: "span", "aria-live": "polite" });
  timeParts.play = el("button", { type: "button", class: "play", on: { click: () => (playing ? stop() : play()) } });
  timeRoom.replaceChildren(timeParts.play, el("div", { class: "slider" }, plot, timeParts.from, timeParts.to), timeParts.words);
}

// a span that is cut out moves on; without one it grows from the start
function play() {
  const { bars } = TIME;
  const [first, last] = span();
  const whole = first === 0 && last === bars.length - 1;
  const width = whole ? Math.max(0, Math.round(bars.length / 12)) : last - first;
  let at = whole || last >= bars.length - 1 ? 0 : first;
  const step = () => {
    if (at + width > bars.length - 1) {
      stop();
      return;
    }
    setSpan(at, at + width);
    at += 1;
  };
  playing = window.setInterval(step, 900);
  step();
  showTime();
}

function stop() {
  if (!playing) return;
  window.clearInterval(playing);
  playing = null;
  showTime();
}

function showTime() {
  if (timeRoom.hidden) return;
  if (!timeParts.play) buildTime();
  if (timeRoom.hidden) return;
  const [first, last] = span();
  const { bars } = TIME;
  timeParts.bars.forEach((rect, i) => rect.setAttribute("class", i >= first && i <= last ? "inside" : "outside"));
  for (const [which, value] of [["from", first], ["to", last]]) {
    const input = timeParts[which];
    input.value = String(value);
    input.setAttribute("aria-label", t(which === "from" ? "timeFrom" : "timeTo"));
    input.setAttribute("aria-valuetext", barWords(bars[value]));
  }
  timeParts.words.textContent = state.from || state.to ? spanWords() : rangeWords(bars[0].from, bars.at(-1).to);
  timeParts.play.replaceChildren(el("span", { "aria-hidden": "true" }, playing ? "❚❚" : "▶"));
  timeParts.play.setAttribute("aria-label", t(playing ? "pause" : "play"));
  timeParts.play.title = t(playing ? "pause" : "play");
}
