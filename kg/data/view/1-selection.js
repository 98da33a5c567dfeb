// What the filters leave, and where it stands in the picture.

function claimPasses(claim) {
  if (!state.relations.has(claim.predicate) || !state.modalities.has(claim.modality)) return false;
  const ends = claim.object === null ? [claim.subject] : [claim.subject, claim.object];
  for (const id of ends) {
    if (!state.types.has(NODES[id].type)) return false;
    if (state.group !== null && NODES[id].community !== state.group) return false;
  }
  if (state.source !== null && (claim.source ?? "") !== state.source) return false;
  if (state.article !== null && !claim.evidence.some((e) => e.article === state.article)) return false;
  if (state.from === null && state.to === null) return true;
  return claim.from !== null && (state.to === null || claim.from <= state.to) && (state.from === null || claim.to >= state.from);
}

function neighbours(claims) {
  const found = new Map();
  const join = (a, b) => (found.get(a) ?? found.set(a, new Set()).get(a)).add(b);
  for (const { subject, object } of claims) {
    if (object === null || object === subject) continue;
    join(subject, object);
    join(object, subject);
  }
  return found;
}

// how many steps every actor is away from one, up to a limit
function distances(start, near, limit = Infinity) {
  const found = new Map([[start, 0]]);
  let edge = [start];
  for (let step = 1; edge.length && step <= limit; step += 1) {
    const next = [];
    for (const id of edge) {
      for (const other of near.get(id) ?? []) {
        if (found.has(other)) continue;
        found.set(other, step);
        next.push(other);
      }
    }
    edge = next;
  }
  return found;
}

// all actors on the shortest paths between two, with their distance from the first; empty if there is no path
function between(from, to, near) {
  const [there, back] = [distances(from, near), distances(to, near)];
  const long = there.get(to);
  const found = new Map();
  if (long === undefined) return found;
  for (const [id, step] of there) if (step + (back.get(id) ?? Infinity) === long) found.set(id, step);
  return found;
}

const actorsOf = (claims) => new Set(claims.flatMap(({ subject, object }) => (object === null ? [subject] : [subject, object])));

// the strongest of those that the filters leave, and the claims between them
function shown() {
  const passing = CLAIMS.filter(claimPasses);
  let steps = null; // distance of each actor from the one in focus, or on a path
  if (state.path) steps = between(state.path.from, state.path.to, neighbours(passing));
  else if (state.around) steps = distances(state.around.id, neighbours(passing), state.around.steps);
  const all = steps ? passing.filter((c) => steps.has(c.subject) && (c.object === null || steps.has(c.object))) : passing;
  const found = actorsOf(all);
  const order = [...found].sort(steps ? (a, b) => steps.get(a) - steps.get(b) || byRank(a, b) : byRank);
  const limit = Math.min(state.amount, DATA.placed);
  const strong = new Set(steps && state.path ? order.slice(0, 80) : order.slice(0, limit));
  if (state.path && steps.size) strong.add(state.path.to);
  const claims = [];
  const nodes = new Set();
  const bundles = new Map();
  for (const claim of all) {
    if (!strong.has(claim.subject) || (claim.object !== null && !strong.has(claim.object))) continue;
    claims.push(claim);
    nodes.add(claim.subject);
    if (claim.object !== null) nodes.add(claim.object);
    if (claim.bundle) (bundles.get(claim.bundle) ?? bundles.set(claim.bundle, []).get(claim.bundle)).push(claim);
  }
  const ranked = [...nodes].sort(byRank);
  return { all, claims, nodes, bundles, steps, order: ranked, hidden: found.size - nodes.size };
}

// ---- places: those from Python, or around one actor, or along a path ----

function places(seen) {
  const ids = seen.order;
  if (state.path && seen.steps.size) return layers(seen);
  if (state.around) return rings(seen, state.around.id);
  const [x, y] = ids.every((id) => NODES[id].u !== null) ? ["u", "v"] : ["x", "y"];
  if (ids.every((id) => NODES[id][x] !== null)) return new Map(ids.map((id) => [id, [NODES[id][x], NODES[id][y]]]));
  return rings(seen, ids[0]);
}

