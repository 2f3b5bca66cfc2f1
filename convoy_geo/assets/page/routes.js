/*
 * Reported routes: each beside its road, so that accounts which share one stand apart, with an
 * arrowhead and a label on the line. Solid: the day is stated. Hollow: it is uncertain. Dashes: it is
 * planned or not confirmed. Dots: the way is unknown. Thin and grey: it was earlier.
 */

const WIDTH = 4;
const HEAD = 11;
const DASHES = { plan: "9 6", unknown: "0.1 8" };
const GREY = "#8b867c";
const shownRoutes = new Set();

// A dark page has a dark map: its other colours are in the sheet (chapters.css). Paper is light.
const dusk = window.matchMedia("screen and (prefers-color-scheme: dark)");
let isDark = dusk.matches;
const LAND = { light: "#fff", dark: "#24292e" };
const CUT_DARK = "#ff8379";
// Called when the map turns dark or light
const recoloured = [];
function recolour(dark) {
  isDark = dark;
  document.documentElement.classList.toggle("light", !dark && dusk.matches);
  for (const paint of recoloured) paint();
}
// The samples of the legend have the colours of the map
for (const sample of document.querySelectorAll(".legend-list svg[data-dark]")) {
  const path = sample.querySelector("path");
  const light = path.getAttribute("stroke");
  const paint = () => path.setAttribute("stroke", isDark && COLOUR.test(sample.dataset.dark) ? sample.dataset.dark : light);
  recoloured.push(paint);
  paint();
}
dusk.addEventListener("change", () => recolour(dusk.matches));

/** A line of pixels moved to its right by so many pixels; sharp turns are cut off. */
function parallel(points, right) {
  if (!right || points.length < 2) return points;
  // Bends that are smaller than the distance would turn the line inside out
  const line = L.LineUtil.simplify(points, Math.min(3, Math.abs(right) / 3));
  const normals = [];
  for (let at = 1; at < line.length; at++) {
    const [x, y] = [line[at].x - line[at - 1].x, line[at].y - line[at - 1].y];
    const long = Math.hypot(x, y) || 1;
    normals.push([-y / long, x / long]);
  }
  return line.map(({ x, y }, at) => {
    const before = normals[Math.max(0, at - 1)];
    const after = normals[Math.min(normals.length - 1, at)];
    const [east, south] = [before[0] + after[0], before[1] + after[1]];
    const squared = Math.max(0.8, (east * east + south * south) / 2);
    return L.point(x + (east / squared) * right, y + (south / squared) * right);
  });
}

/** The same without its last pixels; the point and the direction where it ends are kept. */
function shortened(points, by) {
  const line = points.slice();
  while (line.length > 1) {
    const [last, before] = [line[line.length - 1], line[line.length - 2]];
    const long = last.distanceTo(before);
    if (long > by) {
      line[line.length - 1] = before.add(last.subtract(before).multiplyBy((long - by) / long));
      return line;
    }
    if (line.length === 2) return line;
    by -= long;
    line.pop();
  }
  return line;
}

const Beside = L.Polyline.extend({
  _updatePath() {
    const parts = this._parts;
    this._parts = this.moved();
    L.Polyline.prototype._updatePath.call(this);
    this._parts = parts;
  },
  /** Its lines as they are drawn, in pixels of the layer. */
  moved() {
    const { offset = 0, arrow } = this.options;
    const moved = (this._parts || []).map((part) => parallel(part, offset));
    if (arrow && moved.length) moved[moved.length - 1] = shortened(moved[moved.length - 1], HEAD - 2);
    return moved;
  },
});

const ArrowHead = L.Polyline.extend({
  _updatePath() {
    const parts = this._parts || [];
    const last = parts.length ? parallel(parts[parts.length - 1], this.options.offset) : [];
    if (last.length < 2) return this._renderer._setPath(this, "M0 0");
    const tip = last[last.length - 1];
    const short = shortened(last, HEAD);
    const from = short[short.length - 1];
    const far = tip.distanceTo(from) || 1;
    const [x, y] = [(tip.x - from.x) / far, (tip.y - from.y) / far];
    const corner = (back, side) => `${(tip.x - x * back - y * side).toFixed(1)} ${(tip.y - y * back + x * side).toFixed(1)}`;
    this._renderer._setPath(this, `M${tip.x.toFixed(1)} ${tip.y.toFixed(1)}L${corner(HEAD, HEAD / 2)}L${corner(HEAD, -HEAD / 2)}z`);
  },
});

