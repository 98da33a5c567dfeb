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
  // as ISO 8601 writes it: a day, or an interval that may be open on one side
  const when = ({ begins, ends }) => (begins === ends ? begins ?? "" : `${begins ?? ".."}/${ends ?? ".."}`);
  const moment = (claim) => claim.begins ?? (claim.ends ? lastDay(claim.ends) : "");
  const articleOf = (claim) => ARTICLES[best(claim)?.article];
  const titleOf = (claim) => articleOf(claim)?.title ?? articleOf(claim)?.id ?? "";

  // the words that prove a claim, and below them what else is known of it
  function proving(claim) {
    const [before, cue, after] = best(claim)?.quote ?? ["", "", ""];
    const article = articleOf(claim);
    const facts_ = [
      t(claim.modality), claim.source && t("says", { name: claim.source }), claim.role && t("role", { role: claim.role }), claim.quantity,
      claim.place && t("place", { name: claim.place }), t("confidence", { percent: `${number(Math.round(claim.confidence * 100))} %` }),
    ].filter(Boolean).join(" · ");
    const from = [article?.publisher, published(claim) && day(published(claim))].filter(Boolean).join(" · ");
    return el("div", {},
      el("p", { class: "cell-text", dir: "auto", lang: article?.language || null }, withNames(before, claim), cue ? el("mark", {}, cue) : null, withNames(after, claim)),
      el("p", { class: "cell-facts", dir: "auto" }, facts_),
      article ? el("p", { class: "cell-facts", dir: "auto" }, outside(article.url, titleOf(claim) || t("untitled")), from ? ` · ${from}` : "") : null);
  }
  const neighbours_ = (id, claims) => new Set(claims.map((c) => (c.subject === id ? c.object : c.subject)).filter((o) => o !== null && o !== id)).size;

  // key: words of the head, value: what is exported, and sorted where there is no `sort`, cell: what is seen (the value if
  // there is none), folded: without a column of its own, for it stands in the cell of another
  const SHEETS = {
    claims: {
      items: (seen) => seen.all ?? seen.claims,
      columns: [
        { key: "tableSubject", value: (c) => NODES[c.subject].label, cell: (c) => actor(c.subject), head: true },
        { key: "tableRelation", value: (c) => relationLabel(c.predicate), cell: (c) => el("span", { class: "cell-line" }, lineIcon(rowColour(c), rowLook(c)), proof(c, relationLabel(c.predicate))) },
        { key: "tableObject", value: (c) => (c.object === null ? "" : NODES[c.object].label), cell: (c) => (c.object === null ? "" : actor(c.object)) },
        { key: "tableTime", value: when, sort: moment, cell: (c) => period(c) },
        { key: "tableSentence", value: sentence, cell: proving },
        { key: "tableModality", value: (c) => t(c.modality), folded: true },
        { key: "tableSource", value: (c) => c.source ?? "", folded: true },
        { key: "tablePlace", value: (c) => c.place ?? "", folded: true },
        { key: "tableDetail", value: (c) => [c.role, c.quantity].filter(Boolean).join(" · "), folded: true },
        { key: "tableConfidence", value: (c) => c.confidence, figure: true, folded: true },
        { key: "article", value: titleOf, folded: true },
        { key: "tablePublished", value: published, folded: true },
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
        { key: "tableActor", value: ({ id }) => NODES[id].label, cell: ({ id }) => [actor(id), named(id)], head: true },
        { key: "tableType", value: ({ id }) => t(`type:${NODES[id].type}`) },
        { key: "tableCountry", value: ({ id }) => NODES[id].country ?? "" },
        { key: "tableClaims", value: ({ claims }) => claims.length, cell: ({ claims }) => number(claims.length), figure: true },
        { key: "tableNeighbours", value: ({ id, claims }) => neighbours_(id, claims), figure: true },
        { key: "tableAliases", value: ({ id }) => NODES[id].aliases.join(", "), folded: true },
        { key: "Wikidata", value: ({ id }) => NODES[id].wikidata ?? "", folded: true },
        { key: "GeoNames", value: ({ id }) => NODES[id].geonames ?? "", folded: true },
        { key: "tableLinks", value: null, cell: ({ id }) => links(NODES[id]) ?? "" },
      ],
    },
  };

  const rowColour = (claim) => (claim.modality === "negated" ? theme().negated : claim.relation.lasting ? theme().lasting : scoreColour(claim.relation.score));
  const rowLook = (claim) => ({
    dashes: { reported: "8 5", planned: "2 4", alleged: "2 4" }[claim.modality] ?? "", crossed: claim.modality === "negated", width: claim.relation.lasting ? 1.5 : 2.5,
  });
  const title = (column) => t(column.key);
  const named = (id) => (NODES[id].aliases.length ? el("p", { class: "cell-facts", dir: "auto" }, NODES[id].aliases.join(", ")) : null);

  const written_ = () => SHEETS[sheet.kind].columns.filter((column) => column.value);
  const valuesOf = (item) => written_().map((column) => column.value(item));

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
    return found.map((item) => ({ item, value: (column.sort ?? column.value)(item) })).sort((a, b) => Number(a.value === "") - Number(b.value === "")
      || way * (typeof a.value === "number" ? a.value - b.value : compare(a.value, b.value))).map(({ item }) => item);
  }

  function sortBy(column) {
    const same = sheet.sort === column.key;
    sheet.up = same ? !sheet.up : !column.figure;
    sheet.sort = column.key;
    sheet.page = 0;
    fill();
  }

  // rows are laid out as a grid, which takes their roles from them: they are said
  function head(columns) {
    return el("tr", { role: "row" }, columns.map((column) => {
      if (!column.value) return el("th", { scope: "col", role: "columnheader" }, el("span", { class: "sort" }, title(column)));
      const sorted = sheet.sort === column.key;
      return el("th", { scope: "col", role: "columnheader", "aria-sort": sorted ? (sheet.up ? "ascending" : "descending") : "none", class: column.figure ? "figure" : null },
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
    return el("tr", { role: "row", class: chosen ? "chosen" : null, "aria-current": chosen ? "true" : null }, columns.map((column) => el(column.head ? "th" : "td",
      { scope: column.head ? "row" : null, role: column.head ? "rowheader" : "cell", class: column.figure ? "figure" : null, dir: "auto" }, content(column))));
  }

  function fill() {
    const columns = SHEETS[sheet.kind].columns.filter((column) => !column.folded);
    const found = rows();
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    sheet.page = Math.min(sheet.page, pages - 1);
    const from = sheet.page * PAGE;
    const seen = found.slice(from, from + PAGE);
    const focused = document.activeElement?.dataset?.column;
    sheet.room.head.replaceChildren(head(columns));
    sheet.room.body.replaceChildren(...seen.map((one) => row(one, columns)));
    sheet.room.table.className = `sheet ${sheet.kind}`;
    sheet.room.order.replaceChildren(el("option", { value: "" }, t("tableUnsorted")), ...written_().map((column) => el("option", { value: column.key }, title(column))));
    sheet.room.order.value = sheet.sort ?? "";
    sheet.room.way.textContent = sheet.up ? "▲" : "▼";
    sheet.room.way.disabled = sheet.sort === null;
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
    download(FILES.fileName("csv"), "text/csv;charset=utf-8", FILES.csv(written_().map(title), rows().map(valuesOf)));
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
    const [thead, tbody] = [el("thead", { role: "rowgroup" }), el("tbody", { role: "rowgroup" })];
    const table = el("table", { class: "sheet", role: "table" }, caption, thead, tbody);
    const order = el("select", { class: "choice", "aria-label": t("tableSort"), on: { change: () => {
      const column = written_().find(({ key }) => key === order.value);
      Object.assign(sheet, { sort: column?.key ?? null, up: !column?.figure, page: 0 });
      fill();
    } } });
    const way = el("button", { type: "button", "aria-label": t("tableTurn"), title: t("tableTurn"), on: { click: () => {
      sheet.up = !sheet.up;
      fill();
    } } });
    const status = el("p", { class: "faint", role: "status" });
    const back = el("button", { type: "button", "aria-label": t("tableBack"), on: { click: () => turn(-1) } }, "‹");
    const next = el("button", { type: "button", "aria-label": t("tableNext"), on: { click: () => turn(1) } }, "›");
    const scroll = el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": t("viewTable") }, table);
    sheet.room = { table, head: thead, body: tbody, caption, status, back, next, scroll, kinds, order, way };
    element.replaceChildren(
      el("div", { class: "view-bar" }, el("div", { class: "segments", role: "group", "aria-label": t("tableKind") }, kinds.claims, kinds.actors), query,
        el("label", { class: "order" }, el("span", { class: "faint" }, t("tableSort")), order, way),
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
