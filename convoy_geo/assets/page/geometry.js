/* Positions out of the short texts of webmap/polyline_codec.py. */

const VALUES = new Uint8Array(128);
[..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((c, i) => (VALUES[c.charCodeAt(0)] = i));

/** The coordinates lon, lat, lon, lat... of such a text, in units of its last decimal. */
function coordinates(text) {
  const found = [];
  const { length } = text;
  for (let at = 0, lon = 0, lat = 0, east = true; at < length; east = !east) {
    let value = 0;
    let unit = 1;
    for (let bits = 32; bits > 31; unit *= 32) {
      bits = VALUES[text.charCodeAt(at++)];
      value += (bits & 31) * unit;
    }
    const step = value % 2 ? -(value + 1) / 2 : value / 2;
    found.push(east ? (lon += step) : (lat += step));
  }
  return found;
}

/** The positions [lat, lon] of such a text. */
function unpack(text, precision) {
  const scale = 10 ** precision;
  const numbers = coordinates(text);
  const points = [];
  for (let at = 0; at < numbers.length; at += 2) points.push([numbers[at + 1] / scale, numbers[at] / scale]);
  return points;
}
