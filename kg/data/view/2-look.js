// Shapes, colours and line styles: one table for the drawing and for the legend.

// outlines in a square from -1 to 1, used by the canvas and by the legend's SVG alike
const OUTLINES = {
  circle: "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  people: "M-.45 -.72H.45A.72 .72 0 0 1 .45 .72H-.45A.72 .72 0 0 1 -.45 -.72Z",
  square: "M-.66 -.9H.66Q.9 -.9 .9 -.66V.66Q.9 .9 .66 .9H-.66Q-.9 .9 -.9 .66V-.66Q-.9 -.9 -.66 -.9Z",
  pin: "M0 1.05Q-.82 .1 -.82 -.28A.82 .82 0 1 1 .82 -.28Q.82 .1 0 1.05Z",
  hexagon: "M-.52 -.92H.52L1.04 0L.52 .92H-.52L-1.04 0Z",
  shield: "M-.85 -.9H.85V.1Q.75 .75 0 1.05Q-.75 .75 -.85 .1Z",
  diamond: "M0 -1.1L.95 0L0 1.1L-.95 0Z",
  sheet: "M-.72 -.95H.3L.78 -.47V.95H-.72Z",
  star: "M0 -1.1L.3 -.42L1.05 -.34L.48 .15L.65 .9L0 .5L-.65 .9L-.48 .15L-1.05 -.34L-.3 -.42Z",
};

// [outline, colour on light ground, colour on dark ground]; the outline alone tells the families apart
const TYPES = {
  Country: ["square", "#33548a", "#7f9fd6"],
  Person: ["circle", "#c07a00", "#eeb04a"],
  People: ["people", "#9c7430", "#d9b877"],
  InternationalOrganization: ["hexagon", "#77509a", "#b593d6"],
  Ministry: ["hexagon", "#4d6c8f", "#8fb0d3"],
  PoliticalParty: ["hexagon", "#a8577e", "#d78fb1"],
  Organization: ["hexagon", "#857b96", "#b9b0c9"],
  Company: ["hexagon", "#8a6a52", "#c4a58c"],
  Media: ["hexagon", "#2f8087", "#6fc0c5"],
  ArmedGroup: ["shield", "#5a5249", "#b8ac9f"],
  City: ["pin", "#3c7d56", "#79bf95"],
  Region: ["pin", "#668f3f", "#a5cd7f"],
  Place: ["pin", "#6d8777", "#adc4b5"],
  Weapon: ["diamond", "#4a4d55", "#aab0bd"],
  Agreement: ["sheet", "#9a8a35", "#d3c36d"],
  Event: ["star", "#b8567a", "#e590b0"],
  Unknown: ["circle", "#8d8d8d", "#a5a5a5"],
};
const TYPE_ORDER = Object.keys(TYPES);
const typeLook = (type) => TYPES[type] ?? TYPES.Unknown;

const THEMES = {
  light: {
    ground: "#faf9f6", ink: "#1c2430", faint: "#5d6673", border: "#ffffff",
    conflict: [196, 58, 32], neutral: [108, 112, 119], cooperation: [26, 108, 178], lasting: [166, 171, 180], negated: [150, 104, 100],
  },
  dark: {
    ground: "#12161d", ink: "#eceff4", faint: "#a3adbb", border: "#12161d",
    conflict: [255, 120, 88], neutral: [150, 156, 166], cooperation: [92, 172, 244], lasting: [116, 124, 137], negated: [176, 134, 130],
  },
};

const darkWanted = window.matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (state.theme === "auto" ? darkWanted.matches : state.theme === "dark");
const theme = () => (isDark() ? THEMES.dark : THEMES.light);
const nodeColour = (type) => typeLook(type)[isDark() ? 2 : 1];
const rgba = ([r, g, b], alpha = 1) => `rgba(${r},${g},${b},${alpha})`;

// -10 (war) to 10 (alliance): grey in the middle, and no score so weak that its side cannot be seen
function scoreColour(score) {
  const { conflict, neutral, cooperation } = theme();
  const side = score < 0 ? conflict : cooperation;
  const share = score === 0 ? 0 : 0.45 + 0.55 * Math.min(Math.abs(score) / 8, 1);
  return neutral.map((from, i) => Math.round(from + (side[i] - from) * share));
}

// how a line for some claims is drawn: its surest claim decides the dashes, its events decide the colour
function lineLook(claims) {
  const events = claims.filter((c) => !c.relation.lasting);
  const all = (...names) => claims.every((c) => names.includes(c.modality));
  const negated = all("negated");
  const lasting = events.length === 0;
  let colour = theme().lasting;
  if (negated) colour = theme().negated;
  else if (!lasting) {
    const affirmed = events.filter((c) => c.modality !== "negated");
    colour = scoreColour(mean((affirmed.length ? affirmed : events).map((c) => c.relation.score)));
  }
  let dashes = false;
  if (all("planned", "alleged", "negated") && !negated) dashes = [2, 5];
  else if (all("reported", "planned", "alleged", "negated") && !negated) dashes = [9, 6];
  const width = (lasting ? 1.1 : 1.8) + 1.1 * Math.log2(Math.max(1, claims.length));
  return { colour, dashes, negated, lasting, width };
}

const classOf = (relation) => {
  if (relation.lasting) return "lasting";
  if (relation.score === 0) return "neutral";
  return relation.score < 0 ? "conflict" : "cooperation";
};

function classColour(name) {
  if (name === "lasting") return theme().lasting;
  if (name === "neutral") return theme().neutral;
  return name === "conflict" ? theme().conflict : theme().cooperation;
}

// ---- building the page: data become text nodes, never markup ----

function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === "style") for (const [property, v] of Object.entries(value)) element.style.setProperty(property, v);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== ""));
  return element;
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function typeIcon(type) {
  const [outline] = typeLook(type);
  const path = svg("path", { d: OUTLINES[outline], fill: nodeColour(type) });
  return svg("svg", { viewBox: "-1.2 -1.2 2.4 2.4", width: "16", height: "16", "aria-hidden": "true", class: "icon" }, path);
}

function lineIcon(colour, { dashes = "", crossed = false, width = 3 } = {}) {
  const line = svg("line", { x1: 1, y1: 8, x2: 27, y2: 8, stroke: rgba(colour), "stroke-width": width, "stroke-dasharray": dashes });
  const parts = [line];
  if (crossed) parts.push(svg("path", { d: "M10 4L18 12M18 4L10 12", stroke: rgba(colour), "stroke-width": 2, fill: "none" }));
  return svg("svg", { viewBox: "0 0 28 16", width: "28", height: "16", "aria-hidden": "true", class: "icon" }, ...parts);
}
