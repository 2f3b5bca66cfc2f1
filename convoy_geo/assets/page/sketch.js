/*
 * Shapes that a reader draws upon the map with a mouse, a finger or a pen: a sheet over the map takes
 * the pointer while one is drawn. `sketch(kind, done)` calls `done` with the corners in pixels of
 * the map, or with nothing if it was given up.
 */

/** Kinds that are drawn in one stroke; others corner by corner. */
const STROKES = new Set(["box", "lasso"]);
let endSketch = null;

function sketch(kind, done) {
  if (endSketch) endSketch();
  const sheet = document.createElement("div");
  sheet.className = "sketch";
  sheet.tabIndex = 0;
  sheet.setAttribute("role", "application");
  sheet.setAttribute("aria-label", doc.widget.words[kind]);
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.append(path);
  svg.setAttribute("aria-hidden", "true");
  sheet.append(svg);
  container.append(sheet);
  const corners = [];
  let now = null;
  const here = (event) => {
    const box = sheet.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const outline = () => {
    if (kind !== "box" || corners.length < 1) return now && !STROKES.has(kind) ? [...corners, now] : corners;
    const [[left, top], [right, bottom]] = [corners[0], now || corners[0]];
    return [[left, top], [right, top], [right, bottom], [left, bottom]];
  };
  const draw = () => {
    const points = outline();
    const close = kind === "line" || points.length < 3 ? "" : "Z";
    path.setAttribute("d", points.length ? `M${points.map((point) => point.map(Math.round).join(" ")).join("L")}${close}` : "");
  };
  const end = (result, event) => {
    endSketch = null;
    document.removeEventListener("keydown", key, true);
    sheet.remove();
    done(result, Boolean(event && event.shiftKey));
  };
  endSketch = () => end(null);
  const finish = (event) => {
    const least = { point: 1, line: 2, polygon: 3, box: 1, lasso: 3 }[kind];
    const points = STROKES.has(kind) ? outline() : corners;
    end(points.length >= least ? points : null, event);
  };
  const key = (event) => {
    if (event.key === "Escape") end(null);
    else if (event.key === "Enter" && !STROKES.has(kind) && corners.length) finish(event);
    else if (event.key === "Backspace" && corners.length && !STROKES.has(kind)) corners.pop();
    else return;
    event.preventDefault();
    event.stopPropagation();
    draw();
  };
  document.addEventListener("keydown", key, true);
  sheet.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    event.stopPropagation();
    if (event.button) return;
    sheet.focus({ preventScroll: true });
    if (!STROKES.has(kind)) return;
    sheet.setPointerCapture(event.pointerId);
    corners.push(here(event));
    draw();
  });
  sheet.addEventListener("pointermove", (event) => {
    now = here(event);
    if (kind === "lasso" && corners.length) {
      const [x, y] = corners.at(-1);
      if (Math.hypot(now[0] - x, now[1] - y) > 3) corners.push(now);
    }
    draw();
  });
  sheet.addEventListener("pointerup", (event) => {
    event.stopPropagation();
    now = here(event);
    if (STROKES.has(kind)) {
      if (corners.length) finish(event);
      return;
    }
    const last = corners.at(-1);
    // The second click on one corner ends it
    if (last && Math.hypot(now[0] - last[0], now[1] - last[1]) < 5) {
      finish(event);
      return;
    }
    corners.push(now);
    now = null;
    if (kind === "point") finish(event);
    else draw();
  });
  sheet.addEventListener("pointercancel", () => end(null));
  for (const name of ["click", "dblclick", "mousedown", "mouseup", "touchstart"]) {
    sheet.addEventListener(name, (event) => event.stopPropagation());
  }
  sheet.focus({ preventScroll: true });
}

// --- what lies in a shape, in pixels -------------------------------------------------------------

/** Whether a point is in a ring, by the number of its sides that are crossed. */
function inRing([x, y], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

const side = ([ax, ay], [bx, by], [cx, cy]) => Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
const cross = (a, b, c, d) => side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b);

/** Whether a line meets a ring: a corner of it lies inside, or it crosses a side. */
function lineMeets(line, ring) {
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  for (let i = 0; i < line.length; i++) {
    if (inRing(line[i], ring)) return true;
    if (!i) continue;
    const [a, b] = [line[i - 1], line[i]];
    if (Math.max(a[0], b[0]) < left || Math.min(a[0], b[0]) > right ||
      Math.max(a[1], b[1]) < top || Math.min(a[1], b[1]) > bottom) continue;
    for (let k = 0; k < ring.length; k++) if (cross(a, b, ring[k], ring[(k + 1) % ring.length])) return true;
  }
  return false;
}

/** Whether a Leaflet layer meets a ring of pixels of the map. */
function meets(layer, ring) {
  const pixel = (at) => {
    const { x, y } = map.latLngToContainerPoint(at);
    return [x, y];
  };
  if (layer.getLatLng) return inRing(pixel(layer.getLatLng()), ring);
  if (!layer.getLatLngs) return false;
  const isArea = layer instanceof L.Polygon;
  // Lines of lines, or rings of areas, however deep
  const parts = (list) => (list.length && !Array.isArray(list[0]) ? [list] : list.flatMap(parts));
  return parts(layer.getLatLngs()).some((part) => {
    const line = part.map(pixel);
    if (isArea && line.length) line.push(line[0]);
    return lineMeets(line, ring) || (isArea && inRing(ring[0], line));
  });
}