/** A leg of a route: halo, line, the white of a hollow one, arrowhead. */
const Route = Beside.extend({
  initialize(latlngs, item, style) {
    const { o: offset, e, h = "" } = item.w;
    this.dashes = DASHES[h] || null;
    this.colours = { light: style.color, dark: (story.sides[item.a] || [])[6] || style.color };
    const common = { ...style, interactive: false, offset, arrow: Boolean(e), dashArray: null, lineCap: h === "unknown" ? "round" : "butt", lineJoin: "round" };
    Beside.prototype.initialize.call(this, latlngs, { ...common, interactive: style.interactive, weight: WIDTH, dashArray: this.dashes });
    this.halo = new Beside(latlngs, { ...common, color: "#fff", weight: WIDTH + 4, opacity: 0.85, arrow: false });
    this.inner = new Beside(latlngs, { ...common, color: "#fff", weight: 2 });
    this.head = e ? new ArrowHead(latlngs, { ...common, fill: true, fillColor: style.color, fillOpacity: 1, color: style.color, weight: 1 }) : null;
    // It decides what is around it
    this.state = "stated";
    recoloured.push(() => this.look(this.state));
  },
  onAdd(target) {
    this.halo.addTo(target);
    Beside.prototype.onAdd.call(this, target);
    this.inner.addTo(target);
    if (this.head) this.head.addTo(target);
    shownRoutes.add(this);
    this.look(this.state);
  },
  onRemove(target) {
    for (const part of [this.halo, this.inner, this.head]) if (part) part.remove();
    shownRoutes.delete(this);
    Beside.prototype.onRemove.call(this, target);
  },
  /** Draw it as stated, uncertain or past. */
  look(state) {
    this.state = state;
    if (!this._map) return;
    const past = state === "past";
    const hollow = state === "uncertain" && !this.dashes;
    const scheme = isDark ? "dark" : "light";
    const colour = this.colours[scheme];
    this.setStyle({ color: past ? GREY : colour, weight: past ? 1.5 : hollow ? WIDTH + 1.5 : WIDTH, opacity: past ? 0.7 : 1,
      dashArray: past ? null : this.dashes });
    this.halo.setStyle({ color: LAND[scheme], opacity: past ? 0 : 0.85 });
    this.inner.setStyle({ color: LAND[scheme], opacity: hollow ? 1 : 0 });
    if (this.head) {
      this.head.setStyle({ color: colour, opacity: past ? 0 : 1, fillOpacity: past ? 0 : 1, fillColor: hollow ? LAND[scheme] : colour, weight: hollow ? 2 : 1 });
    }
  },
});

/** How a route shows: its state on the chosen day, or empty where it does not. */
function routeState(item) {
  const { s: stated, f: first, z: last } = item.w;
  const mine = (item.c || []).map((number) => claims[number]);
  if (item.a !== undefined && !sideShown(item.a)) return "";
  const sure = stated.length || item.w.t ? "stated" : "uncertain";
  if (view.day === null) return sure;
  if (view.clock !== "happened") return mine.some((claim) => within(claim[view.clock], view.day)) ? sure : "";
  if (first === undefined) return "uncertain";
  if (stated.some(([from, to]) => from < view.day + view.len && view.day <= to)) return "stated";
  if (item.w.t && !byHour() && view.day + view.len > first && view.day <= last) return "stated";
  return view.day > last ? "past" : view.day + view.len > first ? "uncertain" : "";
}

