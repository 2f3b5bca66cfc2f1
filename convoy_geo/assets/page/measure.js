/* Distances by hand, over the ground as the crow flies. */

/**
 * Length in metres of the shortest line on WGS 84 between [lat, lon] and [lat, lon].
 *
 * T. Vincenty, Direct and inverse solutions of geodesics on the ellipsoid with application of
 * nested equations, Survey Review 23 (1975), 88-93. It does not converge for points that lie
 * nearly opposite each other; there the way over each point a quarter round the globe is the sum
 * of two that do, and the shortest of these is the line.
 */
function geodesic(from, to) {
  const [[lat1, lon1], [lat2, lon2]] = [from, to].map((point) => point.map((degrees) => (degrees * Math.PI) / 180));
  const a = 6378137;
  const f = 1 / 298.257223563;
  const b = a * (1 - f);
  const reduced = (lat) => Math.atan((1 - f) * Math.tan(lat));
  const [sin1, cos1, sin2, cos2] = [lat1, lat2].flatMap((lat) => [Math.sin(reduced(lat)), Math.cos(reduced(lat))]);
  const apart = Math.atan2(Math.sin(lon2 - lon1), Math.cos(lon2 - lon1));
  let lon = apart;
  for (let turn = 0; turn < 60; turn++) {
    const [sinLon, cosLon] = [Math.sin(lon), Math.cos(lon)];
    const sin = Math.hypot(cos2 * sinLon, cos1 * sin2 - sin1 * cos2 * cosLon);
    const cos = sin1 * sin2 + cos1 * cos2 * cosLon;
    if (sin < 1e-14 && cos > 0) return 0;
    const arc = Math.atan2(sin, cos);
    const sinAzimuth = (cos1 * cos2 * sinLon) / sin;
    const square = 1 - sinAzimuth ** 2;
    const mid = square > 1e-14 ? cos - (2 * sin1 * sin2) / square : 0;
    const c = (f / 16) * square * (4 + f * (4 - 3 * square));
    const next = apart + (1 - c) * f * sinAzimuth * (arc + c * sin * (mid + c * cos * (2 * mid ** 2 - 1)));
    if (!(Math.abs(next) <= Math.PI)) break;
    if (Math.abs(next - lon) < 1e-12) {
      const u = (square * (a * a - b * b)) / (b * b);
      const big = 1 + (u / 16384) * (4096 + u * (u * (320 - 175 * u) - 768));
      const small = (u / 1024) * (256 + u * (u * (74 - 47 * u) - 128));
      const less = small * sin * (mid + (small / 4) * (cos * (2 * mid ** 2 - 1)
        - (small / 6) * mid * (4 * sin ** 2 - 3) * (4 * mid ** 2 - 3)));
      return b * big * (arc - less);
    }
    lon = next;
  }
  const over = (azimuth) => {
    const lat = Math.asin(Math.cos(lat1) * Math.cos(azimuth));
    const east = lon1 + Math.atan2(Math.sin(azimuth) * Math.cos(lat1), -Math.sin(lat1) * Math.sin(lat));
    const quarter = [lat, east].map((radians) => (radians * 180) / Math.PI);
    return geodesic(from, quarter) + geodesic(quarter, to);
  };
  let way = 0;
  for (let step = 0.1; step > 1e-7; step /= 4) {
    // All round, then ever nearer
    const count = step === 0.1 ? 32 : 4;
    const tried = Array.from({ length: 2 * count + 1 }, (_, number) => way + (number - count) * step);
    way = tried.reduce((least, one) => (over(one) < over(least) ? one : least));
  }
  return over(way);
}

