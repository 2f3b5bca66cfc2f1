/* The case's data as files, made inside the page: claims as CSV, what is drawn as GeoJSON. */

/** A cell of CSV; a spreadsheet would run what begins like a formula. */
function csvCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** All claims, with the headings of the page's table. */
function claimsCsv() {
  const rows = claims.map((claim) => {
    const { row, ...cells } = { row: claim, ...cellsOf(`c-${claim.id}`) };
    const [report, publisher, url, , published] = story.reports[row.report];
    return [
      [words.claim, row.id], [words.sources, publisher], ["URL", url], [words.published, published],
      [words.sides, story.sides[row.side][1]],
      ...Object.values(cells).map(({ head, text }) => [head, text]), ["report", report],
    ];
  });
  const lines = rows.map((row) => row.map(([, text]) => csvCell(squeeze(text))).join(","));
  const head = rows.length ? rows[0].map(([name]) => csvCell(squeeze(name))).join(",") : "";
  // Spreadsheets know UTF-8 by its mark
  return `\ufeff${[head, ...lines].join("\r\n")}\r\n`;
}

/** Places, areas, routes and closures with their words and the ids of their claims. */
function drawnGeojson() {
  const features = [];
  const add = (layer) => {
    if (layer.eachLayer) {
      layer.eachLayer(add);
      return;
    }
    const { item } = layer;
    if (!item || !layer.toGeoJSON || !(item.row || item.c || item.w)) return;
    const cells = item.row ? cellsOf(item.row) : null;
    const [name] = cells ? Object.values(cells) : [{ text: item.t ? squeeze(textOf(item.t)) : "" }];
    const { geometry } = layer.toGeoJSON(5);
    features.push({
      type: "Feature",
      geometry,
      properties: {
        name: name.text,
        kind: { d: "place", a: "area", c: "area", l: item.w ? "reported_route" : "line" }[item.k] || item.k,
        side: item.a === undefined ? null : story.sides[item.a][0],
        claims: (item.c || []).map((number) => claims[number].id),
      },
    });
  };
  for (const layer of dataLayers) add(layer);
  return JSON.stringify({ type: "FeatureCollection", features });
}

// Groups of what is drawn, whether or not they show
const dataLayers = new Set();
const addedToData = extend.added;
extend.added = (layer, group) => {
  addedToData(layer, group);
  dataLayers.add(layer);
};

function offerData(box) {
  const place = make("p", "");
  place.setAttribute("role", "status");
  let last = null;
  const offer = (text, kind, type) => {
    URL.revokeObjectURL(last);
    last = URL.createObjectURL(new Blob([text], { type }));
    const link = make("a", "", "");
    link.href = last;
    link.download = `${fileStem()}.${kind}`;
    link.textContent = `${words.download}: ${link.download}`;
    place.replaceChildren(link);
    if (!framed) link.click();
  };
  box.append(make("p", "", `${words.data}: `,
    button("CSV", () => offer(claimsCsv(), "csv", "text/csv;charset=utf-8")), " ",
    button("GeoJSON", () => offer(drawnGeojson(), "geojson", "application/geo+json"))), place);
}
