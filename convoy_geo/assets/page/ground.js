/* The Leaflet map, its panes, renderers and path styles. */

const container = document.getElementById("map");
const map = L.map(container, {
  // Credits stand in the page's footer
  attributionControl: false,
  zoomControl: false,
  fadeAnimation: !still,
  zoomAnimation: !still,
  markerZoomAnimation: !still,
  inertia: !still,
  zoomSnap: doc.map.zoomSnap ?? 0.5,
  wheelPxPerZoomLevel: 90,
  zoomDelta: doc.map.zoomDelta ?? 1,
  minZoom: doc.map.minZoom ?? 2,
  maxZoom: doc.map.maxZoom ?? 18,
  scrollWheelZoom: doc.map.scrollWheelZoom ?? true,
  doubleClickZoom: doc.map.doubleClickZoom ?? true,
  dragging: doc.map.dragging ?? true,
  maxBounds: doc.map.maxBounds,
});
// Buttons come before the features in the order of the tabulator key.
container.prepend(container.querySelector(".leaflet-control-container"));

function look() {
  if (doc.map.fit) {
    const margin = narrow() ? 12 : 28;
    map.fitBounds(doc.map.fit, {
      // The control of the layers shall cover no place in the corner
      paddingTopLeft: [margin, doc.control ? margin + 28 : margin],
      paddingBottomRight: [margin, margin],
      maxZoom: doc.map.fitMaxZoom ?? undefined,
      animate: false,
    });
  } else {
    map.setView(doc.map.center, doc.map.zoom ?? 6, { animate: false });
  }
}

/** Leaflet's path options for a style of the document. */
function options(number) {
  return { fill: false, ...(doc.styles[number] || {}) };
}

const TURNS = { hatch: [45], "hatch-back": [-45], "hatch-cross": [45, -45] };

/** Fill an SVG path with lines of its colour: a region must not look like a control zone. */
function hatch(path) {
  const { hatch: kind, fillColor, color = "#3388ff", fillOpacity = 0.2 } = path.options;
  const element = path.getElement();
  if (!element || !TURNS[kind]) return;
  const ink = fillColor || color;
  const svg = element.ownerSVGElement;
  const id = `${kind}-${ink}-${fillOpacity}`.replace(/[^\w-]/g, "_");
  if (!svg.querySelector(`#${id}`)) {
    const pattern = document.createElementNS(SVG, "pattern");
    const set = (target, values) => {
      for (const [name, value] of Object.entries(values)) target.setAttribute(name, value);
      return target;
    };
    set(pattern, { id, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
    const wash = document.createElementNS(SVG, "rect");
    pattern.append(set(wash, { width: 7, height: 7, fill: ink, "fill-opacity": fillOpacity / 3 }));
    for (const turn of TURNS[kind]) {
      const line = document.createElementNS(SVG, "path");
      pattern.append(set(line, {
        d: turn > 0 ? "M0 0V7" : "M0 0H7",
        stroke: ink,
        "stroke-width": 2,
        "stroke-opacity": Math.min(1, fillOpacity * 3),
      }));
    }
    let defs = svg.querySelector("defs");
    if (!defs) {
      defs = document.createElementNS(SVG, "defs");
      svg.prepend(defs);
    }
    defs.append(pattern);
  }
  element.setAttribute("fill", `url(#${id})`);
  element.setAttribute("fill-opacity", 1);
}

let panes = 0;
function pane(item) {
  const name = `layer-${++panes}`;
  // Leaflet: tiles 200, paths 400, markers 600, popups 700.
  const depth = item.canvas ? 300 : 400 + Math.min(panes, 150) + (item.front || 0);
  map.createPane(name).style.zIndex = String(depth);
  return name;
}

/** The pane that all layers of the basemap share, below tiles and out of the mouse's way. */
function basemap() {
  if (!map.getPane("basemap")) {
    map.createPane("basemap").style.zIndex = "100";
    map.getPane("basemap").style.pointerEvents = "none";
  }
  return "basemap";
}

const namesPane = map.createPane("names");
namesPane.style.zIndex = "590";
namesPane.style.pointerEvents = "none";
// Each name is also its feature's label
namesPane.setAttribute("aria-hidden", "true");

const renderers = new Map();
function renderer(paneName, canvas) {
  const key = canvas ? `${paneName}-canvas` : paneName;
  if (!renderers.has(key)) {
    const make = canvas ? L.canvas : L.svg;
    renderers.set(key, make({ pane: paneName, padding: 0.5, tolerance: 4 }));
  }
  return renderers.get(key);
}
