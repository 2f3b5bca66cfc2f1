/* The small map of where this is, upon the map: its frame follows what the map shows. */

function startLocator() {
  const box = document.getElementById("where");
  const svg = box && box.querySelector("svg.loc");
  if (!svg) return;
  box.hidden = false;
  control("topright", box);
  const [west, top, scale] = svg.dataset.frame.split(" ").map(Number);
  const [wide, high] = svg.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const frame = svg.querySelector(".vw");
  const up = (lat) => (Math.asinh(Math.tan((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180)) * 180) / Math.PI;
  const follow = () => {
    const bounds = map.getBounds();
    const x = [bounds.getWest(), bounds.getEast()].map((lon) => Math.min(wide, Math.max(0, (lon - west) * scale)));
    const y = [bounds.getNorth(), bounds.getSouth()].map((lat) => Math.min(high, Math.max(0, (top - up(lat)) * scale)));
    const values = { x: x[0], y: y[0], width: Math.max(2, x[1] - x[0]), height: Math.max(2, y[1] - y[0]) };
    for (const [name, value] of Object.entries(values)) frame.setAttribute(name, value.toFixed(1));
    // The map shows more than the small one
    box.classList.toggle("all", x[1] - x[0] >= wide && y[1] - y[0] >= high);
  };
  map.on("moveend", follow);
}
