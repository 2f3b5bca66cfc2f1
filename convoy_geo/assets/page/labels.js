/* Names of places, which never cover a dot, another name or a control. */

const names = new Set();

/** A name; all names on the map are placed together by `placeNames`. */
const Name = L.Layer.extend({
  initialize(latlng, item, q) {
    this.latlng = L.latLng(latlng);
    this.item = item;
    this.q = q;
    this.options = { pane: "names" };
  },
  /** Its element, made when the name may first show. */
  made() {
    if (this.element) return this.element;
    const { text, arabic, kind, side } = this.item;
    const element = document.createElement("div");
    element.className = "name hidden";
    if (["place", "region", "country", "water", "town", "land", "river", "route"].includes(kind)) element.classList.add(kind);
    if (kind === "place" && this.item.rank < 2) element.classList.add("major");
    const add = (content, lang, dir) => {
      const line = document.createElement("span");
      if (lang) line.lang = lang;
      line.dir = dir;
      line.textContent = content;
      element.append(line);
    };
    if (side) add(side, "", "auto");
    if (text) add(text, "", "auto");
    if (arabic) add(arabic, "ar", "rtl");
    if (this.anchor && this.anchor.getPopup && this.anchor.getPopup()) {
      element.classList.add("tied");
      element.addEventListener("click", (event) => {
        event.stopPropagation();
        this.anchor.openPopup();
      });
    }
    namesPane.append(element);
    this.element = element;
    this.paint();
    if (extend.named) extend.named(this);
    return element;
  },
  /** Give it its own colour, that of a dark map on a dark page. */
  paint() {
    const { ink, dusk } = this.item;
    const colour = extend.isDark && extend.isDark() ? dusk || ink : ink;
    if (this.element && colour && COLOUR.test(colour)) this.element.style.setProperty("color", colour);
  },
  /** A thin line to its dot, where it stands far off or near another dot; `lead` has its ends. */
  tie(lead) {
    this.lead = lead;
    if (!lead) {
      if (this.line) this.line.classList.add("hidden");
      return;
    }
    if (!this.line) {
      this.line = document.createElement("div");
      this.line.setAttribute("aria-hidden", "true");
      namesPane.prepend(this.line);
    }
    this.line.className = "lead-line";
    const [x0, y0, x1, y1] = lead;
    this.line.style.width = `${Math.hypot(x1 - x0, y1 - y0).toFixed(1)}px`;
    this.line.style.transform = `translate(${x0.toFixed(1)}px, ${y0.toFixed(1)}px) rotate(${Math.atan2(y1 - y0, x1 - x0).toFixed(3)}rad)`;
  },
  onAdd() {
    this.anchor = this.item.route || byId.get(this.item.at);
    names.add(this);
    later();
  },
  onRemove() {
    for (const part of [this.element, this.line]) if (part) part.remove();
    this.element = this.line = null;
    this.size = null;
    names.delete(this);
    later();
  },
  getEvents() {
    return { zoomanim: this.follow };
  },
  follow(event) {
    this.tie(null);
    if (!this.element) return;
    moveTo(this.element, map._latLngToNewLayerPoint(this.latlng, event.zoom, event.center).add(this.offset || [0, 0]));
  },
});

/** Leaflet would make a layer of the graphics card of each name. */
function moveTo(element, { x, y }) {
  element.style.transform = `translate(${x}px, ${y}px)`;
}

// Safari has no idle time to tell of
const whenIdle = window.requestIdleCallback || ((act) => setTimeout(act, 50));

let waiting = false;
let resting = false;
/** Place the names in view before the next frame, those that a shift would bring in when there is time. */
function later() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    placeNames(0.1);
    if (resting) return;
    resting = true;
    whenIdle(() => {
      resting = false;
      if (!waiting) placeNames();
    });
  });
}

/**
 * How a name may stand to its dot: right, left, above, below, then the corners; names of the
 * first ranks also a little farther off. Names of regions stand on their point.
 */
function stands([width, height], gap, { kind, rank }) {
  // The dot of a town is part of its name
  if (kind === "town") return [[0, -height / 2]];
  if (kind !== "place") return [[-width / 2, -height / 2]];
  const ring = around(width, height, gap);
  return rank < 2 ? [...ring, ...around(width, height, gap + 7)] : ring;
}