/** Boxes along the routes that show, which no name may cover. */
function* routeBoxes() {
  for (const route of shownRoutes) {
    const half = route.state === "past" ? 1 : WIDTH / 2 + 2;
    for (const part of route.moved()) {
      for (let at = 1; at < part.length; at++) {
        const [from, to] = [part[at - 1], part[at]];
        const steps = Math.max(1, Math.ceil(from.distanceTo(to) / 7));
        for (let step = 0; step <= steps; step++) {
          const { x, y } = from.add(to.subtract(from).multiplyBy(step / steps));
          yield [x - half, y - half, x + half, y + half];
        }
      }
    }
  }
}

/** Where a label of a route may stand: beside its line, near its middle first. */
function besideRoute(route, [width, height]) {
  const found = [];
  const parts = route.moved();
  const line = parts.reduce((long, part) => (part.length > long.length ? part : long), []);
  if (line.length < 2) return found;
  const lengths = [0];
  for (let at = 1; at < line.length; at++) lengths.push(lengths[at - 1] + line[at].distanceTo(line[at - 1]));
  const whole = lengths[lengths.length - 1];
  for (const gap of [8, 18, 32, 50, 72, 96]) {
    for (const share of [0.5, 0.36, 0.64, 0.22, 0.78, 0.1, 0.9]) {
      const want = share * whole;
      let at = lengths.findIndex((length) => length >= want);
      at = Math.max(1, at);
      const [from, to] = [line[at - 1], line[at]];
      const long = from.distanceTo(to) || 1;
      const { x, y } = from.add(to.subtract(from).multiplyBy((want - lengths[at - 1]) / long));
      for (const side of [-1, 1]) {
        const [east, south] = [(-(to.y - from.y) / long) * side, ((to.x - from.x) / long) * side];
        // The box touches the line's neighbourhood with the side that looks to it
        found.push([x + east * gap - width / 2 + (east * width) / 2, y + south * gap - height / 2 + (south * height) / 2, x, y]);
      }
    }
  }
  return found;
}

/** Small crosses along a stretch that was cut somewhere on it. */
const Crosses = L.Polyline.extend({
  _updatePath() {
    let d = "";
    for (const part of this._parts || []) {
      let left = 10;
      for (let at = 1; at < part.length; at++) {
        const [from, to] = [part[at - 1], part[at]];
        const long = from.distanceTo(to);
        for (; left <= long; left += 24) {
          const { x, y } = from.add(to.subtract(from).multiplyBy(left / long)).round();
          d += `M${x - 4} ${y - 4}l8 8M${x - 4} ${y + 4}l8-8`;
        }
        left -= long;
      }
    }
    this._renderer._setPath(this, d || "M0 0");
  },
});

/** A closure: a pale band, and crosses where something was cut. */
function closureOf(item, style, lines) {
  const band = L.polyline(lines, style);
  const signs = item.cut === "cut" ? new Crosses(lines, { ...style, interactive: false, weight: 1.8, opacity: 1 }) : null;
  const name = new Name(band.getBounds().getCenter(), { kind: "route", rank: -0.5, text: words.cutHere, same: true, ink: style.color, dusk: CUT_DARK, route: band });
  recoloured.push(() => name.paint());
  band.moved = () => band._parts || [];
  band.on("add", () => {
    shownRoutes.add(band);
    if (!signs) return;
    map.addLayer(signs);
    map.addLayer(name);
  });
  band.on("remove", () => {
    shownRoutes.delete(band);
    for (const part of [signs, name]) if (part) map.removeLayer(part);
  });
  return band;
}

extend.line = (item, style, lines) => {
  if (!item.w) return closureOf(item, style, lines);
  const route = new Route(lines, item, style);
  if (item.w.b) {
    const [, , , , , ink, , darkInk] = story.sides[item.a] || [];
    const name = new Name(route.getBounds().getCenter(), { kind: "route", rank: -1, side: item.w.b[0], text: item.w.b[1], ink, dusk: darkInk, route });
    recoloured.push(() => name.paint());
    route.on("add", () => map.addLayer(name));
    route.on("remove", () => map.removeLayer(name));
    name.anchor = route;
  }
  return route;
};
extend.boxes = routeBoxes;
extend.stands = besideRoute;
extend.isDark = () => isDark;
