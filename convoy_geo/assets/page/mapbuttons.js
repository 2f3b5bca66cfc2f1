/* Buttons upon the map: back to the first view, and the whole screen; and how the page scrolls past it. */

const ICONS = {
  reset: "M3 9l6-6 6 6M5 7.5V15h8V7.5",
  full: "M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4",
};

function mapButton(icon, text, act) {
  const element = button("", act, "mapbutton");
  element.setAttribute("aria-label", text);
  element.title = text;
  const drawing = vector("svg", { width: 18, height: 18, viewBox: "0 0 18 18", "aria-hidden": "true" });
  drawing.append(vector("path", { d: ICONS[icon], fill: "none", stroke: "currentcolor", "stroke-width": 1.8 }));
  element.append(drawing);
  return element;
}

function startMapButtons() {
  const frame = document.getElementById("frame");
  const box = make("div", "mapbuttons", mapButton("reset", words.wholeView, () => {
    map.fitBounds(doc.map.fit, { animate: !still });
  }));
  if (document.fullscreenEnabled) {
    box.append(mapButton("full", words.fullScreen, () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else frame.requestFullscreen().catch(() => {});
    }));
  }
  control("topleft", box);
  // The wheel scrolls the page; with Ctrl, as with two fingers, it zooms
  container.addEventListener("wheel", (event) => {
    if (!(event.ctrlKey || event.metaKey) || map.scrollWheelZoom.enabled()) return;
    event.preventDefault();
    map.setZoomAround(map.mouseEventToContainerPoint(event), map.getZoom() - Math.sign(event.deltaY) / 2, { animate: false });
  }, { passive: false });
}
