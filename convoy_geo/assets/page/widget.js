/*
 * A map within a notebook's widget: what is selected, which layers are on, where one looks, and what
 * is drawn, told both ways by the port (port.js). A case adds its days and sides (story_widget.js).
 */

const given = doc.widget;
// What is shown because the notebook asked for it is not reported back
let obeying = false;
const states = {};
const take = (state) => {
  obeying = true;
  try {
    for (const [name, value] of Object.entries(state)) if (states[name]) states[name](value);
  } finally {
    obeying = false;
  }
};
const wire = openPort(given.nonce, take);
const report = (state) => obeying || wire.report(state);

// --- selection -----------------------------------------------------------------------------------

// Key -> [{layer, group}], for everything that can be selected
const things = new Map();
let selected = [];
const marks = L.layerGroup().addTo(map);
map.createPane("selected").style.zIndex = "580";
map.getPane("selected").style.pointerEvents = "none";
const MARKED = { pane: "selected", color: "#e69f00", opacity: 0.9, fill: false, interactive: false };

/** What belongs to a thing besides it: in a case the claims that it rests on, and that show. */
let besides = () => [];
/** The marks of a key that no drawn thing has, such as a claim's. */
let markOf = () => [];

function select(keys, more) {
  const wanted = [...new Set(more ? [...selected, ...keys] : keys)];
  selected = wanted;
  markSelected();
  report({ selected: wanted });
}

/** Take a thing out of the selection if all of it is in, else add it. */
function toggle(keys) {
  const all = keys.every((key) => selected.includes(key));
  if (all) select(selected.filter((key) => !keys.includes(key)), false);
  else select(keys, true);
}

function markSelected() {
  marks.clearLayers();
  const done = new Set();
  const mark = (at, shape) => {
    if (done.has(at)) return;
    done.add(at);
    marks.addLayer(shape);
  };
  for (const key of selected) {
    for (const { layer } of things.get(key) || []) {
      if (layer.getLatLng) mark(`${layer.getLatLng()}`, L.circleMarker(layer.getLatLng(), { ...MARKED, radius: 11, weight: 4 }));
      else if (layer instanceof L.Polygon) mark(layer, L.polygon(layer.getLatLngs(), { ...MARKED, weight: 4 }));
      else if (layer.getLatLngs) mark(layer, L.polyline(layer.getLatLngs(), { ...MARKED, weight: 9, opacity: 0.5 }));
    }
    for (const at of markOf(key)) mark(`${at}`, L.circleMarker(at, { ...MARKED, radius: 11, weight: 4 }));
  }
  count.textContent = selected.length ? given.words.selected.replace("{count}", `${selected.length}`) : "";
  clear.disabled = !selected.length && !drawnShapes.length;
}

const keysOfThing = (layer) => [layer.item.key, ...besides(layer.item)];

const addedToo = extend.added;
extend.added = (layer, group) => {
  if (addedToo) addedToo(layer, group);
  register(layer, group);
};

function register(layer, group) {
  const key = layer.item && layer.item.key;
  if (key === undefined || layer.registered) return;
  layer.registered = true;
  if (!things.has(key)) things.set(key, []);
  things.get(key).push({ layer, group });
  layer.on("click", (event) => {
    const keys = keysOfThing(layer);
    if (event.originalEvent && event.originalEvent.shiftKey) toggle(keys);
    else select(keys, false);
  });
}

/** Everything on the map that a shape of pixels meets. */
function selectIn(ring, more) {
  const found = [];
  for (const entries of things.values()) {
    for (const { layer } of entries) if (map.hasLayer(layer) && meets(layer, ring)) found.push(...keysOfThing(layer));
  }
  select(found, more);
}

states.selected = (keys) => {
  selected = keys;
  markSelected();
  if (shownAlone) shownAlone(keys);
};
/** Called with the keys that the notebook selects. */
let shownAlone = null;

// --- layers --------------------------------------------------------------------------------------

const groups = new Map();
extend.group = (group, item) => {
  if (item.key !== undefined) groups.set(item.key, group);
};
const layersOn = () => [...groups].filter(([, group]) => map.hasLayer(group)).map(([key]) => key);
states.layers = (keys) => {
  for (const [key, group] of groups) {
    if (keys.includes(key)) map.addLayer(group);
    else group.remove();
  }
};

// --- where one looks -----------------------------------------------------------------------------

const spot = () => {
  const { lat, lng } = map.getCenter();
  return `${lat.toFixed(5)} ${lng.toFixed(5)} ${map.getZoom()}`;
};
let lookedAt = "";
states.view = ([west, south, east, north]) => {
  doc.map.fit = [[south, west], [north, east]];
  doc.map.fitMaxZoom = undefined;
  look();
  lookedAt = spot();
};
function moved() {
  // The window around it may have changed, not the place
  if (spot() === lookedAt || !container.clientWidth || !container.clientHeight) return;
  lookedAt = spot();
  const bounds = map.getBounds();
  report({ view: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((edge) => Number(edge.toFixed(5))) });
}

// --- drawing -------------------------------------------------------------------------------------

