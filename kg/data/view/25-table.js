// The network as a table: every actor and every claim in reach of the keyboard and of a screen reader.

const TABLE = (() => {
  const PAGE = 100; // rows at a time
  const sheet = { kind: "claims", sort: null, up: true, query: "", page: 0, room: null };

  const actor = (id) => el("button", { type: "button", class: "cell-button", dir: "auto", on: { click: () => select({ kind: "node", id }) } },
    typeIcon(NODES[id].type), NODES[id].label);

  const proof = (claim, ...words) => el("button", {
    type: "button", class: "cell-button", dir: "auto", "aria-label": `${words.join(" ")}: ${t("tableEvidence")}`, on: { click: () => selectClaim(claim) },
  }, ...words);

  const best = (claim) => claim.evidence[0];
  const sentence = (claim) => (best(claim) ? best(claim).quote.join("") : "");
  const published = (claim) => ARTICLES[best(claim)?.article]?.published ?? "";
  const when = (claim) => claim.begins ?? claim.ends ?? "";
  const neighbours_ = (id, claims) => new Set(claims.map((c) => (c.subject === id ? c.object : c.subject)).filter((o) => o !== null && o !== id)).size;

  // key: words of the head, value: what is sorted and exported, cell: what is seen (the value if there is none)
  const SHEETS = {
    claims: {
      items: (seen) => seen.all ?? seen.claims,
      columns: [
        { key: "tableSubject", value: (c) => NODES[c.subject].label, cell: (c) => actor(c.subject), head: true },
        { key: "tableRelation", value: (c) => relationLabel(c.predicate), cell: (c) => el("span", { class: "cell-line" }, lineIcon(rowColour(c), rowLook(c)), proof(c, relationLabel(c.predicate))) },
        { key: "tableObject", value: (c) => (c.object === null ? "" : NODES[c.object].label), cell: (c) => (c.object === null ? "" : actor(c.object)) },
        { key: "tableTime", value: when, cell: (c) => period(c) },
        { key: "tableSentence", value: sentence, cell: (c) => el("span", { class: "cell-text", lang: ARTICLES[best(c)?.article]?.language || null }, sentence(c)) },
        { key: "tableModality", value: (c) => t(c.modality) },
        { key: "tableSource", value: (c) => c.source ?? "" },
        { key: "tablePlace", value: (c) => c.place ?? "" },
        { key: "tableDetail", value: (c) => [c.role, c.quantity].filter(Boolean).join(" · ") },
        { key: "tableConfidence", value: (c) => c.confidence, cell: (c) => `${number(Math.round(c.confidence * 100))} %`, figure: true },
        { key: "tablePublished", value: published, cell: (c) => (published(c) ? day(published(c)) : "") },
      ],
    },
    actors: {
      items: (seen) => {
        const found = new Map();
        for (const claim of seen.all ?? seen.claims) {
          for (const id of new Set([claim.subject, claim.object ?? claim.subject])) (found.get(id) ?? found.set(id, []).get(id)).push(claim);
        }
        return [...found].map(([id, claims]) => ({ id, claims }));
      },
      columns: [
        { key: "tableActor", value: ({ id }) => NODES[id].label, cell: ({ id }) => actor(id), head: true },
        { key: "tableType", value: ({ id }) => t(`type:${NODES[id].type}`) },
        { key: "tableCountry", value: ({ id }) => NODES[id].country ?? "" },
        { key: "tableClaims", value: ({ claims }) => claims.length, cell: ({ claims }) => number(claims.length), figure: true },
        { key: "tableNeighbours", value: ({ id, claims }) => neighbours_(id, claims), figure: true },
        { key: "tableAliases", value: ({ id }) => NODES[id].aliases.join(", ") },
        { key: "Wikidata", value: ({ id }) => NODES[id].wikidata ?? "", cell: ({ id }) => (NODES[id].wikidata ? outside(`https://www.wikidata.org/wiki/${NODES[id].wikidata}`, NODES[id].wikidata) : "") },
        { key: "GeoNames", value: ({ id }) => NODES[id].geonames ?? "", cell: ({ id }) => (NODES[id].geonames ? outside(`https://www.geonames.org/${NODES[id].geonames}`, String(NODES[id].geonames)) : "") },
      ],
    },
  };

  const rowColour = (claim) => (claim.modality === "negated" ? theme().negated : claim.relation.lasting ? theme().lasting : scoreColour(claim.relation.score));
  const rowLook = (claim) => ({
    dashes: { reported: "8 5", planned: "2 4", alleged: "2 4" }[claim.modality] ?? "", crossed: claim.modality === "negated", width: claim.relation.lasting ? 1.5 : 2.5,
  });
  const title = (column) => t(column.key);

  const valuesOf = (item) => SHEETS[sheet.kind].columns.map((column) => column.value(item));

  // what is searched in a row; kept, since it is asked for at every key that is pressed
  let folded = { language: null, texts: new WeakMap() };
  function textOf(item) {
    if (folded.language !== state.language) folded = { language: state.language, texts: new WeakMap() };
    if (!folded.texts.has(item)) folded.texts.set(item, folds(valuesOf(item).join("\n")).join("\n"));
    return folded.texts.get(item);
  }

  // rows that hold all the words that are asked for, in the order that is asked for
  function rows() {
    const { items, columns } = SHEETS[sheet.kind];
    const wanted = sheet.query.trim().split(/\s+/).filter(Boolean).map((word) => folds(word));
    let found = items(view);
    if (wanted.length) found = found.filter((item) => wanted.every((forms) => forms.some((form) => textOf(item).includes(form))));
    const column = columns.find(({ key }) => key === sheet.sort);
    if (!column) return found;
    const { compare } = new Intl.Collator(state.language, { numeric: true });
    const way = sheet.up ? 1 : -1;
    return found.map((item) => ({ item, value: column.value(item) })).sort((a, b) => Number(a.value === "") - Number(b.value === "")
      || way * (typeof a.value === "number" ? a.value - b.value : compare(a.value, b.value))).map(({ item }) => item);
  }

  function sortBy(column) {
    const same = sheet.sort === column.key;
    sheet.up = same ? !sheet.up : !column.figure;
    sheet.sort = column.key;
    sheet.page = 0;
    fill();
  }

  function head(columns) {
    return el("tr", {}, columns.map((column) => {
      const sorted = sheet.sort === column.key;
      return el("th", { scope: "col", "aria-sort": sorted ? (sheet.up ? "ascending" : "descending") : "none", class: column.figure ? "figure" : null },
        el("button", { type: "button", class: "sort", "data-column": column.key, on: { click: () => sortBy(column) } },
          title(column), el("span", { "aria-hidden": "true", class: "sort-mark" }, sorted ? (sheet.up ? "▲" : "▼") : "↕")));
    }));
  }

  function row(item, columns) {
    const picked = state.selected;
    const chosen = sheet.kind === "actors" ? picked?.kind === "node" && picked.id === item.id : picked?.claim === item.index;
    const content = (column) => {
      if (column.cell) return column.cell(item);
      const value = column.value(item);
      return typeof value === "number" ? number(value) : value;
    };
    return el("tr", { class: chosen ? "chosen" : null, "aria-current": chosen ? "true" : null }, columns.map((column) => el(column.head ? "th" : "td",
      { scope: column.head ? "row" : null, class: column.figure ? "figure" : null, dir: "auto" }, content(column))));
  }

  function fill() {
    const { columns } = SHEETS[sheet.kind];
    const found = rows();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    sheet.page = Math.min(sheet.page, pages - 1);
    const from = sheet.page * PAGE;
    const seen = found.slice(from, from + PAGE);
    const focused = document.activeElement?.dataset?.column;
    sheet.room.head.replaceChildren(head(columns));
    sheet.room.body.replaceChildren(...seen.map((one) => row(one, columns)));
    sheet.room.caption.textContent = t(sheet.kind === "claims" ? "tableClaimsCaption" : "tableActorsCaption");
    sheet.room.status.textContent = found.length
      ? t("tableRows", { from: number(from + 1), to: number(from + seen.length), all: number(found.length) }) : t("tableNothing");
    sheet.room.back.disabled = sheet.page === 0;
    sheet.room.next.disabled = sheet.page >= pages - 1;
    for (const [kind, button] of Object.entries(sheet.room.kinds)) button.setAttribute("aria-pressed", String(kind === sheet.kind));
    if (focused) sheet.room.head.querySelector(`[data-column="${CSS.escape(focused)}"]`)?.focus();
  }

  function turn(step) {
    sheet.page += step;
    fill();
    sheet.room.scroll.scrollTop = 0;
  }

  function save() {
    const { columns } = SHEETS[sheet.kind];
    download(FILES.fileName("csv"), "text/csv;charset=utf-8", FILES.csv(columns.map(title), rows().map(valuesOf)));
  }

  function kindButton(kind) {
    return el("button", { type: "button", on: { click: () => {
      Object.assign(sheet, { kind, sort: null, up: true, page: 0 });
      fill();
    } } }, t(kind === "claims" ? "tableClaims" : "tableActors"));
  }

  function show(element) {
    const kinds = { claims: kindButton("claims"), actors: kindButton("actors") };
    const query = el("input", { type: "search", class: "view-search", autocomplete: "off", spellcheck: "false", placeholder: t("tableFilter"), "aria-label": t("tableFilter"), on: {
      input: () => {
        sheet.query = query.value;
        sheet.page = 0;
        fill();
      },
    } });
    query.value = sheet.query;
    const caption = el("caption", { class: "unseen" });
    const [thead, tbody] = [el("thead"), el("tbody")];
    const status = el("p", { class: "faint", role: "status" });
    const back = el("button", { type: "button", "aria-label": t("tableBack"), on: { click: () => turn(-1) } }, "‹");
    const next = el("button", { type: "button", "aria-label": t("tableNext"), on: { click: () => turn(1) } }, "›");
    const scroll = el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("viewTable") }, el("table", { class: "sheet" }, caption, thead, tbody));
    sheet.room = { head: thead, body: tbody, caption, status, back, next, scroll, kinds };
    element.replaceChildren(
      el("div", { class: "view-bar" }, el("div", { class: "segments", role: "group", "aria-label": t("tableKind") }, kinds.claims, kinds.actors), query,
        el("button", { type: "button", on: { click: save } }, t("tableSave"))),
      scroll, el("div", { class: "view-foot" }, status, back, next));
    fill();
  }

  let spoken = state.language;
  let place = null;
  addView({
    id: "table",
    label: "viewTable",
    available: () => true,
    show(element) {
      place = element;
      spoken = state.language;
      show(element);
    },
    update() {
      if (spoken !== state.language) {
        spoken = state.language;
        show(place);
      } else fill();
    },
    hide() {},
  });

  return { rows, sheet };
})();
