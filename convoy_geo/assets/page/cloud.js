/*
 * Very many points as one layer: stamped pixel by pixel into one picture, which is 20 to 75 times
 * faster than as many shapes; found again by looking at all of them, which takes a millisecond.
 * The columns are described in convoy_geo/webmap/point_clouds.py. What stands on a canvas is listed
 * by Enter on the map.
 */

// (latlng, most) -> [{far, label, open}] of things that are no elements
const drawnHere = [];

/** Positions along both axes out of a packed text, as parts of the Mercator square. */
function squareOf(text, count, precision) {
  const [x, y] = [new Float64Array(count), new Float64Array(count)];
  const scale = 10 ** precision;
  const numbers = coordinates(text);
  for (let i = 0; i < count; i++) {
    const sine = Math.min(0.9999, Math.max(-0.9999, Math.sin(((numbers[2 * i + 1] / scale) * Math.PI) / 180)));
    x[i] = numbers[2 * i] / scale / 360 + 0.5;
    y[i] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }
  return [x, y];
}

/** For `p` and `t` a function from number of a point to content, made of the columns. */
function contentsOf({ columns, ...templates }, count) {
  const found = {};
  for (const [key, { f: forms, i: index, c: holes }] of Object.entries(templates)) {
    const rank = new Uint32Array(count);
    const seen = forms.map(() => 0);
    for (let i = 0; i < count; i++) rank[i] = seen[index ? index[i] : 0]++;
    found[key] = (i) => {
      const number = index ? index[i] : 0;
      let hole = 0;
      const fill = (node) =>
        node === null ? columns[holes[number][hole++]][rank[i]]
        : Array.isArray(node) ? [node[0], ...node.slice(1).map(fill)] : node;
      return fill(forms[number]);
    };
  }
  return found;
}

/** The pixels of a dot: where they lie from its middle in a picture of a width, and their colours. */
function stampOf([style, radius], width, ratio) {
  const { color = "#3388ff", weight = 3, opacity = 1, stroke = true, fill, fillColor, fillOpacity = 0.2 } =
    options(style);
  const reach = Math.ceil((radius + (stroke ? weight / 2 : 0)) * ratio) + 1;
  const side = 2 * reach + 1;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.arc(reach + 0.5, reach + 0.5, radius * ratio, 0, 2 * Math.PI);
  if (fill) {
    pen.globalAlpha = fillOpacity;
    pen.fillStyle = fillColor || color;
    pen.fill();
  }
  if (stroke) {
    pen.globalAlpha = opacity;
    pen.strokeStyle = color;
    pen.lineWidth = weight * ratio;
    pen.stroke();
  }
  const pixels = new Uint32Array(pen.getImageData(0, 0, side, side).data.buffer);
  const where = [];
  const colours = [];
  pixels.forEach((colour, place) => {
    if (colour >>> 24 === 0) return;
    where.push((Math.floor(place / side) - reach) * width + (place % side) - reach);
    colours.push(colour);
  });
  const alphas = Uint8Array.from(colours, (colour) => colour >>> 24);
  return { reach, where: Int32Array.from(where), colours: Uint32Array.from(colours), alphas };
}

/** Put a dot's pixels into a picture; the browser makes a small function fast sooner. */
function press(pixels, middle, where, colours, alphas) {
  for (let dot = 0; dot < where.length; dot++) {
    const place = middle + where[dot];
    if (alphas[dot] >= pixels[place] >>> 24) pixels[place] = colours[dot];
  }
}