let drawnShapes = [];
const drawing = L.layerGroup().addTo(map);
map.createPane("drawn").style.zIndex = "585";
map.getPane("drawn").style.pointerEvents = "none";
const INK = { pane: "drawn", color: "#7b2d8b", weight: 3, interactive: false };

const swapped = (list) => (typeof list[0] === "number" ? [list[1], list[0]] : list.map(swapped));
states.drawn = (shapes) => {
  drawnShapes = shapes;
  drawing.clearLayers();
  for (const { type, coordinates } of shapes) {
    const at = swapped(coordinates);
    if (type === "Point") drawing.addLayer(L.circleMarker(at, { ...INK, radius: 6, fill: true }));
    else if (/Polygon/.test(type)) drawing.addLayer(L.polygon(at, { ...INK, fill: true, fillOpacity: 0.12 }));
    else drawing.addLayer(L.polyline(at, INK));
  }
  markSelected();
};

function addDrawn(kind, points) {
  const at = points.map(([x, y]) => {
    const { lat, lng } = map.containerPointToLatLng([x, y]);
    return [Number(lng.toFixed(6)), Number(lat.toFixed(6))];
  });
  const shape = kind === "point" ? { type: "Point", coordinates: at[0] }
    : kind === "line" ? { type: "LineString", coordinates: at }
    : { type: "Polygon", coordinates: [[...at, at[0]]] };
  const shapes = [...drawnShapes, shape];
  states.drawn(shapes);
  report({ drawn: shapes });
}

// --- the tools -----------------------------------------------------------------------------------

const SIGNS = { box: "M3 4h14v12H3z", lasso: "M10 3c5 0 8 2 8 5s-3 5-8 5-8-2-8-5 3-5 8-5zM6 12c-1 2 1 3 0 5",
  point: "M10 6a4 4 0 1 1 0 8 4 4 0 0 1 0-8z", line: "M3 16 8 6l5 6 4-8", polygon: "M4 16 3 7l8-4 6 6-4 7z",
  clear: "M4 4l12 12M16 4 4 16" };

function toolButton(kind, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.dataset.tool = kind;
  element.title = given.words[kind];
  element.setAttribute("aria-label", given.words[kind]);
  const svg = document.createElementNS(SVG, "svg");
  const sign = document.createElementNS(SVG, "path");
  sign.setAttribute("d", SIGNS[kind]);
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  svg.append(sign);
  element.append(svg);
  element.addEventListener("click", () => act(element));
  return element;
}

const count = document.createElement("output");
const clear = toolButton("clear", () => {
  select([], false);
  states.drawn([]);
  report({ drawn: [] });
});

function startTool(kind, element) {
  const begun = element.getAttribute("aria-pressed") === "true";
  if (endSketch) endSketch();
  if (begun) return;
  element.setAttribute("aria-pressed", "true");
  sketch(kind, (points, more) => {
    element.setAttribute("aria-pressed", "false");
    element.focus();
    if (!points) return;
    if (kind === "box" || kind === "lasso") selectIn(points, more);
    else addDrawn(kind, points);
  });
}

/** A box that selects all things whose key or words have what is typed; a case has its own search. */
function finderOfThings() {
  const box = document.createElement("input");
  box.type = "search";
  box.id = "find";
  box.placeholder = given.words.find;
  box.setAttribute("aria-label", given.words.find);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const asked = box.value.trim().toLowerCase();
    const text = (key) => [key, ...things.get(key).map(({ layer }) => labelOf(layer.item))].join(" ").toLowerCase();
    const found = asked ? [...things.keys()].filter((key) => text(key).includes(asked)) : [];
    select(found, event.shiftKey);
    const layers = found.flatMap((key) => things.get(key).map(({ layer }) => layer));
    const bounds = layers.reduce((all, layer) => all.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng()), L.latLngBounds([]));
    if (bounds.isValid() && !map.getBounds().contains(bounds)) map.fitBounds(bounds, { animate: false, maxZoom: map.getZoom() });
  });
  return box;
}

function startWidget() {
  document.body.classList.add("widget");
  if (given.only) document.body.classList.add(`only-${given.only}`);
  const bar = document.createElement("div");
  bar.id = "widget";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", given.words.tools);
  for (const kind of ["box", "lasso", "point", "line", "polygon"]) {
    const element = toolButton(kind, () => startTool(kind, element));
    element.setAttribute("aria-pressed", "false");
    bar.append(element);
  }
  count.setAttribute("aria-live", "polite");
  bar.append(clear);
  if (!doc.story) bar.append(finderOfThings());
  bar.append(count);
  control("topleft", bar);
  markSelected();
}

const startedToo = extend.start;
extend.start = () => {
  if (startedToo) startedToo();
  startWidget();
  // A case says only now what it does once all is drawn
  const drawnToo = extend.drawn;
  extend.drawn = () => {
    if (drawnToo) drawnToo();
    openWidget();
  };
};

function openWidget() {
  // What stands in no group
  map.eachLayer((layer) => register(layer, null));
  lookedAt = spot();
  map.on("moveend", moved);
  map.on("layeradd layerremove", ({ layer }) => {
    if ([...groups.values()].includes(layer)) report({ layers: layersOn() });
  });
  wire.ready();
}
