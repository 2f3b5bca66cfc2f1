/* Positions out of the short texts of drawing/packing.py. */

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
