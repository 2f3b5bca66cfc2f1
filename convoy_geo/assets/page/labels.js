/* Names of places, which never cover a dot, another name or a control. */

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
    element.className = "name hidden";
    if (["place", "region", "country", "water"].includes(kind)) element.classList.add(kind);
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
    // Measured by `placeNames` with all that may show: one layout for all
    this.size = null;
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
  const origin = map.containerPointToLayerPoint([0, 0]);
  const size = map.getSize();
  const view = [origin.x, origin.y, origin.x + size.x, origin.y + size.y];
  const near = [view[0] - size.x / 2, view[1] - size.y / 2, view[2] + size.x / 2, view[3] + size.y / 2];
  const may = new Map();
  for (const name of names) {
    const { x, y } = map.latLngToLayerPoint(name.latlng);
    const inside = x >= near[0] && x <= near[2] && y >= near[1] && y <= near[3];
    const shown = !name.anchor || !name.anchor.getLatLng || dots.has(name.anchor) || map.hasLayer(name.anchor);
    if (inside && shown && map.getZoom() >= (name.item.from || 0)) may.set(name, { x, y });
    if (!name.size && may.has(name)) name.element.classList.remove("hidden");
  }
  for (const name of may.keys()) {
    name.size = name.size || [name.element.offsetWidth, name.element.offsetHeight];
  }
  const taken = [];
  for (const dot of dots) taken.push(boxOf(dot));
  const frame = container.getBoundingClientRect();
  for (const control of container.querySelectorAll(".leaflet-control")) {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    const [east, south] = [origin.x - frame.left, origin.y - frame.top];
    taken.push([left + east, top + south, right + east, bottom + south]);
  }
  const order = [...names].sort((a, b) => a.item.rank - b.item.rank);
  for (const name of order) {
    let best = null;
    if (may.has(name)) {
      const { x, y } = may.get(name);
      const own = name.anchor && name.anchor.getRadius ? name.anchor.getRadius() : 4;
      const inView = x >= view[0] && x <= view[2] && y >= view[1] && y <= view[3];
      for (const [dx, dy] of stands(name.size, own + 3, name.item)) {
        const box = [x + dx, y + dy, x + dx + name.size[0], y + dy + name.size[1]];
        if (taken.some((other) => overlap(box, other))) continue;
        const beyond = box[0] < view[0] || box[1] < view[1] || box[2] > view[2] || box[3] > view[3];
        // Half a region's name says nothing
        if (beyond && name.item.kind !== "place" && overlap(box, view)) continue;
        const cut = inView && beyond;
        if (!best || (best.cut && !cut)) best = { box, x, y, dx, dy, cut };
        if (!best.cut) break;
      }
    }
    name.element.classList.toggle("hidden", !best);
    if (best) {
      const [west, north, east, south] = best.box;
      // Names that touch read as one
      taken.push([west - 3, north, east + 3, south]);
      name.offset = L.point(best.dx, best.dy).round();
      L.DomUtil.setPosition(name.element, L.point(best.x, best.y).round().add(name.offset));
    }
  }
}
map.on("zoomend moveend viewreset resize layeradd layerremove", later);
