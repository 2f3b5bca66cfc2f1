/* Search over places and claims: a combobox whose results lead to the place or to the claim. */

const ARTICLE = /^(?:al|el|[ae](?:d|dh|n|r|s|sh|t|th|z))$/;

/** One key for the spellings of a text: without case, marks, signs for ayn and hamza, articles. */
function plainWords(text) {
  const parts = text.normalize("NFKD").toLowerCase()
    .replace(/[\p{M}\u0640\u02b0-\u02ff'’‘`]/gu, "")
    .replace(/[ىی]/g, "ي").replace(/ة/g, "ه").replace(/ک/g, "ك").replace(/ı/g, "i")
    .split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const bare = parts.filter((part) => !ARTICLE.test(part));
  return (bare.length ? bare : parts).map((part) => part.replace(/^ال(?=...)/, "")).join(" ");
}
const joined = (text) => plainWords(text.replace(/[\s-]+/g, ""));
const keysOf = (texts) => texts.filter(Boolean).flatMap((text) => [plainWords(text), joined(text)]);

let searched = null;
/** Everything that can be found, read from the tables when first asked for. */
function index() {
  const place = (id, number) => {
    const cells = cellsOf(`p-${id}`);
    if (!cells) return null;
    // A page in the reader's language has a column of the case's names, and may have none in Arabic
    const { name: { text: name }, arabic: { text: arabic } = NOTHING, case_name: { text: other } = NOTHING } = cells;
    const kind = cells.kind.text;
    const keys = keysOf([name, arabic, other, ...cells.spellings.text.split(", "), ...story.also[number].split("|")].filter(Boolean));
    return { keys, title: arabic || other ? `${name} · ${arabic || other}` : name, meta: kind, go: () => showPlace(id, name) };
  };
  const said = (claim) => {
    const { summary: { text: summary }, chain: { text: tellers } } = cellsOf(`c-${claim.id}`);
    const side = story.sides[claim.side][1];
    const keys = [plainWords(claim.id), plainWords(summary), plainWords(`${tellers} ${side} ${story.reports[claim.report][1]}`)];
    return { keys, title: summary, meta: `${claim.id}, ${side}`, go: () => showClaim(claim.number) };
  };
  searched ||= [story.places.map(place).filter(Boolean), claims.map(said)];
  return searched;
}

/** How many letters one must change, add, leave out or swap to make one word of another; `most` + 1 for more. */
function changes(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let [before, last] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[other.length];
}

/** Whether a query is a spelling of one of some keys: one letter may differ, two of a longer word. */
function isLike(keys, query) {
  const most = query.length < 4 ? 0 : query.length < 7 ? 1 : 2;
  return most > 0 && keys.some((key) => changes(query, key, most) <= most);
}

/** The best of a list: what is asked itself, what begins with it, words that begin so, the others. */
function best(list, query, most, isPlaces = false) {
  const [asked, whole] = [plainWords(query), joined(query)];
  if (!asked) return [];
  const rank = ({ keys }) => {
    const same = keys.findIndex((key) => key === asked || key === whole);
    // A name comes before a spelling
    if (same >= 0) return same < 2 ? -2 : -1;
    if (keys.some((key) => key.startsWith(asked) || key.startsWith(whole))) return 0;
    const all = ` ${keys.join(" ")}`;
    const parts = asked.split(" ");
    if (parts.every((part) => all.includes(` ${part}`))) return 1;
    if (all.includes(whole) || parts.every((part) => all.includes(part))) return 2;
    return isPlaces && isLike(keys, whole) ? 2.5 : 3;
  };
  return list.map((one) => [rank(one), one]).filter(([far]) => far < 3)
    .sort((a, b) => a[0] - b[0]).slice(0, most).map(([, one]) => one);
}

// Place id -> its dot or area, and the group that holds it
const drawn = new Map();
const addedBefore = extend.added;
extend.added = (layer, group) => {
  addedBefore(layer, group);
  const row = layer.item && layer.item.row;
  if (row && row.startsWith("p-")) drawn.set(row.slice(2), { layer, group });
};

// Dots that are as near as this in pixels are hard to tell apart
const SAME_PX = 3;

/** The places whose dots lie on one spot of the map. */
function placesAt(layer) {
  const spot = map.latLngToContainerPoint(layer.getLatLng());
  return [...drawn].filter(([, other]) => other.layer.getRadius && map.hasLayer(other.layer) && other.layer.item.k === "d" &&
    map.latLngToContainerPoint(other.layer.getLatLng()).distanceTo(spot) <= SAME_PX);
}

const cardOfOne = extend.card;
/** The card of a drawn thing; of a dot that lies on others, first the list of all of them. */
extend.card = (item) => {
  const own = item.row && item.row.startsWith("p-") ? drawn.get(item.row.slice(2)) : null;
  const here = own && own.layer.getLatLng && item.k === "d" ? placesAt(own.layer) : [];
  if (here.length < 2) return cardOfOne(item);
  const box = make("div", "several", make("p", "title", `${words.severalHere}: ${here.length}`));
  const list = make("ul", "claims");
  for (const [id, { layer }] of here) {
    const { name } = cellsOf(`p-${id}`);
    const open = button("", (event) => {
      event.stopPropagation();
      box.replaceChildren(cardOfOne(layer.item));
      box.tabIndex = -1;
      box.focus();
    });
    open.append(quote("span", "", name.text));
    list.append(make("li", "", open));
  }
  box.append(list);
  return box;
};

// A tap beside a line or a dot opens what is nearest, within so many pixels
const TAP_PX = 12;
map.on("click", ({ latlng, layerPoint, originalEvent }) => {
  if (container.classList.contains("measuring")) return;
  if (!originalEvent || originalEvent.target.closest(".leaflet-interactive, .name, .leaflet-control")) return;
  let best = null;
  for (const { layer } of told) {
    if (!map.hasLayer(layer) || !layer.getPopup || !layer.getPopup()) continue;
    const at = layer.getLatLng ? map.latLngToLayerPoint(layer.getLatLng())
      : layer.closestLayerPoint && !(layer instanceof L.Polygon) ? layer.closestLayerPoint(layerPoint) : null;
    if (!at) continue;
    const far = layerPoint.distanceTo(at) - (layer.getRadius && layer.getLatLng && layer.item.k === "d" ? layer.getRadius() : 0);
    if (far <= TAP_PX && (!best || far < best.far)) best = { far, layer };
  }
  if (best) best.layer.openPopup(best.layer.getLatLng ? undefined : latlng);
});

/** Bring a place into view and open its card; beside the map if it is not drawn. */
function showPlace(id, title) {
  if (extend.found) extend.found(id);
  const { layer, group } = drawn.get(id) || {};
  if (group && !map.hasLayer(group)) map.addLayer(group);
  if (layer && map.hasLayer(layer)) {
    if (layer.getBounds) map.fitBounds(layer.getBounds(), { animate: false, maxZoom: map.getZoom() });
    else if (!map.getBounds().pad(-0.1).contains(layer.getLatLng())) map.panTo(layer.getLatLng(), { animate: false });
    container.scrollIntoView({ block: "nearest" });
    open(layer, document.getElementById("find"));
    return;
  }
  const about = claims.filter((claim) => claim.places.some((place) => story.places[place] === id));
  beside(title, featureCard({ row: `p-${id}`, c: about.map((claim) => claim.number) }));
}

function finder() {
  const input = make("input", "");
  const list = make("ul", "");
  const heard = make("span", "unseen");
  const set = (element, values) => Object.entries(values).forEach(([name, value]) => element.setAttribute(name, value));
  set(input, { id: "find", type: "search", role: "combobox", autocomplete: "off", placeholder: words.find,
    "aria-label": words.findHint, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "found" });
  set(list, { id: "found", role: "listbox", "aria-label": words.findHint });
  set(heard, { role: "status" });
  list.hidden = true;
  let results = [];
  let at = -1;
  const mark = (to) => {
    at = to;
    [...list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", `found-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const choose = (number) => {
    const result = results[number];
    close();
    if (result) result.go();
  };
  const search = () => {
    const [places, said] = index();
    results = [...best(places, input.value, 8, true), ...best(said, input.value, 20)];
    list.replaceChildren(...results.map(({ title, meta }, number) => {
      const option = make("li", "", make("span", "", shorten(title, 200)), make("span", "meta", ` ${meta}`));
      set(option, { id: `found-${number}`, role: "option", dir: "auto", lang: story.lang });
      option.addEventListener("click", () => choose(number));
      return option;
    }));
    close();
    // Who asks for what is not there is told so where the results would stand
    if (!results.length && plainWords(input.value)) {
      const nothing = make("li", "meta", words.nothingFound);
      set(nothing, { role: "option", "aria-disabled": "true" });
      list.append(nothing);
    }
    list.hidden = !list.childElementCount;
    input.setAttribute("aria-expanded", String(!list.hidden));
    heard.textContent = input.value.trim() ? `${words.results}: ${results.length}` : "";
  };
  input.addEventListener("input", search);
  input.addEventListener("focus", () => input.value && search());
  input.addEventListener("blur", close);
  // The focus stays
  list.addEventListener("mousedown", (event) => event.preventDefault());
  input.addEventListener("keydown", (event) => {
    // Enter ends a word there
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && list.hidden) search();
    if (by && results.length) mark(at < 0 && by < 0 ? results.length - 1 : (at + by + results.length) % results.length);
    else if (event.key === "Enter") choose(Math.max(0, at));
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  const box = make("div", "find", input, list, heard);
  box.setAttribute("role", "search");
  return box;
}
