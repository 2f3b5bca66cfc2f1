/* Items of the document as Leaflet layers, with popups and the keyboard. */

// Elements that names belong to
const byId = new Map();
// Points now on the map, which names keep clear of
const dots = new Set();
// Popups that are open from the start
const opening = [];

/** A Leaflet layer for an item; `from` is what it takes from the groups above it. */
function layerOf(item, from) {
  if (item.k === "g") return groupOf(item, from);
  if (item.k === "r") return new Cloud(item, from);
  if (item.k === "t") return L.tileLayer(item.url, { ...item.options });
  const to = { p: from.p, t: from.t, pw: from.pw, fixed: from.fixed, ...item };
  const talks = "p" in to && to.p !== undefined || to.t !== undefined || to.z || to.row;
  const style = {
    ...options(to.s),
    interactive: Boolean(talks),
    pane: from.pane,
    smoothFactor: 1,
  };
  style.renderer = renderer(from.pane, from.canvas && !style.hatch);
  const ground = from.base && !from.canvas && !talks && !style.hatch && "la".includes(to.k);
  const layer = ground ? groundOf(to, style, from.q) : shape(to, style, from.q);
  if (item.id !== undefined) byId.set(item.id, layer);
  if (item.k === "d" || item.k === "m" || item.k === "h") {
    if (!from.canvas) {
      layer.on("add", () => dots.add(layer));
      layer.on("remove", () => dots.delete(layer));
    }
  }
  if (style.hatch) layer.on("add", () => hatch(layer));
  if (talks) speak(layer, to, style);
  layer.item = to;
  return layer;
}

function shape(item, style, q) {
  const point = () => unpack(item.g, q)[0];
  switch (item.k) {
    case "l":
      if ((item.w || item.cut) && extend.line) return extend.line(item, style, item.g.map((line) => unpack(line, q)));
      return L.polyline(item.g.map((line) => unpack(line, q)), style);
    case "a":
      return L.polygon(item.g.map((area) => area.map((ring) => unpack(ring, q))), style);
    case "d":
      return L.circleMarker(point(), { ...style, radius: item.r });
    case "c":
      return L.circle(point(), { ...style, radius: item.r });
    case "m":
      return L.marker(point(), { ...spoken(item, style), icon: pin(item) });
    case "h":
      return L.marker(point(), {
        ...spoken(item, style),
        icon: L.divIcon({
          className: "html-marker",
          html: boxed(item.n),
          iconSize: item.size || null,
          iconAnchor: item.anchor,
        }),
      });
    case "n":
      return new Name(point(), item, q);
    default:
      throw new Error(`unknown item ${item.k}`);
  }
}

const groundOf = ({ k, g }, style, q) =>
  new Ground(g.flat().map((part) => mercator(part, q)), k === "a", style);

const spoken = (item, style) => ({
  interactive: style.interactive,
  keyboard: style.interactive,
  alt: item.alt || labelOf(item),
});

function pin(item) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", "25");
  svg.setAttribute("height", "34");
  svg.setAttribute("viewBox", "0 0 25 34");
  svg.setAttribute("aria-hidden", "true");
  const drop = document.createElementNS(SVG, "path");
  drop.setAttribute("d", "M12.5 33.5C11 28 1 21 1 12.5a11.5 11.5 0 0 1 23 0C24 21 14 28 12.5 33.5z");
  drop.setAttribute("fill", item.c);
  drop.setAttribute("stroke", "#fff");
  drop.setAttribute("stroke-width", "1.5");
  const eye = document.createElementNS(SVG, "circle");
  for (const [name, value] of [["cx", 12.5], ["cy", 12.5], ["r", 4.2], ["fill", item.i]]) {
    eye.setAttribute(name, value);
  }
  svg.append(drop, eye);
  return L.divIcon({ className: "pin", html: svg, iconSize: [25, 34], iconAnchor: [12.5, 34], popupAnchor: [0, -28], tooltipAnchor: [10, -20] });
}

const KINDS = { l: "line", a: "area", c: "area", d: "place", m: "place", h: "place" };
function labelOf(item) {
  const content = item.t ?? item.p;
  const text = content === undefined ? "" : squeeze(textOf(content));
  return shorten(text, 160) || words[KINDS[item.k]] || "";
}

/** Width that a popup may have, and room that it leaves to the controls: beside them, or below them where it is narrow. */
function keepClear(popup, most = 340) {
  const extent = (selector, side) =>
    Math.max(0, ...[...container.querySelectorAll(selector)].map((box) => box[side]));
  const wide = container.clientWidth > 640;
  popup.options.maxWidth = Math.min(most, Math.max(200, container.clientWidth - 70));
  const beside = (corners) => extent(`${corners} .leaflet-control`, "offsetWidth") + 20;
  const past = (corners) => extent(corners, "offsetHeight") + 12;
  popup.options.autoPanPaddingTopLeft = wide
    ? [beside(".leaflet-left"), 12]
    : [12, past(".leaflet-top")];
  popup.options.autoPanPaddingBottomRight = wide
    ? [beside(".leaflet-right"), 12]
    : [12, past(".leaflet-bottom")];
}

