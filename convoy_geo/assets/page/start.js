/* Draw everything, and follow the frame, the printer and the skip link. */

function start() {
  // What stands around the map takes room from it
  if (extend.start) extend.start();
  measure();
  seen = container.clientWidth > 0 && container.clientHeight > 0;
  look();
  const top = [];
  // Shapes that lie on the map itself share a pane with their neighbours
  let shared = null;
  for (const item of doc.layers) {
    shared = "lacdr".includes(item.k) ? shared || pane(item) : null;
    const layer = layerOf(item, { depth: 0, q: 5, pane: shared });
    top.push({ item, layer });
    if (item.show !== false) layer.addTo(map);
  }
  if (doc.map.zoomControl ?? true) {
    L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
    for (const button of container.querySelectorAll(".leaflet-control-zoom a")) {
      button.removeAttribute("href");
      button.tabIndex = 0;
      button.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        button.click();
      });
    }
  }
  if (doc.map.scale) L.control.scale({ maxWidth: 120 }).addTo(map);
  if (doc.control) layerControl(top.filter(({ item }) => item.k === "g" || item.k === "t"));
  placeLegends();
  for (const fold of folding) fold();
  if (extend.drawn) extend.drawn();
  for (const details of container.querySelectorAll("details")) {
    details.addEventListener("toggle", later);
  }
  for (const layer of opening) layer.openPopup();
  colourMarks(document.body);
  later();
}

// A frame in a folded notebook cell or a hidden tab has no size yet; look again when it has.
let seen = false;
let height = null;
function measure() {
  map.invalidateSize({ animate: false });
  if (height === container.clientHeight) return;
  height = container.clientHeight;
  container.parentElement.style.setProperty("--map-height", `${height}px`);
}
new ResizeObserver(() => {
  measure();
  if (!seen && container.clientWidth > 0 && container.clientHeight > 0) {
    seen = true;
    look();
    for (const fold of folding) fold();
  }
}).observe(container);

// A sheet of paper shows what the window showed, whatever its width, and lists unfolded: those of
// a map all, those of a case its ledger, and the tables where they are asked for (save.js).
let printed = null;
let unfolded = [];
window.addEventListener("beforeprint", () => {
  printed = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
  unfolded = [...document.querySelectorAll("details:not([open])")].filter((details) => !details.closest(".leaflet-control"));
  for (const details of unfolded) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of unfolded) details.open = false;
});
window.matchMedia("print").addEventListener("change", (event) => {
  measure();
  if (printed) {
    // The sheet is filled
    map.options.zoomSnap = event.matches ? 0 : printed.snap;
    if (event.matches) map.fitBounds(printed.bounds, { animate: false });
    else map.setView(printed.center, printed.zoom, { animate: false });
  }
  placeNames();
});

// In a srcdoc frame a link to "#after" would load the page around it instead.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  const target = document.getElementById("after");
  target.focus();
  target.scrollIntoView();
});

function begin() {
  start();
  if (drawnHere.length) container.setAttribute("aria-label", `${words.map}. ${words.listHint}`);
  notice.remove();
  document.documentElement.dataset.ready = "yes";
}

// Where a story stands above the map, its first screen is painted before the map is drawn
if (document.querySelector("#chapters .stage")) setTimeout(() => requestAnimationFrame(() => setTimeout(begin)));
else begin();
