// The data of the page and what is derived from it. Nothing here touches the drawing.

const DATA = JSON.parse(document.getElementById("data").textContent);
const { nodes: NODES, claims: CLAIMS, articles: ARTICLES, relations: RELATIONS } = DATA;

const MODALITIES = ["asserted", "reported", "alleged", "planned", "negated"];
const CLASSES = ["conflict", "cooperation", "neutral", "lasting"];
const TYPES_HERE = [...new Set(NODES.map((n) => n.type))];
const RELATIONS_HERE = Object.keys(RELATIONS);

const fresh = () => ({
  types: new Set(TYPES_HERE),
  relations: new Set(RELATIONS_HERE),
  modalities: new Set(MODALITIES),
  source: null, // name; "" is the article itself
  article: null, // number
  from: null, // ISO day
  to: null,
  group: null, // number of a community
  around: null, // {id, steps}
  path: null, // {from, to}
  amount: Math.min(NODES.length, window.innerWidth < 600 ? DATA.drawn / 5 : DATA.drawn),
  selected: null, // {kind: "node", id} | {kind: "bundle", id, claim?}
});

// what the page was written for, else the first that the reader's browser asks for and the page speaks
const speaks = (language) => language !== null && Object.hasOwn(DATA.messages, language);
const asked = (navigator.languages ?? [navigator.language]).map((name) => String(name).toLowerCase().split("-")[0]);
const SPOKEN = DATA.language ?? asked.find(speaks) ?? document.documentElement.lang;
const state = { language: SPOKEN, theme: "auto", view: "network", hover: null, ...fresh() };

// ---- words ----

