/*
 * Draws the map of a page out of its block of JSON. Plain JavaScript, no build step.
 *
 * The rule that keeps the page safe: nothing from the data ever becomes markup, code, a style
 * attribute or an address. Texts enter by createTextNode and textContent, tags and attributes by
 * the lists below, colours by the CSSOM or an SVG attribute after a look at their form. The Python
 * side (markup.py and drawing/) has checked the same before; here it is checked again.
 *
 * The document is described in convoy_geo/drawing/walk.py.
 */
(() => {
  "use strict";

  const doc = JSON.parse(document.getElementById("data").textContent);
  const words = doc.words;
  const narrow = window.matchMedia("(max-width: 40rem)").matches;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const SVG = "http://www.w3.org/2000/svg";

  // --- content -------------------------------------------------------------------------------

  const TAGS = new Set(
    ("a abbr b blockquote br caption code dd details div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre " +
      "s small span strong sub summary sup table tbody td th thead time tr u ul").split(" "));
  const ATTRIBUTES = new Set(
    "class title lang dir data-color href datetime colspan rowspan scope open".split(" "));
  const LINK = /^(?:https?:\/\/[^/]|mailto:)/i;
  const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,24}|(?:rgb|hsl)a?\([\d\s.,%/deg-]+\))$/i;

  /** A DOM node for a text, a number (an entry of the shared nodes) or [tag, attributes?, ...]. */
  function build(node) {
    if (typeof node === "number") return build(doc.nodes[node]);
    if (typeof node === "string") return document.createTextNode(node);
    const [tag, ...rest] = node;
    const element = TAGS.has(tag) ? document.createElement(tag) : document.createDocumentFragment();
    const first = rest[0];
    if (first !== null && typeof first === "object" && !Array.isArray(first)) {
      rest.shift();
      for (const [name, value] of Object.entries(first)) {
        if (!ATTRIBUTES.has(name) || (name === "href" && !LINK.test(value))) continue;
        element.setAttribute(name, value);
      }
    }
    for (const child of rest) element.append(build(child));
    if (tag === "a") {
      element.rel = "noopener noreferrer";
      element.target = "_blank";
    }
    return element;
  }

  /** The same in a box that Leaflet can hold, with the marks of the sides in their colours. */
  function boxed(node, className) {
    const box = document.createElement("div");
    box.className = className || "";
    box.dir = "auto"; // English claims stay left to right on an Arabic page
    box.append(build(node));
    colourMarks(box);
    return box;
  }

  function colourMarks(root) {
    for (const element of root.querySelectorAll("[data-color]")) {
      const colour = element.getAttribute("data-color");
      if (COLOUR.test(colour)) element.style.setProperty("--mark", colour);
    }
  }

  const INLINE = new Set("a abbr b code em i s small span strong sub sup time u".split(" "));

  /** The text of a content, with a space where a block begins or ends. */
  function textOf(node) {
    if (typeof node === "number") return textOf(doc.nodes[node]);
    if (typeof node === "string") return node;
    const inner = node.slice(1).filter((part) => typeof part !== "object" || Array.isArray(part));
    const text = inner.map(textOf).join("");
    return INLINE.has(node[0]) || !node[0] ? text : ` ${text} `;
  }
  const squeeze = (text) => text.replace(/\s+/g, " ").trim();
  const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

  // --- geometry ------------------------------------------------------------------------------

  const VALUES = new Map(
    [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].map((c, i) => [c, i]));

  /** Positions [lat, lon] out of a text of convoy_geo/drawing/packing.py. */
  function unpack(text, precision) {
    const scale = 10 ** precision;
    const points = [];
    let at = 0;
    const next = () => {
      let value = 0;
      let unit = 1;
      for (;;) {
        const bits = VALUES.get(text[at++]);
        value += (bits & 31) * unit;
        unit *= 32;
        if (bits < 32) return value % 2 ? -(value + 1) / 2 : value / 2;
      }
    };
    let lon = 0;
    let lat = 0;
    while (at < text.length) {
      lon += next();
      lat += next();
      points.push([lat / scale, lon / scale]);
    }
    return points;
  }

  // --- the map -------------------------------------------------------------------------------

  const container = document.getElementById("map");
  container.replaceChildren();
  const map = L.map(container, {
    attributionControl: false, // credits stand in the page's footer
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
      const margin = narrow ? 12 : 28;
      map.fitBounds(doc.map.fit, {
        padding: [margin, margin],
        maxZoom: doc.map.fitMaxZoom ?? undefined,
        animate: false,
      });
    } else {
      map.setView(doc.map.center, doc.map.zoom ?? 6, { animate: false });
    }
  }

  // --- styles --------------------------------------------------------------------------------

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

  // --- panes: one for each layer, so that switching a layer keeps the order -------------------

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
  namesPane.setAttribute("aria-hidden", "true"); // each name is also its feature's label

  const renderers = new Map();
  function renderer(paneName, canvas) {
    const key = canvas ? `${paneName}-canvas` : paneName;
    if (!renderers.has(key)) {
      const make = canvas ? L.canvas : L.svg;
      renderers.set(key, make({ pane: paneName, padding: 0.5, tolerance: 4 }));
    }
    return renderers.get(key);
  }

  // --- items ---------------------------------------------------------------------------------

  const byId = new Map(); // elements that names belong to
  const dots = new Set(); // points now on the map, which names keep clear of
  const opening = []; // popups that are open from the start

  /** A Leaflet layer for an item; `from` is what it takes from the groups above it. */
  function layerOf(item, from) {
    if (item.k === "g") return groupOf(item, from);
    if (item.k === "t") return L.tileLayer(item.url, { ...item.options });
    const to = { p: from.p, t: from.t, pw: from.pw, fixed: from.fixed, ...item };
    const talks = "p" in to && to.p !== undefined || to.t !== undefined || to.z;
    const style = {
      ...options(to.s),
      interactive: Boolean(talks),
      pane: from.pane,
      smoothFactor: 1,
    };
    style.renderer = renderer(from.pane, from.canvas && !style.hatch);
    const layer = shape(to, style, from.q);
    if (item.id !== undefined) byId.set(item.id, layer);
    if (item.k === "d" || item.k === "m" || item.k === "h") {
      if (!from.canvas) {
        layer.on("add", () => dots.add(layer));
        layer.on("remove", () => dots.delete(layer));
      }
    }
    if (style.hatch) layer.on("add", () => hatch(layer));
    if (talks) speak(layer, to, style);
    return layer;
  }

  function shape(item, style, q) {
    const point = () => unpack(item.g, q)[0];
    switch (item.k) {
      case "l":
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
        return new Name(point(), item);
      default:
        throw new Error(`unknown item ${item.k}`);
    }
  }

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

  /** Room that a popup leaves to the controls: beside them, or below them where it is narrow. */
  function keepClear(popup) {
    const extent = (selector, side) =>
      Math.max(0, ...[...container.querySelectorAll(selector)].map((box) => box[side]));
    const wide = container.clientWidth > 640;
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
    if (item.p !== undefined) {
      const content = () => {
        keepClear(layer.getPopup()); // asked just before Leaflet pans the popup into view
        return boxed(item.p);
      };
      layer.bindPopup(content, {
        maxWidth: Math.min(item.pw || 340, Math.max(200, container.clientWidth - 70)),
        closeButton: true,
      });
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

  /** Make a drawn feature a stop of the tabulator key that Enter and Space open. */
  function reachable(layer, item) {
    const element = layer.getElement && layer.getElement();
    if (!element) return; // on a canvas there is no element to focus
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", item.alt || labelOf(item));
    if (element.dataset.heard) return; // a marker keeps its element over zooms
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
    content.tabIndex = 0; // it may scroll, so the keyboard must get into it
    const button = element.querySelector(".leaflet-popup-close-button");
    if (button) {
      button.setAttribute("aria-label", words.close);
      button.removeAttribute("href"); // in a srcdoc frame "#close" would lead away
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
    for (const child of item.items) {
      if (child.show === false && child.k === "g") continue; // folium leaves it out as well
      group.addLayer(layerOf(child, down));
    }
    if (item.id !== undefined) byId.set(item.id, group);
    return group;
  }

  // --- names of places -----------------------------------------------------------------------

  const names = new Set();

  /** A name; all names on the map are placed together by `placeNames`. */
  const Name = L.Layer.extend({
    initialize(latlng, item) {
      this.latlng = L.latLng(latlng);
      this.item = item;
      this.options = { pane: "names" };
    },
    onAdd() {
      const { text, arabic, kind, at } = this.item;
      const element = document.createElement("div");
      element.className = ["place", "region", "country", "water"].includes(kind) ? `name ${kind}` : "name";
      if (kind === "place" && this.item.rank < 2) element.classList.add("major");
      const add = (content, lang, dir) => {
        const line = document.createElement("span");
        if (lang) line.lang = lang;
        line.dir = dir;
        line.textContent = content;
        element.append(line);
      };
      if (text) add(text, "", "auto");
      if (arabic) add(arabic, "ar", "rtl");
      this.anchor = byId.get(at);
      if (this.anchor && this.anchor.getPopup && this.anchor.getPopup()) {
        element.classList.add("tied");
        element.addEventListener("click", (event) => {
          event.stopPropagation();
          this.anchor.openPopup();
        });
      }
      namesPane.append(element);
      this.element = element;
      this.size = [element.offsetWidth, element.offsetHeight];
      names.add(this);
      later();
    },
    onRemove() {
      this.element.remove();
      names.delete(this);
      later();
    },
    getEvents() {
      return { zoomanim: this.follow };
    },
    follow(event) {
      const point = map._latLngToNewLayerPoint(this.latlng, event.zoom, event.center);
      L.DomUtil.setPosition(this.element, point.add(this.offset || [0, 0]));
    },
  });

  let waiting = false;
  function later() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      placeNames();
    });
  }

  /**
   * How a name may stand to its dot: right, left, above, below, then the corners; names of the
   * first ranks also a little farther off. Names of regions stand on their point.
   */
  function stands([width, height], gap, { kind, rank }) {
    if (kind !== "place") return [[-width / 2, -height / 2]];
    const ring = around(width, height, gap);
    return rank < 2 ? [...ring, ...around(width, height, gap + 7)] : ring;
  }

  function around(width, height, gap) {
    const up = -height - gap;
    const mid = -height / 2;
    const left = -width - gap;
    return [
      [gap, mid], [left, mid], [-width / 2, up], [-width / 2, gap],
      [gap, up * 0.85], [gap, gap * 0.4], [left, up * 0.85], [left, gap * 0.4],
    ];
  }

  const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

  /** The box of a dot or marker, in the same coordinates as its point. */
  function boxOf(dot) {
    const { x, y } = map.latLngToLayerPoint(dot.getLatLng());
    if (dot.getRadius) {
      const radius = dot.getRadius() + 1;
      return [x - radius, y - radius, x + radius, y + radius];
    }
    const { offsetWidth: width, offsetHeight: height } = dot.getElement();
    const [left, top] = dot.options.icon.options.iconAnchor || [width / 2, height / 2];
    return [x - left, y - top, x - left + width, y - top + height];
  }

  /**
   * Put each name beside its dot, the important ones first. A name never covers another name,
   * any dot or pin, or a control; one that finds no room is hidden until the next zoom.
   */
  function placeNames() {
    if (!map._loaded) return;
    const taken = [];
    for (const dot of dots) taken.push(boxOf(dot));
    const frame = container.getBoundingClientRect();
    const origin = map.containerPointToLayerPoint([0, 0]);
    for (const control of container.querySelectorAll(".leaflet-control")) {
      const { left, top, right, bottom } = control.getBoundingClientRect();
      const [east, south] = [origin.x - frame.left, origin.y - frame.top];
      taken.push([left + east, top + south, right + east, bottom + south]);
    }
    const size = map.getSize();
    const view = [origin.x, origin.y, origin.x + size.x, origin.y + size.y];
    const near = [view[0] - size.x / 2, view[1] - size.y / 2, view[2] + size.x / 2, view[3] + size.y / 2];

    const order = [...names].sort((a, b) => a.item.rank - b.item.rank);
    for (const name of order) {
      const { x, y } = map.latLngToLayerPoint(name.latlng);
      const inside = x >= near[0] && x <= near[2] && y >= near[1] && y <= near[3];
      const shown = !name.anchor || !name.anchor.getLatLng || dots.has(name.anchor) || map.hasLayer(name.anchor);
      let best = null;
      if (inside && shown && map.getZoom() >= (name.item.from || 0)) {
        const own = name.anchor && name.anchor.getRadius ? name.anchor.getRadius() : 4;
        const inView = x >= view[0] && x <= view[2] && y >= view[1] && y <= view[3];
        for (const [dx, dy] of stands(name.size, own + 3, name.item)) {
          const box = [x + dx, y + dy, x + dx + name.size[0], y + dy + name.size[1]];
          if (taken.some((other) => overlap(box, other))) continue;
          const cut = inView && (box[0] < view[0] || box[1] < view[1] || box[2] > view[2] || box[3] > view[3]);
          if (cut && name.item.kind !== "place") continue; // half a region's name says nothing
          if (!best || (best.cut && !cut)) best = { box, dx, dy, cut };
          if (!best.cut) break;
        }
      }
      name.element.classList.toggle("hidden", !best);
      if (best) {
        taken.push(best.box);
        name.offset = L.point(best.dx, best.dy).round();
        L.DomUtil.setPosition(name.element, L.point(x, y).round().add(name.offset));
      }
    }
  }
  map.on("zoomend moveend viewreset resize layeradd layerremove", later);

  // --- controls ------------------------------------------------------------------------------

  /** A control out of an element: Leaflet's own put names into the page as HTML. */
  function control(position, element) {
    const Box = L.Control.extend({
      onAdd() {
        L.DomEvent.disableClickPropagation(element);
        L.DomEvent.disableScrollPropagation(element);
        return element;
      },
    });
    return new Box({ position }).addTo(map);
  }

  function layerControl(top) {
    const box = document.createElement("details");
    box.className = "layers";
    box.dir = document.documentElement.dir;
    box.open = !doc.control.collapsed && !narrow;
    const head = document.createElement("summary");
    head.textContent = words.layers;
    const set = document.createElement("fieldset");
    set.setAttribute("aria-label", words.layers);
    const bases = top.filter(({ item }) => item.overlay === false);
    for (const { item, layer } of top) {
      if (item.control === false) continue;
      const radio = item.overlay === false;
      if (radio && bases.length < 2) continue; // a single base map leaves nothing to choose
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.type = radio ? "radio" : "checkbox";
      if (radio) input.name = "base";
      input.checked = map.hasLayer(layer);
      input.addEventListener("change", () => {
        if (radio) for (const base of bases) base.layer.remove();
        if (input.checked) map.addLayer(layer);
        else map.removeLayer(layer);
      });
      const text = document.createElement("span");
      text.dir = "auto";
      text.textContent = /^#\d+$/.test(item.name) ? `${words.layer} ${item.name.slice(1)}` : item.name;
      label.append(input, text);
      set.append(label);
    }
    box.append(head, set);
    if (set.childElementCount) control(corner(doc.control.position), box);
  }

  /** Legends stand with the panels where these are beside the map, else folded upon the map. */
  function placeLegends() {
    const panels = document.getElementById("panels");
    const wide = window.matchMedia("(min-width: 70rem), print");
    const legends = [...document.querySelectorAll("#frame > .legend")];
    const controls = [];
    const place = () => {
      for (const old of controls.splice(0)) old.remove();
      for (const legend of [...legends].reverse()) {
        const beside = panels && wide.matches;
        legend.classList.toggle("beside", Boolean(beside));
        if (beside) panels.prepend(legend);
        else controls.push(control("bottomright", legend));
        legend.open = beside || (!narrow && legend.offsetHeight < container.clientHeight / 2.5);
      }
      later();
    };
    place();
    wide.addEventListener("change", place);
  }

  const corner = (name) =>
    ["topleft", "topright", "bottomleft", "bottomright"].includes(name) ? name : "topright";

  // --- go ------------------------------------------------------------------------------------

  function start() {
    look();
    const top = [];
    let shared = null; // shapes that lie on the map itself share a pane with their neighbours
    for (const item of doc.layers) {
      shared = "lacd".includes(item.k) ? shared || pane(item) : null;
      const layer = layerOf(item, { depth: 0, q: 5, pane: shared });
      top.push({ item, layer });
      if (item.show !== false) layer.addTo(map);
    }
    if (doc.map.zoomControl ?? true) {
      L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
      for (const button of container.querySelectorAll(".leaflet-control-zoom a")) {
        button.removeAttribute("href");
        button.tabIndex = 0;
        button.addEventListener("keydown", (event) => {
          if (event.key !== "Enter" && event.key !== " ") return;
          event.preventDefault();
          button.click();
        });
      }
    }
    if (doc.map.scale) L.control.scale({ maxWidth: 120 }).addTo(map);
    if (doc.control) layerControl(top.filter(({ item }) => item.k === "g" || item.k === "t"));
    placeLegends();
    for (const details of container.querySelectorAll("details")) {
      details.addEventListener("toggle", later);
    }
    for (const layer of opening) layer.openPopup();
    colourMarks(document.body);
    later();
  }

  // A frame in a folded notebook cell or a hidden tab has no size yet; look again when it has.
  let seen = container.clientWidth > 0 && container.clientHeight > 0;
  function measure() {
    container.parentElement.style.setProperty("--map-height", `${container.clientHeight}px`);
    map.invalidateSize({ animate: false });
  }
  new ResizeObserver(() => {
    measure();
    if (!seen && container.clientWidth > 0 && container.clientHeight > 0) {
      seen = true;
      look();
    }
  }).observe(container);

  // A sheet of paper shows what the window showed, whatever its width, and all lists unfolded.
  let printed = null;
  window.addEventListener("beforeprint", () => {
    printed = map.getBounds();
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  window.matchMedia("print").addEventListener("change", (event) => {
    measure();
    if (event.matches && printed) map.fitBounds(printed, { animate: false });
    placeNames();
  });

  // In a srcdoc frame a link to "#after" would load the page around it instead.
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    const target = document.getElementById("after");
    target.focus();
    target.scrollIntoView();
  });

  try {
    measure();
    start();
    document.documentElement.dataset.ready = "yes";
  } catch (error) {
    const message = document.createElement("p");
    message.textContent = words.failed;
    container.append(message);
    throw error;
  }
})();