/** Popup, tooltip, keyboard and name for screen readers of one feature. */
function speak(layer, item, style) {
  if (item.p !== undefined || item.row || Array.isArray(item.c)) {
    const content = () => {
      // Asked just before Leaflet sizes and pans the popup
      keepClear(layer.getPopup(), item.pw);
      return extend.card ? extend.card(item) : boxed(item.p);
    };
    layer.bindPopup(content);
    if (item.open) opening.push(layer);
  }
  if (item.t !== undefined) {
    layer.bindTooltip(() => boxed(item.t, "clear"), {
      sticky: !item.fixed && (item.k === "l" || item.k === "a" || item.k === "c"),
      permanent: Boolean(item.fixed),
      direction: item.fixed ? "auto" : "top",
    });
  }
  if (item.z) {
    layer.on("click", () => {
      if (layer.getBounds) map.fitBounds(layer.getBounds(), { animate: !still });
      else map.setView(layer.getLatLng(), map.getZoom() + 1, { animate: !still });
    });
  }
  if (item.h !== undefined) {
    layer.on("mouseover", () => layer.setStyle(options(item.h)));
    layer.on("mouseout", () => layer.setStyle({ ...options(item.s) }));
  }
  layer.on("add", () => reachable(layer, item));
}

/** Let Enter on the map find a feature that is drawn on a canvas. */
function listed(layer, item) {
  if (layer.listed) return;
  layer.listed = true;
  drawnHere.push((at) => {
    if (!layer._map) return [];
    const from = map.latLngToLayerPoint(at);
    const near = layer.closestLayerPoint
      ? layer.closestLayerPoint(from) : map.latLngToLayerPoint(layer.getLatLng());
    if (!near) return [];
    const open = () => (layer.getPopup() ? layer.openPopup() : layer.fire("click", { latlng: at }));
    return [{ far: near.distanceTo(from), label: () => item.alt || labelOf(item), open }];
  });
}

/** Make a drawn feature a stop of the tabulator key that Enter and Space open. */
function reachable(layer, item) {
  const element = layer.getElement && layer.getElement();
  if (!element) {
    // On a canvas there is no element to focus
    listed(layer, item);
    return;
  }
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", item.alt || labelOf(item));
  // A marker keeps its element over zooms
  if (element.dataset.heard) return;
  element.dataset.heard = "yes";
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (layer.getPopup()) open(layer, element);
    else layer.fire("click", { latlng: layer.getLatLng ? layer.getLatLng() : layer.getCenter() });
  });
  element.addEventListener("focus", () => {
    if (!element.matches(":focus-visible")) return;
    const where = layer.getLatLng ? layer.getLatLng() : layer.getCenter();
    if (!map.getBounds().contains(where)) map.panTo(where, { animate: !still });
  });
}

let cameFrom = null;
function open(layer, element) {
  cameFrom = element;
  layer.openPopup();
  const box = layer.getPopup().getElement();
  if (box) box.querySelector(".leaflet-popup-content").focus();
}
map.on("popupopen", (event) => {
  const element = event.popup.getElement();
  const content = element.querySelector(".leaflet-popup-content");
  element.setAttribute("role", "dialog");
  element.setAttribute("aria-label", shorten(squeeze(content.innerText), 80) || words.details);
  // It may scroll, so the keyboard must get into it
  content.tabIndex = 0;
  const button = element.querySelector(".leaflet-popup-close-button");
  if (button) {
    button.setAttribute("aria-label", words.close);
    // In a srcdoc frame "#close" would lead away
    button.removeAttribute("href");
    button.tabIndex = 0;
    button.addEventListener("keydown", (key) => {
      if (key.key === "Enter" || key.key === " ") {
        key.preventDefault();
        map.closePopup(event.popup);
      }
    });
  }
});
map.on("popupclose", () => {
  if (cameFrom && cameFrom.isConnected) cameFrom.focus();
  cameFrom = null;
});
container.addEventListener("keydown", (event) => {
  if (event.key === "Escape") map.closePopup();
});

function groupOf(item, from) {
  const top = from.depth === 0;
  const base = item.base || from.base;
  const canvas = item.canvas || from.canvas;
  const down = {
    depth: from.depth + 1,
    base,
    canvas,
    q: item.q ?? 5,
    pane: item.base ? basemap() : top ? pane(item) : from.pane,
    p: item.p ?? from.p,
    t: item.t ?? from.t,
    pw: item.pw ?? from.pw,
    fixed: item.fixed ?? from.fixed,
  };
  const group = L.layerGroup();
  group.kind = item.l;
  if (extend.group) extend.group(group, item);
  for (const child of item.items) {
    // folium leaves it out as well
    if (child.show === false && child.k === "g") continue;
    const layer = layerOf(child, down);
    group.addLayer(layer);
    if (extend.added) extend.added(layer, group);
  }
  if (item.id !== undefined) byId.set(item.id, group);
  return group;
}