function t(key, values = {}) {
  const text = DATA.messages[state.language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

const relationLabel = (name) => RELATIONS[name].labels[state.language] ?? name;
const locale = () => (state.language === "en" ? "en-GB" : state.language);
const number = (value) => value.toLocaleString(locale());

// a line's words: of an office its name
function edgeWords(claim) {
  if (!claim.role) return relationLabel(claim.predicate);
  return claim.predicate === "heldOffice" ? t("formerly", { role: claim.role }) : claim.role;
}
const countClaims = (n) => (n === 1 ? t("claim") : t("claims", { n: number(n) }));

const ISO = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/;

function day(iso) {
  const parts = ISO.exec(iso);
  if (!parts) return iso;
  const [, year, month, date] = parts;
  if (!month) return year;
  const format = date ? { day: "numeric", month: "long", year: "numeric" } : { month: "long", year: "numeric" };
  const moment = new Date(Date.UTC(Number(year), Number(month) - 1, Number(date ?? 1)));
  return Number.isNaN(moment.valueOf()) ? iso : moment.toLocaleDateString(locale(), { ...format, timeZone: "UTC" });
}

function period(claim) {
  if (claim.begins && claim.ends) {
    return claim.begins === claim.ends ? day(claim.begins) : `${day(claim.begins)} – ${day(claim.ends)}`;
  }
  if (claim.begins) return t("since", { date: day(claim.begins) });
  return claim.ends ? t("until", { date: day(claim.ends) }) : "";
}

// only the web: no javascript:, data: or file: link is ever made
function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

// ---- search: case, accents and the ways of writing umlauts do not matter ----

function folds(text) {
  const low = text.toLowerCase();
  if (/^[\x20-\x7e]*$/.test(low)) return [low];
  const plain = low.normalize("NFD").replace(/\p{M}/gu, "").replace(/ß/g, "ss");
  const written = low.replace(/ä/g, "ae").replace(/ö/g, "oe").replace(/ü/g, "ue").replace(/ß/g, "ss")
    .normalize("NFD").replace(/\p{M}/gu, "");
  return plain === written ? [plain] : [plain, written];
}

let index = null; // made when somebody first searches
const indexed = () => {
  index ??= NODES.map((node) => [node.label, ...node.aliases].map((name) => ({ name, folds: folds(name) })));
  return index;
};

function search(query, limit = 12) {
  const wanted = folds(query.trim());
  if (!wanted[0]) return [];
  const hits = [];
  indexed().forEach((names, id) => {
    let best = null;
    for (const { name, folds: forms } of names) {
      for (const form of forms) {
        for (const want of wanted) {
          const at = form.indexOf(want);
          if (at < 0) continue;
          const rank = at === 0 ? 0 : /[\s\-–"„(]/.test(form[at - 1]) ? 1 : 2;
          if (best === null || rank < best.rank) best = { id, rank, name };
        }
      }
    }
    if (best) hits.push(best);
  });
  hits.sort((a, b) => a.rank - b.rank || NODES[b.id].weight - NODES[a.id].weight || a.id - b.id);
  return hits.slice(0, limit);
}

// ---- when: the days that a claim holds for, else the day of its first article ----

const firstDay = (iso) => (iso.length === 4 ? `${iso}-01-01` : iso.length === 7 ? `${iso}-01` : iso);
const lastDay = (iso) => (iso.length === 4 ? `${iso}-12-31` : iso.length === 7 ? `${iso}-${daysOf(iso)}` : iso);
const daysOf = (month) => {
  const [y, m] = month.split("-").map(Number);
  if (m === 2) return y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(m) ? 30 : 31;
};
const dated = (iso) => (iso && ISO.test(iso) ? iso : null);

function dateClaim(claim) {
  const [begins, ends] = [dated(claim.begins), dated(claim.ends)];
  const published = claim.evidence.map((e) => dated(ARTICLES[e.article]?.published)).filter(Boolean).sort()[0] ?? null;
  if (begins || ends) {
    claim.from = begins ? firstDay(begins) : "0000";
    claim.to = ends ? lastDay(ends) : "9999";
    claim.when = begins ? claim.from : claim.to; // what only has an end stands there
  } else claim.from = claim.to = claim.when = published;
}

// ---- bundles: all claims between two actors are one line ----

const BUNDLES = [];
const CLAIMS_OF = NODES.map(() => []);
const BUNDLES_OF = NODES.map(() => []);
const NODE_BY_ID = new Map(NODES.map((node, i) => [node.id, i]));
const BUNDLE_BY_ID = new Map();
const bundleKey = (a, b) => `b${Math.min(a, b)}-${Math.max(a, b)}`;

{
  CLAIMS.forEach((claim, place) => {
    claim.index = place;
    claim.relation = RELATIONS[claim.predicate];
    dateClaim(claim);
    CLAIMS_OF[claim.subject].push(claim);
    if (claim.object === null || claim.object === claim.subject) return;
    CLAIMS_OF[claim.object].push(claim);
    const id = bundleKey(claim.subject, claim.object);
    if (!BUNDLE_BY_ID.has(id)) {
      const bundle = { id, a: Math.min(claim.subject, claim.object), b: Math.max(claim.subject, claim.object), claims: [] };
      BUNDLE_BY_ID.set(id, bundle);
      BUNDLES.push(bundle);
      BUNDLES_OF[bundle.a].push(bundle);
      BUNDLES_OF[bundle.b].push(bundle);
    }
    claim.bundle = BUNDLE_BY_ID.get(id);
    claim.bundle.claims.push(claim);
  });
  const said = new Map();
  for (const claim of CLAIMS) {
    claim.same = `${claim.subject} ${claim.predicate} ${claim.object}`;
    const sides = said.get(claim.same) ?? new Set();
    said.set(claim.same, sides.add(claim.modality === "negated"));
  }
  for (const claim of CLAIMS) claim.contradicted = said.get(claim.same).size > 1;
}

const RANK = NODES.map((_, id) => id).sort((a, b) => NODES[a].rank - NODES[b].rank);
const PLACE_IN_RANK = [];
RANK.forEach((id, place) => { PLACE_IN_RANK[id] = place; });
const byRank = (a, b) => PLACE_IN_RANK[a] - PLACE_IN_RANK[b];

// groups of actors that have much to do with each other, named after their strongest
const byWeight = (a, b) => NODES[b].weight - NODES[a].weight || byRank(a, b);
const GROUPS = [];
for (const id of [...RANK].sort(byWeight)) (GROUPS[NODES[id].community] ??= []).push(id);
const groupName = (group) => GROUPS[group].slice(0, 3).map((id) => NODES[id].label).join(", ");
