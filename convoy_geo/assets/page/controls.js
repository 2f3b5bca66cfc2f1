/* Layer control and legends. */

/** A control out of an element: Leaflet's own put names into the page as HTML. */
function control(position, element) {
  const Box = L.Control.extend({
    onAdd() {
      L.DomEvent.disableClickPropagation(element);
      L.DomEvent.disableScrollPropagation(element);
      return element;
    },
  });
  return new Box({ position }).addTo(map);
}

function layerControl(top) {
  const box = document.createElement("details");
  box.className = "layers";
  box.dir = document.documentElement.dir;
  folding.push(() => (box.open = !doc.control.collapsed && !narrow()));
  const head = document.createElement("summary");
  head.textContent = words.layers;
  const set = document.createElement("fieldset");
  set.setAttribute("aria-label", words.layers);
  const bases = top.filter(({ item }) => item.overlay === false);
  for (const { item, layer } of top) {
    if (item.control === false) continue;
    const radio = item.overlay === false;
    // A single base map leaves nothing to choose
    if (radio && bases.length < 2) continue;
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = radio ? "radio" : "checkbox";
    if (radio) input.name = "base";
    input.checked = map.hasLayer(layer);
    input.addEventListener("change", () => {
      if (radio) for (const base of bases) base.layer.remove();
      if (input.checked) map.addLayer(layer);
      else map.removeLayer(layer);
    });
    map.on("layeradd layerremove", () => (input.checked = map.hasLayer(layer)));
    const text = document.createElement("span");
    text.dir = "auto";
    text.append(/^#\d+$/.test(item.name) ? `${words.layer} ${item.name.slice(1)}` : build(item.name));
    label.append(input, text);
    set.append(label);
  }
  // On a phone what is unfolded upon the map would cover what is asked for.
  map.on("popupopen", () => {
    if (narrow()) for (const open of container.querySelectorAll("details[open]")) open.open = false;
  });
  box.append(head, set);
  if (set.childElementCount) control(corner(doc.control.position), box);
}

/** Legends stand after the first panels where these are beside the map, else folded upon the map. */
function placeLegends() {
  const panels = document.getElementById("panels");
  const wide = window.matchMedia("(min-width: 70rem), print");
  const legends = [...document.querySelectorAll("#frame > .legend")];
  const controls = [];
  const place = () => {
    for (const old of controls.splice(0)) old.remove();
    for (const legend of [...legends].reverse()) {
      const beside = panels && wide.matches;
      legend.classList.toggle("beside", Boolean(beside));
      const first = document.getElementById("ledger") || document.getElementById("summary");
      if (beside) (first?.nextElementSibling || panels.firstChild).before(legend);
      else controls.push(control("bottomright", legend));
      legend.open = beside || (!narrow() && legend.offsetHeight < container.clientHeight / 2.5);
    }
    later();
  };
  folding.push(place);
  wide.addEventListener("change", place);
}

const corner = (name) =>
  ["topleft", "topright", "bottomleft", "bottomright"].includes(name) ? name : "topright";