const Cloud = L.Layer.extend({
  initialize(item, from) {
    this.item = item;
    this.options = { pane: from.pane };
    this.shared = from;
    this.count = item.n;
    [this.x, this.y] = squareOf(item.g, item.n, from.q);
    this.of = item.of;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "leaflet-zoom-animated";
    this.canvas.style.pointerEvents = "none";
    drawnHere.push((at, most) => (this._map ? this.near(at, most) : []));
  },
  getEvents() {
    return {
      moveend: this.draw,
      resize: this.draw,
      zoomanim: this.zoom,
      zoom: () => this.zoom({ zoom: map.getZoom(), center: map.getCenter() }),
      mousemove: this.hover,
      mouseout: this.leave,
      click: this.click,
    };
  },
  onAdd() {
    this.getPane().append(this.canvas);
    this.draw();
  },
  onRemove() {
    this.canvas.remove();
    this.leave();
  },
  zoom({ zoom, center }) {
    if (!this.bounds) return;
    const bounds = this._map._latLngBoundsToNewLayerBounds(this.bounds, zoom, center);
    L.DomUtil.setTransform(this.canvas, bounds.min, this._map.getZoomScale(zoom));
  },

  /** Stamp all points in view. Where dots overlap, the stronger pixel wins. */
  draw() {
    const began = performance.now();
    // Dots whose middle lies beyond it are left out, so no stamp leaves the picture
    const margin = 48;
    const size = map.getSize();
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const width = Math.round((size.x + 2 * margin) * ratio);
    const height = Math.round((size.y + 2 * margin) * ratio);
    const { canvas } = this;
    const corner = map.containerPointToLayerPoint([-margin, -margin]);
    L.DomUtil.setPosition(canvas, corner);
    const origin = map.getPixelOrigin();
    const left = (origin.x + corner.x) * ratio;
    const top = (origin.y + corner.y) * ratio;
    this.bounds = L.latLngBounds(
      map.containerPointToLatLng([-margin, -margin]),
      map.containerPointToLatLng([size.x + margin, size.y + margin]));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = `${width / ratio}px`;
      canvas.style.height = `${height / ratio}px`;
      this.image = new ImageData(width, height);
      this.stamps = this.item.looks.map((look) => stampOf(look, width, ratio));
    } else {
      this.image.data.fill(0);
    }
    const pixels = new Uint32Array(this.image.data.buffer);
    const scale = map.options.crs.scale(map.getZoom()) * ratio;
    const { x, y, of, stamps } = this;
    // Seen from afar, many neighbours on the curve fall on one pixel
    let before = -1;
    for (let i = 0; i < this.count; i++) {
      const column = Math.round(x[i] * scale - left);
      const row = Math.round(y[i] * scale - top);
      const { reach, where, colours, alphas } = stamps[of ? of[i] : 0];
      if (column < reach || row < reach || column >= width - reach || row >= height - reach) continue;
      const middle = row * width + column;
      if (middle === before && !of) continue;
      before = middle;
      press(pixels, middle, where, colours, alphas);
    }
    canvas.getContext("2d").putImageData(this.image, 0, 0);
    // Milliseconds, for tests
    canvas.dataset.drawn = (performance.now() - began).toFixed(1);
  },

  latLngOf(i) {
    const turns = 2 * Math.atan(Math.exp(Math.PI * (1 - 2 * this.y[i]))) - Math.PI / 2;
    return L.latLng((turns * 180) / Math.PI, (this.x[i] - 0.5) * 360);
  },

  /** Numbers of the points nearest to a position, with their distances in pixels. */
  nearest(at, most, within) {
    const scale = map.options.crs.scale(map.getZoom());
    const point = map.project(at);
    const found = [];
    let worst = within;
    for (let i = 0; i < this.count; i++) {
      const east = Math.abs(this.x[i] * scale - point.x);
      if (east > worst) continue;
      const far = Math.hypot(east, this.y[i] * scale - point.y);
      if (far > worst) continue;
      found.push({ i, far });
      if (found.length >= 4 * most) {
        found.sort((a, b) => a.far - b.far).length = most;
        worst = found[most - 1].far;
      }
    }
    return found.sort((a, b) => a.far - b.far).slice(0, most);
  },
  near(at, most) {
    const size = map.getSize();
    return this.nearest(at, most, Math.hypot(size.x, size.y) / 2).map(({ i, far }) => ({
      far,
      label: () => squeeze(textOf(this.words("t", i) ?? this.words("p", i) ?? "")),
      open: () => this.open(i),
    }));
  },

  /** The content of a point under `p` or `t`: its own, that of its layer, or undefined. */
  words(key, i) {
    this.contents = this.contents || (this.item.words ? contentsOf(this.item.words, this.count) : {});
    const own = this.contents[key];
    return own ? own(i) : this.shared[key];
  },

  /** The point under the pointer, or undefined if that is over something else. */
  under(event) {
    const { target, pointerType } = event.originalEvent;
    if (target.closest(".leaflet-interactive, .leaflet-control, .leaflet-popup")) return undefined;
    const reach = Math.max(...this.item.looks.map(([, radius]) => radius)) + (pointerType === "touch" ? 12 : 3);
    return this.nearest(event.latlng, 1, reach)[0];
  },
  hover(event) {
    const hit = this.under(event);
    container.classList.toggle("over-point", Boolean(hit));
    if (hit && this.pointed === hit.i) return;
    this.pointed = hit && hit.i;
    if (this.tip) this.tip.remove();
    const words = hit && this.words("t", hit.i);
    if (words === undefined) return;
    this.tip = L.tooltip({ direction: "top" }, this).setLatLng(this.latLngOf(hit.i)).setContent(boxed(words, "clear"));
    this.tip.addTo(map);
  },
  leave() {
    this.pointed = undefined;
    container.classList.remove("over-point");
    if (this.tip) this.tip.remove();
  },
  click(event) {
    const hit = this.under(event);
    if (hit) this.open(hit.i);
  },
  open(i) {
    const words = this.words("p", i) ?? this.words("t", i);
    if (words === undefined) return;
    const popup = L.popup();
    keepClear(popup, this.item.pw);
    popup.setLatLng(this.latLngOf(i)).setContent(boxed(words)).openOn(map);
    const content = popup.getElement().querySelector(".leaflet-popup-content");
    if (document.activeElement === container || container.contains(document.activeElement)) content.focus();
  },
});

/** What Enter on the map lists: the things on canvases that are nearest to its middle. */
function listNearby() {
  const most = 12;
  const middle = map.getCenter();
  const found = drawnHere.flatMap((near) => near(middle, most)).sort((a, b) => a.far - b.far).slice(0, most);
  const list = document.createElement("ol");
  list.className = "nearby";
  for (const thing of found) {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "auto";
    button.textContent = shorten(thing.label() || words.place, 120);
    button.addEventListener("click", () => {
      map.closePopup();
      cameFrom = container;
      thing.open();
    });
    const row = document.createElement("li");
    row.append(button);
    list.append(row);
  }
  const box = document.createElement("div");
  const head = document.createElement("p");
  head.className = "title";
  head.textContent = found.length ? words.nearby : words.nothingNear;
  box.append(head, list);
  const popup = L.popup({ maxHeight: 260 });
  keepClear(popup);
  cameFrom = container;
  popup.setLatLng(middle).setContent(box).openOn(map);
  (box.querySelector("button") || popup.getElement().querySelector(".leaflet-popup-content")).focus();
}

container.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target !== container || !drawnHere.length) return;
  event.preventDefault();
  listNearby();
});