/** How a name may stand to where it is now: a route's along its line, others by their spots. */
function* standsOf(name, x, y, gap) {
  const { kind, route, more, rank } = name.item;
  if (kind === "route") {
    for (const [left, top, ...on] of extend.stands(route, name.size)) yield [left - x, top - y, on];
    return;
  }
  yield* stands(name.size, gap, name.item);
  // Start and end of a route are named even if it is from afar
  if (rank < -1 && kind !== "country") for (const far of [16, 26, 38]) yield* around(...name.size, gap + far);
  if (!more) return;
  name.spots = name.spots || unpack(more, name.q);
  for (const spot of name.spots) {
    const at = map.latLngToLayerPoint(spot);
    yield [at.x - x - name.size[0] / 2, at.y - y - name.size[1] / 2];
  }
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

/** Boxes that are taken, in squares of a grid, so that a look at one place is quick. */
class Taken {
  constructor() {
    this.cells = new Map();
  }
  *around([west, north, east, south]) {
    for (let x = Math.floor(west / 48); x <= Math.floor(east / 48); x++) {
      for (let y = Math.floor(north / 48); y <= Math.floor(south / 48); y++) yield `${x} ${y}`;
    }
  }
  push(box) {
    for (const cell of this.around(box)) {
      if (!this.cells.has(cell)) this.cells.set(cell, []);
      this.cells.get(cell).push(box);
    }
  }
  meets(box, test = () => true) {
    for (const cell of this.around(box)) {
      const here = this.cells.get(cell);
      if (here && here.some((other) => overlap(box, other) && test(other))) return true;
    }
    return false;
  }
}

/** The point of a box that is nearest to a point, and how far it is. */
function nearest([west, north, east, south], x, y) {
  const [near, high] = [Math.min(Math.max(x, west), east), Math.min(Math.max(y, north), south)];
  return [near, high, Math.hypot(near - x, high - y)];
}

/** Whether a name at a box would stand nearer to another dot than to its own. */
function isAmbiguous(box, x, y, middles) {
  const far = nearest(box, x, y)[2];
  const [west, north, east, south] = box;
  return middles.meets([west - far, north - far, east + far, south + far], ([left, top]) => {
    const [at, high] = [left + 0.5, top + 0.5];
    return Math.hypot(at - x, high - y) > 3 && nearest(box, at, high)[2] < far;
  });
}

// From so many pixels on a name has a line to its dot, and that of a route one to its line
const LEAD = 16;
const ROUTE_LEAD = 40;
// Names of closures say the same: of more, the first so many stand
const MOST_SAME = 2;

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
 * Put each name beside its dot, those in view and then the important ones first, as far as `beyond`
 * widths of the view outside it. A name never covers another name, any dot or pin, or a control,
 * is never cut by the edge of the view, and is nearest to its own dot; one that finds no room is
 * hidden until the next change. Start and end of a route may stand off, with a line to the dot.
 */
function placeNames(beyond = 0.5) {
  if (!map._loaded) return;
  const origin = map.containerPointToLayerPoint([0, 0]);
  const size = map.getSize();
  const view = [origin.x, origin.y, origin.x + size.x, origin.y + size.y];
  const inside = ({ x, y }, share) =>
    x >= view[0] - size.x * share && x <= view[2] + size.x * share && y >= view[1] - size.y * share && y <= view[3] + size.y * share;
  const may = new Map();
  for (const name of names) {
    if (name.item.route && name.item.route.state === "past") continue;
    const at = map.latLngToLayerPoint(name.latlng);
    const shown = !name.anchor || !name.anchor.getLatLng || dots.has(name.anchor) || map.hasLayer(name.anchor);
    if ((inside(at, beyond) || name.item.more || name.item.route) && shown && map.getZoom() >= (name.item.from || 0)) may.set(name, at);
    if (may.has(name) && !name.size) name.made().classList.remove("hidden");
  }
  // One layout for all
  for (const name of may.keys()) {
    name.size = name.size || [name.element.offsetWidth, name.element.offsetHeight];
  }
  const taken = new Taken();
  if (extend.boxes) for (const box of extend.boxes()) taken.push(box);
  const middles = new Taken();
  for (const dot of dots) {
    const box = boxOf(dot);
    taken.push(box);
    const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    middles.push([x - 0.5, y - 0.5, x + 0.5, y + 0.5]);
  }
  const frame = container.getBoundingClientRect();
  for (const control of container.querySelectorAll(".leaflet-control")) {
    const { left, top, right, bottom } = control.getBoundingClientRect();
    const [east, south] = [origin.x - frame.left, origin.y - frame.top];
    taken.push([left + east, top + south, right + east, bottom + south]);
  }
  const away = (name) => Number(may.has(name) && !name.item.more && !name.item.route && !inside(may.get(name), 0));
  const order = [...names].sort((a, b) => away(a) - away(b) || a.item.rank - b.item.rank);
  const same = new Map();
  for (const name of order) {
    let best = null;
    const apart = name.item.kind === "place";
    const many = name.item.same && (same.get(name.item.text) || 0) >= MOST_SAME;
    if (may.has(name) && !many) {
      const { x, y } = may.get(name);
      const own = name.anchor && name.anchor.getRadius ? name.anchor.getRadius() : 4;
      for (const [dx, dy, on = [x, y]] of standsOf(name, x, y, own + 3)) {
        const box = [x + dx, y + dy, x + dx + name.size[0], y + dy + name.size[1]];
        if (taken.meets(box)) continue;
        const outside = box[0] < view[0] || box[1] < view[1] || box[2] > view[2] || box[3] > view[3];
        // Half a name says nothing
        if (outside && overlap(box, view)) continue;
        const unclear = apart && isAmbiguous(box, x, y, middles);
        if (unclear && name.item.rank >= -1) continue;
        if (!best || !unclear) best = { box, x, y, dx, dy, on, unclear };
        if (!best.unclear) break;
      }
    }
    if (name.element) name.element.classList.toggle("hidden", !best);
    if (best) {
      if (name.item.same) same.set(name.item.text, (same.get(name.item.text) || 0) + 1);
      const [west, north, east, south] = best.box;
      // Names that touch read as one
      taken.push([west - 3, north, east + 3, south]);
      name.offset = L.point(best.dx, best.dy).round();
      moveTo(name.element, L.point(best.x, best.y).round().add(name.offset));
      const [near, high, far] = nearest(best.box, ...best.on);
      const tied = apart && (best.unclear || far > LEAD) || name.item.route && far > ROUTE_LEAD;
      name.tie(tied ? [...best.on, near, high] : null);
    } else name.tie(null);
  }
}
map.on("zoomend moveend viewreset resize layeradd layerremove", later);
