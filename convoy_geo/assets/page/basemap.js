/*
 * The basemap's lines and areas. Nothing of them is ever asked for but how they look, so they are
 * kept as plain numbers: Leaflet's own paths make several objects of each of their points.
 */

/**
 * A ring or line in Web Mercator, in parts of the world's width: [x, y, x, y...], and how far west
 * and east it reaches. A pole lies beyond any window: no map ends there.
 */
function mercator(text, precision) {
  const numbers = coordinates(text);
  const degrees = 10 ** -precision;
  const flat = new Float64Array(numbers.length);
  let [west, east] = [Infinity, -Infinity];
  for (let at = 0; at < flat.length; at += 2) {
    const lat = numbers[at + 1] * degrees;
    const x = 0.5 + (numbers[at] * degrees) / 360;
    flat[at] = x;
    const clipped = Math.max(-85.0511287798, Math.min(85.0511287798, lat));
    flat[at + 1] = Math.abs(lat) > 89.9 ? 0.5 - 8 * Math.sign(lat)
      : 0.5 - Math.atanh(Math.sin((clipped * Math.PI) / 180)) / (2 * Math.PI);
    west = Math.min(west, x);
    east = Math.max(east, x);
  }
  return { flat, west, east };
}

/** A path of SVG out of such rings, as often as the window goes around the world. */
const Ground = L.Path.extend({
  initialize(rings, closed, style) {
    this.rings = rings;
    this.end = closed ? "z" : "";
    L.setOptions(this, style);
  },
  _project() {},
  _update() {
    const { min, max } = this._renderer._bounds;
    const scale = map.options.crs.scale(map.getZoom());
    const origin = map.getPixelOrigin();
    const from = (min.x + origin.x) / scale;
    const to = (max.x + origin.x) / scale;
    let d = "";
    for (const { flat, west, east } of this.rings) {
      for (let turn = Math.ceil(from - east); turn <= Math.floor(to - west); turn++) {
        const shifted = { x: origin.x - turn * scale, y: origin.y };
        d += trace(flat, scale, shifted, min, max, this.end);
      }
    }
    this._renderer._setPath(this, d || "M0 0");
  },
});

/**
 * A ring's part of a path in whole pixels. Points nearer than a pixel to the one before are left
 * out, and those of which both neighbours lie beyond the same side of what is drawn.
 */
function trace(ring, scale, origin, min, max, end) {
  const kept = [];
  let count = 0;
  let all = 15;
  // On which sides the last two points kept lie beyond what is drawn
  let before = 0;
  let last = 0;
  for (let at = 0; at < ring.length; at += 2) {
    const x = Math.round(ring[at] * scale - origin.x);
    const y = Math.round(ring[at + 1] * scale - origin.y);
    const beyond = (x < min.x) | ((x > max.x) << 1) | ((y < min.y) << 2) | ((y > max.y) << 3);
    all &= beyond;
    if (count && Math.abs(x - kept[count - 2]) + Math.abs(y - kept[count - 1]) < 2 && at < ring.length - 2) continue;
    if (before & last & beyond) count -= 2;
    else before = last;
    kept[count++] = x;
    kept[count++] = y;
    last = beyond;
  }
  return all || count < 4 ? "" : `M${kept.slice(0, count).join(" ")}${end}`;
}
