// The data of the page and what is derived from it. Nothing here touches the drawing.

const DATA = JSON.parse(document.getElementById("data").textContent);
const { nodes: NODES, claims: CLAIMS, articles: ARTICLES, relations: RELATIONS } = DATA;

const MODALITIES = ["asserted", "reported", "alleged", "planned", "negated"];
const CLASSES = ["conflict", "cooperation", "neutral", "lasting"];

const state = {
  language: DATA.language,
  theme: "auto",
  types: new Set(NODES.map((n) => n.type)),
  relations: new Set(Object.keys(RELATIONS)),
  modalities: new Set(MODALITIES),
  amount: Math.min(NODES.length, DATA.drawn),
  selected: null, // {kind: "node", id} | {kind: "bundle", id, claim?}
  hover: null,
};

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

function day(iso) {
  const parts = /^(-?\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(iso);
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
  const plain = low.normalize("NFD").replace(/\p{M}/gu, "").replace(/ß/g, "ss");
  const written = low.replace(/ä/g, "ae").replace(/ö/g, "oe").replace(/ü/g, "ue").replace(/ß/g, "ss")
    .normalize("NFD").replace(/\p{M}/gu, "");
  return plain === written ? [plain] : [plain, written];
}

const INDEX = NODES.map((node) => [node.label, ...node.aliases].map((name) => ({ name, folds: folds(name) })));

function search(query, limit = 12) {
  const wanted = folds(query.trim());
  if (!wanted[0]) return [];
  const hits = [];
  INDEX.forEach((names, id) => {
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

// ---- bundles: all claims between two actors are one line ----

const BUNDLES = [];
const CLAIMS_OF = NODES.map(() => []);
const BUNDLES_OF = NODES.map(() => []);

{
  const byPair = new Map();
  CLAIMS.forEach((claim, index) => {
    claim.index = index;
    claim.relation = RELATIONS[claim.predicate];
    CLAIMS_OF[claim.subject].push(claim);
    if (claim.object === null || claim.object === claim.subject) return;
    CLAIMS_OF[claim.object].push(claim);
    const [a, b] = [Math.min(claim.subject, claim.object), Math.max(claim.subject, claim.object)];
    const pair = `${a}-${b}`;
    if (!byPair.has(pair)) {
      byPair.set(pair, { id: `b${BUNDLES.length}`, a, b, claims: [] });
      BUNDLES.push(byPair.get(pair));
    }
    claim.bundle = byPair.get(pair);
    claim.bundle.claims.push(claim);
  });
  for (const bundle of BUNDLES) {
    BUNDLES_OF[bundle.a].push(bundle);
    BUNDLES_OF[bundle.b].push(bundle);
  }
  const said = new Map();
  const key = (c) => `${c.subject} ${c.predicate} ${c.object}`;
  for (const claim of CLAIMS) {
    const sides = said.get(key(claim)) ?? new Set();
    said.set(key(claim), sides.add(claim.modality === "negated"));
  }
  for (const claim of CLAIMS) claim.contradicted = said.get(key(claim)).size > 1;
}

const RANK = NODES.map((_, id) => id).sort((a, b) => NODES[b].weight - NODES[a].weight || a - b);
const PLACE_IN_RANK = [];
RANK.forEach((id, place) => { PLACE_IN_RANK[id] = place; });

// ---- what the filters leave ----

const nodeAllowed = (id) => state.types.has(NODES[id].type) && PLACE_IN_RANK[id] < state.amount;

function claimShown(claim) {
  return state.relations.has(claim.predicate) && state.modalities.has(claim.modality)
    && nodeAllowed(claim.subject) && (claim.object === null || nodeAllowed(claim.object));
}

function shown() {
  const claims = CLAIMS.filter(claimShown);
  const nodes = new Set();
  for (const claim of claims) {
    nodes.add(claim.subject);
    if (claim.object !== null) nodes.add(claim.object);
  }
  const bundles = new Map();
  for (const claim of claims) {
    if (!claim.bundle) continue;
    if (!bundles.has(claim.bundle)) bundles.set(claim.bundle, []);
    bundles.get(claim.bundle).push(claim);
  }
  return { claims, nodes, bundles };
}
