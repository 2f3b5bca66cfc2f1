/* The current view as a picture: one SVG out of the map's own vectors, or the same drawn as PNG. */

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", Arial, sans-serif';
const rightToLeft = document.documentElement.dir === "rtl";

/** A text in a picture; XML knows no control characters and no halves of characters. */
function lettering(content, x, y, values = {}) {
  const text = content.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "");
  return vector("text", { x, y, "font-family": FONT, "font-size": 12, fill: "#1c1b19", ...values }, text);
}

/** A text cut into lines of at most so many pixels. */
function wrapped(text, width, size, weight = 400) {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = `${weight} ${size}px ${FONT}`;
  const lines = [];
  let line = "";
  for (const word of squeeze(shorten(text, 3000)).split(" ")) {
    const longer = line ? `${line} ${word}` : word;
    if (line && pen.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
    // A word wider than the page
    while (pen.measureText(line).width > width && line.length > 1) {
      const fits = Math.max(1, Math.floor((line.length * width) / pen.measureText(line).width) - 1);
      lines.push(line.slice(0, fits));
      line = line.slice(fits);
    }
  }
  return line ? [...lines, line] : lines;
}

const DRAWN = ["d", "fill", "fill-opacity", "fill-rule", "stroke", "stroke-opacity", "stroke-width",
  "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset"];

/** The map as it stands in its frame: panes in their order, paths, rasters, names, scale. */
function mapDrawing(x, y) {
  const frame = container.getBoundingClientRect();
  const { x: width, y: height } = map.getSize();
  const part = vector("svg", { x, y, width, height, viewBox: `0 0 ${width} ${height}`, overflow: "hidden" });
  const patterns = new Map();
  const { backgroundColor } = getComputedStyle(container);
  part.append(vector("rect", { width, height, fill: backgroundColor }));
  const { x: left, y: top } = map.containerPointToLayerPoint([0, 0]);
  const layers = vector("g");
  part.append(layers);
  const depth = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
  const panes = [...map.getPane("mapPane").children].filter((pane) => pane.matches(".leaflet-pane"));
  for (const pane of panes.sort((one, other) => depth(one) - depth(other))) {
    const group = vector("g", { transform: `translate(${-left} ${-top})` });
    for (const pattern of pane.querySelectorAll("pattern")) patterns.set(pattern.id, pattern.cloneNode(true));
    for (const shown of pane.querySelectorAll("path, canvas")) {
      const box = shown.getBoundingClientRect();
      const away = box.right < frame.left || box.left > frame.right || box.bottom < frame.top || box.top > frame.bottom;
      if (away || shown.getAttribute("d") === "M0 0") continue;
      if (shown.localName === "canvas") {
        group.append(vector("image", { x: box.left - frame.left + left, y: box.top - frame.top + top,
          width: box.width, height: box.height, href: shown.toDataURL() }));
        continue;
      }
      const copy = vector("path");
      for (const name of DRAWN) if (shown.hasAttribute(name)) copy.setAttribute(name, shown.getAttribute(name));
      group.append(copy);
    }
    if (pane === namesPane) for (const name of names) lettered(name, group, frame, left, top);
    if (group.firstChild) layers.append(group);
  }
  if (patterns.size) {
    const defs = vector("defs");
    defs.append(...patterns.values());
    part.prepend(defs);
  }
  let at = height - 8;
  for (const bar of [...container.querySelectorAll(".leaflet-control-scale-line")].reverse()) {
    const wide = bar.offsetWidth;
    part.append(vector("rect", { x: 8, y: at - 16, width: wide, height: 16, fill: "#fff", "fill-opacity": 0.7 }));
    part.append(vector("path", { d: `M8.5 ${at - 5}v5h${wide - 1}v-5`, fill: "none", stroke: "#1c1b19", "stroke-width": 1.5 }));
    part.append(lettering(bar.textContent, 13, at - 4, { "font-size": 11 }));
    at -= 20;
  }
  return part;
}

/** The lines of a name in the type they have on the page, with their light halo. */
function lettered(name, group, frame, left, top) {
  if (!name.element || name.element.classList.contains("hidden")) return;
  if (name.lead) group.append(vector("path", { d: `M${name.lead[0]} ${name.lead[1]}L${name.lead[2]} ${name.lead[3]}`, stroke: "#5d5a54", fill: "none" }));
  for (const [number, line] of [...name.element.children].entries()) {
    const box = line.getBoundingClientRect();
    if (box.right < frame.left || box.left > frame.right || box.bottom < frame.top || box.top > frame.bottom) continue;
    const type = getComputedStyle(line);
    const room = line.scrollWidth > line.clientWidth + 1 ? Math.floor((line.textContent.length * line.clientWidth) / line.scrollWidth) : 1e4;
    const text = shorten(line.textContent, room);
    const size = parseFloat(type.fontSize);
    const put = lettering(
      type.textTransform === "uppercase" ? text.toUpperCase() : text,
      (box.left + box.right) / 2 - frame.left + left, box.bottom - frame.top + top - size * 0.24,
      { "font-size": size, "font-weight": type.fontWeight, "font-style": type.fontStyle, fill: type.color,
        "letter-spacing": type.letterSpacing === "normal" ? 0 : parseFloat(type.letterSpacing), direction: type.direction,
        opacity: getComputedStyle(name.element).opacity, "text-anchor": "middle",
        stroke: "#fff", "stroke-width": 3, "stroke-linejoin": "round", "paint-order": "stroke" });
    if (number === 0 && name.element.classList.contains("disputed")) {
      put.prepend(vector("tspan", { fill: "#b3001b", "font-family": 'Arial, "DejaVu Sans", sans-serif' }, "≠ "));
    }
    group.append(put);
  }
}

/** What the view shows of the case: day, clock, sides. */
function viewWords() {
  const day = view.day === null ? words.allDays : dayWords(view.day);
  const chosen = view.sides === null ? words.allSides
    : [...view.sides].map((side) => story.sides[side][1]).join(words.comma) || words.noSides;
  return `${day} · ${words.clock}: ${words[view.clock]} · ${words.sides}: ${chosen}`;
}

/** The whole picture: title, what is chosen, map, legend, how it was drawn, credits. */
function picture() {
  const pad = 14;
  const { x: width, y: high } = map.getSize();
  const full = width + 2 * pad;
  const sheet = vector("svg", { xmlns: SVG, width: full });
  sheet.append(vector("rect", { width: "100%", height: "100%", fill: "#fff" }));
  let at = pad;
  const write = (text, size, values = {}) => {
    for (const line of wrapped(text, width, size, values["font-weight"])) {
      at += size * 1.35;
      sheet.append(lettering(line, rightToLeft ? full - pad : pad, at - size * 0.3,
        { "font-size": size, direction: rightToLeft ? "rtl" : "ltr", ...values }));
    }
  };
  write(document.querySelector("h1").textContent, 19, { "font-weight": 600 });
  write(viewWords(), 13, { fill: "#5d5a54" });
  at += 6;
  sheet.append(mapDrawing(pad, at), vector("rect", { x: pad, y: at, width, height: high, fill: "none", stroke: "#b3afa7" }));
  at += high + 10;
  const columns = Math.max(1, Math.floor(width / 230));
  const wide = width / columns;
  let tallest = 0;
  [...document.querySelectorAll(".legend-list li")].forEach((entry, number) => {
    const column = number % columns;
    if (!column) {
      at += tallest;
      tallest = 0;
    }
    const mark = entry.querySelector("svg").cloneNode(true);
    const x = pad + column * wide;
    for (const [name, value] of [["x", rightToLeft ? full - x - 28 : x], ["y", at], ["fill", "none"]]) mark.setAttribute(name, value);
    sheet.append(mark);
    const lines = wrapped(entry.textContent, wide - 46, 11.5);
    lines.forEach((line, row) => sheet.append(lettering(line, rightToLeft ? full - x - 36 : x + 36, at + 12 + row * 14,
      { "font-size": 11.5, direction: rightToLeft ? "rtl" : "ltr" })));
    tallest = Math.max(tallest, 4 + 14 * Math.max(1, lines.length));
  });
  at += tallest + 6;
  write(words.methodLine, 11);
  write(document.getElementById("credits").textContent, 10, { fill: "#5d5a54" });
  at = Math.ceil(at + pad);
  sheet.setAttribute("height", at);
  sheet.setAttribute("viewBox", `0 0 ${full} ${at}`);
  return { text: new XMLSerializer().serializeToString(sheet), width: full, height: at };
}

/** The picture as a file: SVG as it is, or PNG at twice its size, at least 1600 pixels wide. */
async function pictureFile(kind) {
  // A picture is light whatever the page is
  recolour(false);
  const { text, width, height } = picture();
  recolour(dusk.matches);
  if (kind === "svg") return new Blob([text], { type: "image/svg+xml" });
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.max(2, 1600 / width);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function saver() {
  let box = null;
  return button(words.save, () => {
    box ||= saveDialog();
    box.showModal();
  });
}

function saveDialog() {
  const place = make("div", "made");
  place.setAttribute("role", "status");
  let last = null;
  const save = async (kind) => {
    place.replaceChildren(words.working);
    try {
      const file = await pictureFile(kind);
      URL.revokeObjectURL(last);
      last = URL.createObjectURL(file);
      const image = make("img", "");
      image.src = last;
      image.alt = `${document.title}: ${viewWords()}`;
      const link = make("a", "", words.download);
      link.href = last;
      link.download = `${fileStem()}${view.day === null ? "" : `-${isoDay(view.day)}`}.${kind}`;
      link.textContent = `${words.download}: ${link.download}`;
      place.replaceChildren(make("p", "", link), make("p", "meta", words.byHand), image);
      // A frame may forbid it; there the reader has link and picture
      if (!framed) link.click();
    } catch (error) {
      place.replaceChildren(words.failed);
      throw error;
    }
  };
  const box = dialog("save", words.save,
    make("p", "", button(words.asPng, () => save("png")), " ", button(words.asSvg, () => save("svg"))),
    make("p", "", button(words.print, () => {
      box.close();
      window.print();
    })),
    place);
  offerData(box);
  box.addEventListener("close", () => place.replaceChildren());
  return box;
}