const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

// one actor in the middle, the others on rings by their distance, each near those that it is connected with
function rings(seen, centre) {
  const near = neighbours(seen.claims);
  const steps = distances(centre, near);
  const found = new Map([[centre, [0, 0]]]);
  const angles = new Map([[centre, 0]]);
  const farthest = Math.max(...steps.values()) + 1;
  const byStep = [];
  for (const id of seen.order) (byStep[steps.get(id) ?? farthest] ??= []).push(id);
  let radius = 0;
  byStep.forEach((members, step) => {
    if (step === 0) return;
    const rows = members.length > 22 ? 2 : 1;
    radius = Math.max(radius + (step === 1 ? 230 : 180), (members.length * (members.length > 60 ? 34 : 95)) / (2 * Math.PI * rows));
    let turns;
    if (step === 1) turns = new Map(seriate(members, near, centre).map((id, i) => [id, (i / members.length) * 2 * Math.PI - Math.PI / 2]));
    else {
      turns = apart(members.map((id) => {
        const inner = [...(near.get(id) ?? [])].filter((o) => angles.has(o) && o !== centre).map((o) => angles.get(o));
        return [id, inner.length ? Math.atan2(mean(inner.map(Math.sin)), mean(inner.map(Math.cos))) : NODES[id].community * 0.37];
      }));
    }
    [...turns].forEach(([id, angle], i) => {
      const far = radius + (rows === 2 && i % 2 ? 95 : 0);
      angles.set(id, angle);
      found.set(id, [Math.round(far * Math.cos(angle) * 1.15), Math.round(far * Math.sin(angle))]);
    });
    radius += rows === 2 ? 95 : 0;
  });
  return found;
}

// an order in which those with common acquaintances stand side by side
function seriate(members, near, centre) {
  if (members.length > 400) return members;
  const common = (a, b) => {
    let found = (near.get(a) ?? new Set()).has(b) ? 2 : 0;
    for (const o of near.get(a) ?? []) if (o !== centre && near.get(b)?.has(o)) found += 1;
    return found;
  };
  const left = new Set(members);
  const order = [];
  let last = members[0];
  while (left.size) {
    left.delete(last);
    order.push(last);
    let best = null;
    for (const id of left) {
      const closeness = common(last, id);
      if (best === null || closeness > best.closeness) best = { id, closeness };
    }
    last = best?.id;
  }
  return order;
}

// angles as near as possible to the wanted ones that leave everyone room
function apart(wanted) {
  const sorted = [...wanted].sort((p, q) => p[1] - q[1] || byRank(p[0], q[0]));
  const gap = (2 * Math.PI / sorted.length) * (sorted.length > 8 ? 0.85 : 0.55);
  const angles = [];
  sorted.forEach(([, wish], i) => angles.push(i ? Math.max(wish, angles[i - 1] + gap) : wish));
  const over = angles.length > 1 ? Math.max(0, angles.at(-1) - angles[0] + gap - 2 * Math.PI) : 0;
  const long = angles.at(-1) - angles[0];
  const squeeze = over ? (long - over) / long : 1;
  const shiftBack = mean(angles.map((angle, i) => angles[0] + (angle - angles[0]) * squeeze - sorted[i][1]));
  return new Map(sorted.map(([id], i) => [id, angles[0] + (angles[i] - angles[0]) * squeeze - shiftBack]));
}

// from left to right
function layers(seen) {
  const near = neighbours(seen.claims);
  const columns = [];
  for (const id of seen.order) (columns[seen.steps.get(id)] ??= []).push(id);
  const found = new Map();
  columns.forEach((members, step) => {
    const height = new Map(members.map((id) => {
      const before = [...(near.get(id) ?? [])].filter((o) => found.has(o)).map((o) => found.get(o)[1]);
      return [id, before.length ? mean(before) : 0];
    }));
    members.sort((a, b) => height.get(a) - height.get(b) || byRank(a, b));
    members.forEach((id, i) => found.set(id, [step * 260, Math.round((i - (members.length - 1) / 2) * 95)]));
  });
  return found;
}