/** Points along the great circle, which no map but a globe shows straight. */
function bent(from, to) {
  const ball = ([lat, lon]) => {
    const [up, east] = [(lat * Math.PI) / 180, (lon * Math.PI) / 180];
    return [Math.cos(up) * Math.cos(east), Math.cos(up) * Math.sin(east), Math.sin(up)];
  };
  const [p, q] = [ball(from), ball(to)];
  const arc = Math.acos(Math.min(1, Math.max(-1, p[0] * q[0] + p[1] * q[1] + p[2] * q[2])));
  const count = Math.ceil(arc / 0.01) || 1;
  let [, before] = from;
  return Array.from({ length: count + 1 }, (_, number) => {
    const t = number / count;
    const [s1, s2] = arc > 1e-9 && arc < 3.14 ? [Math.sin((1 - t) * arc), Math.sin(t * arc)] : [1 - t, t];
    const [x, y, z] = p.map((value, axis) => value * s1 + q[axis] * s2);
    const lon = (Math.atan2(y, x) * 180) / Math.PI;
    // No leap at the date line
    before = lon + Math.round((before - lon) / 360) * 360;
    return [(Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI, before];
  });
}

/** A length in metres in both units. */
function lengthWords(metres) {
  const km = metres / 1000;
  const figure = (value) => new Intl.NumberFormat(document.documentElement.lang,
    { maximumFractionDigits: value < 10 ? 2 : 1 }).format(value);
  return `${figure(km)} ${words.km} (${figure(km / 1.609344)} ${words.mi})`;
}

function measurer() {
  map.createPane("measure").style.zIndex = "640";
  const pane = { pane: "measure", renderer: L.svg({ pane: "measure", padding: 0.5 }), interactive: false };
  const lines = L.layerGroup();
  const frame = document.getElementById("frame");
  const cross = make("div", "cross");
  const result = make("output", "");
  // [lat, lon, name of the place]
  const points = [];
  const show = () => {
    lines.clearLayers();
    const legs = points.slice(1).map((point, number) => [points[number].slice(0, 2), point.slice(0, 2)]);
    for (const [from, to] of legs) {
      for (const [color, weight] of [["#fff", 6], ["#1c1b19", 2.5]]) {
        lines.addLayer(L.polyline(bent(from, to), { ...pane, color, weight, smoothFactor: 0 }));
      }
    }
    for (const [lat, lon] of points) {
      lines.addLayer(L.circleMarker([lat, lon], { ...pane, radius: 4, weight: 2, color: "#1c1b19", fillColor: "#fff", fillOpacity: 1 }));
    }
    const lengths = legs.map(([from, to]) => geodesic(from, to));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const text = [make("b", "", legs.length ? lengthWords(total) : words.measureHint)];
    if (legs.length > 1) text.push(`${words.semicolon}${words.lastLeg} ${lengthWords(lengths.at(-1))}`);
    const named = points.map(([, , name]) => name || "•");
    if (points.some(([, , name]) => name)) text.push(words.semicolon, quote("bdi", "", named.join(" – ")));
    if (legs.length) text.push(`. ${words.notRoad}`);
    result.replaceChildren(...text);
  };
  /** A point, or the place whose dot is nearer than a finger's breadth. */
  const add = (latlng) => {
    const at = map.latLngToContainerPoint(latlng);
    const far = (dot) => map.latLngToContainerPoint(dot.getLatLng()).distanceTo(at);
    const [near] = [...dots].filter((dot) => far(dot) < 12).sort((one, other) => far(one) - far(other));
    const { lat, lng } = near ? near.getLatLng() : latlng;
    points.push([lat, lng, near && near.item ? shorten(near.item.t || "", 60) : ""]);
    show();
  };
  const clear = (from) => {
    points.splice(from);
    show();
  };
  const hear = (event) => add(event.latlng);
  const on = () => container.classList.contains("measuring");
  const end = () => {
    if (!on()) return;
    turn(false);
    tool.focus();
  };
  const turn = (active) => {
    container.classList.toggle("measuring", active);
    tool.setAttribute("aria-pressed", String(active));
    box.hidden = !active;
    cross.hidden = !active;
    map.doubleClickZoom[active || doc.map.doubleClickZoom === false ? "disable" : "enable"]();
    // Fine steps for the cross
    map.keyboard._setPanDelta(active ? 16 : 80);
    map[active ? "on" : "off"]("click", hear);
    if (active) {
      map.closePopup();
      lines.addTo(map);
      container.focus({ preventScroll: true });
      clear(0);
    } else lines.remove();
  };
  const box = make("div", "", result, button(words.undo, () => clear(Math.max(0, points.length - 1))),
    button(words.clear, () => clear(0)), button(words.done, end));
  box.id = "measuring";
  box.hidden = true;
  cross.setAttribute("aria-hidden", "true");
  container.append(cross);
  frame.prepend(box);
  frame.addEventListener("keydown", (event) => {
    if (!on()) return;
    const here = event.target === container;
    if (event.key === "Escape") end();
    else if (here && (event.key === "Enter" || event.key === " ")) add(map.getCenter());
    else if (here && event.key === "Backspace") clear(Math.max(0, points.length - 1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
  const tool = button(words.measure, () => (on() ? end() : turn(true)));
  tool.setAttribute("aria-pressed", "false");
  cross.hidden = true;
  return tool;
}
