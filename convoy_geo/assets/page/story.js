/*
 * A case's claims: what is chosen (a day of one of three clocks, sides, a claim), which claims
 * that leaves, their cards, and what of the map shows. The record is described in
 * convoy_geo/page/case_data.py; the words of a card are read from the tables of the page.
 */

const story = doc.story;
const CLOCKS = ["happened", "said", "published"];
const PER_DAY = story.perDay;
// `day` is the first step (a day; an hour, where the story goes by the hour) of `len` steps
const view = { clock: "happened", day: null, len: 1, sides: null, claim: null, carry: false, believed: new Set() };
// What of these changes leaves the map as it is
const APART = new Set(["claim", "believed"]);
// Called with the names of what changed
const followers = [];

function change(update) {
  const changed = Object.keys(update).filter((key) => view[key] !== update[key]);
  Object.assign(view, update);
  if (changed.length) for (const follow of followers) follow(changed);
}

const claims = story.claims.map((row, number) => {
  const [report, side, status, happened, said, places, span, verdict] = row;
  const published = story.reports[report][3];
  return { number, id: story.ids[number], report, side, status, happened, said, published, places, span, verdict };
});
const claimOf = new Map(claims.map((claim) => [claim.id, claim.number]));

/** For each claim those that agree with it, that disagree two by two, and the disputes it is in. */
const agree = claims.map(() => new Set());
const disagree = claims.map(() => new Set());
const disputesOf = claims.map(() => new Set());
// How the parties of a dispute stand to each other; see the record
const TOGETHER = 0;
for (const [one, other] of story.agree) {
  agree[one].add(other);
  agree[other].add(one);
}
for (const [one, other] of story.denies) {
  disagree[one].add(other);
  disagree[other].add(one);
}
for (const dispute of story.disputes) {
  const [how, parties] = dispute;
  for (const one of parties.flat()) disputesOf[one].add(dispute);
  for (const party of parties) {
    for (const one of party) for (const other of party) if (other !== one) agree[one].add(other);
  }
  if (how === TOGETHER) continue;
  const [party, rivals] = parties;
  for (const one of party) for (const rival of rivals) {
    disagree[one].add(rival);
    disagree[rival].add(one);
  }
}

/** The claims that one cannot hold with all together, though none of them need be against it. */
function heldWith(number) {
  const others = new Set();
  for (const [how, parties] of disputesOf[number]) {
    if (how !== TOGETHER) continue;
    for (const party of parties) {
      if (party.includes(number)) continue;
      for (const other of party) if (!disagree[number].has(other) && !agree[number].has(other)) others.add(other);
    }
  }
  return others;
}

/** Whether a dispute shows: all its parties do. */
function isShown([, parties]) {
  const shown = parties.filter((party) => party.some((number) => shows(claims[number]))).length;
  return shown >= parties.length;
}

/** Whether a claim that shows is in a dispute that does. */
const isDisputed = (number) =>
  [...disagree[number]].some((other) => shows(claims[other])) ||
  [...disputesOf[number]].some(isShown);

// --- days ----------------------------------------------------------------------------------------

/** Whether the chosen steps from one on meet [first, last], where null is an open end; null if there is no date. */
const within = (span, day) =>
  span === 0 ? null : (span[0] === null || span[0] < day + view.len) && (span[1] === null || day <= span[1]);

const STEP_MS = 864e5 / PER_DAY;
const byHour = () => PER_DAY > 1 && view.len === 1;
/** How a step is written in a link: 2023-06-24, or 2023-06-24T14 for an hour. */
const isoDay = (day) => new Date(day * STEP_MS).toISOString().slice(0, byHour() ? 13 : 10);
/** The first step that a link asks for, and how many: a day of a story by the hour has 24. */
const dayNumber = (text) => {
  const [, date, hour] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d)(?::00)?)?$/.exec(text) || [];
  const time = date ? Date.parse(`${date}T${hour || "00"}:00:00Z`) : NaN;
  if (Number.isNaN(time)) return { day: null, len: 1 };
  return { day: Math.floor(time / STEP_MS), len: hour ? 1 : PER_DAY };
};
// The first use of a date's words costs as much as a hundred shapes: not before one is asked for.
let longDay = null;
const dayWords = (day) => {
  longDay = longDay || new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short", day: "numeric", month: "short", year: "numeric", timeZone: "UTC",
  });
  const words = longDay.format(new Date(day * STEP_MS));
  if (!byHour()) return words;
  const hour = `${day % PER_DAY}`.padStart(2, "0");
  return `${words}${doc.words.comma}${hour}:00\u2013${hour}:59`;
};

const sideShown = (side) => view.sides === null || view.sides.has(side);

/** Whether a claim shows: its side is chosen and the chosen day may be its day. */
const shows = (claim) =>
  sideShown(claim.side) && (view.day === null || within(claim[view.clock], view.day) === true);

// --- cards ---------------------------------------------------------------------------------------

/** A small DOM: make("p", "class", child, ...), texts by textContent. */
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** Words of the case, which stay in its language whatever the page's own is. */
function quote(tag, className, ...children) {
  const element = make(tag, className, ...children);
  element.lang = story.lang;
  element.dir = "auto";
  return element;
}

/** An id, figures, a hash: read from the left in every language, and never broken. */
function code(text) {
  const element = make("bdi", "code", text);
  element.dir = "ltr";
  return element;
}

function button(text, act, className) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

const NOTHING = { head: "", text: "", cell: null };

/** What a row says, by the keys of its columns: heading, text, and the cell where there is one. */
function cellsOf(id) {
  const row = document.getElementById(id);
  if (!row && !(doc.rest && doc.rest[id])) return null;
  const table = row ? row.closest("table") : document.querySelector("#claims table");
  const found = {};
  for (const { dataset, textContent: head, cellIndex } of table.tHead.rows[0].cells) {
    const cell = row ? row.cells[cellIndex] : null;
    found[dataset.c] = { head, text: row ? cell.textContent.trim() : doc.rest[id][dataset.c] || "", cell };
  }
  return found;
}

/** What a cell says, in the language it is in: most are the case's words, some are the page's own. */
function copied(tag, { text, cell }) {
  const element = quote(tag, "", ...(cell ? cell.cloneNode(true).childNodes : [text]));
  if (cell) element.lang = cell.closest("[lang]").lang;
  if (element.lang !== story.lang) element.dir = document.documentElement.dir;
  return element;
}

/** What a row says, as a title and a list. */
function rowCard(id) {
  const cells = cellsOf(id);
  if (!cells) return "";
  const [title, ...rest] = Object.values(cells);
  const list = make("dl", "facts");
  for (const one of rest) if (one.text) list.append(make("dt", "", one.head), copied("dd", one));
  const heading = copied("p", title);
  heading.className = "title";
  return make("div", "", heading, list);
}

/** Buttons that lead to claims. */
function leading(numbers) {
  const links = [...numbers].map((number) =>
    button(claims[number].id, () => showClaim(number), "claim"));
  return links.flatMap((link, place) => (place ? [" ", link] : [link]));
}

/** A claim's card: what, who through whom, when, how surely, who agrees, where it stands. */
function claimCard(claim) {
  const { summary, chain, happened, said, where, status, grades = NOTHING, ...others } = cellsOf(`c-${claim.id}`);
  const [, name, colour] = story.sides[claim.side];
  const [, publisher, url, , published, archived = ""] = story.reports[claim.report];
  const card = make("div", "card");
  card.style.setProperty("--mark", colour);
  const text = quote("p", claim.status === 0 || claim.status === 3 ? "" : "believed", summary.text);
  card.append(text, make("p", "", make("span", "tag", status.text), " ", quote("bdi", "", name)));
  const meta = make("p", "meta", copied("bdi", chain));
  const line = (...parts) => meta.append(make("br"), ...parts);
  const times = [[words.happened, happened.text || words.dayNotTold], [words.said, said.text], [words.published, published]];
  line(...times.filter(([, when]) => when).flatMap(([head, when], place) =>
    [`${place ? " · " : ""}${head}: `, make("bdi", "", when)]));
  if (where.text) line(`${words.where}: `, copied("bdi", where));
  if (grades.text) line(`${words.grades}: `, code(grades.text));
  for (const [key, cell] of Object.entries(others)) {
    if (key.startsWith("more_") && cell.text) line(`${cell.head}: `, copied("bdi", cell));
  }
  const source = [code(claim.id), ": "];
  if (LINK.test(url)) {
    const link = make("a", "", quote("bdi", "", publisher));
    link.href = url;
    link.rel = "noopener noreferrer";
    link.target = "_blank";
    source.push(link);
  } else source.push(quote("bdi", "", publisher));
  if (LINK.test(archived)) {
    const copy = make("a", "", words.archived);
    copy.href = archived;
    copy.rel = "noopener noreferrer";
    copy.target = "_blank";
    source.push(" (", copy, ")");
  }
  if (claim.span) {
    const [first, last, hash] = claim.span;
    source.push(` · ${words.span} `, code(`${first}-${last}`), ...(hash ? [" ", code(`(SHA-1 ${hash})`)] : []));
  }
  line(...source);
  card.append(meta);
  for (const [head, others, className] of [
    [words.agree, agree[claim.number], "meta"], [words.disagree, disagree[claim.number], "disputed"],
    [words.together, heldWith(claim.number), "disputed"]]) {
    if (others.size) card.append(make("p", className, `${head} `, ...leading(others)));
  }
  if (claim.verdict) {
    const [verdict, why] = claim.verdict;
    const tag = make("span", `tag ${CSS.escape(verdict)}`, words[verdict] || verdict);
    card.append(make("details", "meta", make("summary", "", words.verdict), make("p", "", tag, " ", why)));
  }
  return card;
}

/** The card of a drawn thing: its row, then the claims it rests on, those that show first. */
function featureCard(item) {
  const box = make("div", "");
  if (item.row) box.append(rowCard(item.row));
  else if (item.p !== undefined) box.append(quote("p", "title", item.t || ""), quote("div", "", build(item.p)));
  else if (item.t) box.append(quote("p", "title", item.t));
  const mine = (item.c || []).map((number) => claims[number]);
  mine.sort((a, b) => shows(b) - shows(a) || a.number - b.number);
  const reports = new Set(mine.map((claim) => claim.report)).size;
  if (mine.length) box.append(make("p", "title", `${words.claims}: ${mine.length} · ${words.sources}: ${reports}`));
  else if (item.row && /^[pr]-/.test(item.row)) box.append(make("p", "muted", words.noneHere));
  for (const claim of mine) box.append(claimCard(claim));
  return box;
}

// --- on the map ----------------------------------------------------------------------------------

// [{item, layer, group, quiet}]: what shows only with its claims or on its days
const told = [];

/** Show what rests on claims that show, or has the chosen day among its own; other dots go quiet. */
function redraw() {
  for (const { item, layer, group } of told) {
    const mine = (item.c || []).map((number) => claims[number]);
    let on = mine.some(shows) || !mine.length;
    if (item.w) {
      const state = routeState(item);
      on = state !== "";
      if (on) layer.look(state);
    } else if (item.d && view.clock === "happened") {
      // What only other sides tell of goes with them
      const told = !mine.length || mine.some((claim) => sideShown(claim.side));
      on = told && (view.day === null || within(item.d, view.day));
    }
    // A road that was closed on that day was no possible one
    if (item.x) on = view.day === null || !item.x.some((span) => within(span, view.day));
    if (item.k === "d" || item.k === "c") {
      // A place of which only other sides speak goes with them, but start and end of a route
      const other = view.sides !== null && !item.e && mine.length > 0 && !mine.some((claim) => sideShown(claim.side));
      if (other === group.hasLayer(layer)) {
        if (other) group.removeLayer(layer);
        else group.addLayer(layer);
      }
      const quiet = mine.length > 0 && !on;
      layer.setStyle({ opacity: quiet ? 0.25 : 1, fillOpacity: quiet ? 0.1 : options(item.s).fillOpacity ?? 0.2 });
    } else if (on !== group.hasLayer(layer)) {
      if (on) group.addLayer(layer);
      else group.removeLayer(layer);
    }
  }
  for (const name of names) if (name.element) markName(name);
  later();
}

/** Whether claims that show disagree about a name's place, or none of its claims shows. */
function markName(name) {
  const item = name.anchor && name.anchor.item;
  if (!item || name.item.kind === "route") return;
  const active = (item.c || []).filter((number) => shows(claims[number]));
  name.element.classList.toggle("disputed", active.some(isDisputed));
  name.element.classList.toggle("quiet", !active.length && Boolean((item.c || []).length));
  // A mark may have widened it
  name.size = null;
}

const MARK = { weight: 3, color: "#000", fill: false, interactive: false };
const ring = L.layerGroup().addTo(map);

/** Open a claim's card beside the map, and mark where it is. */
function showClaim(number, { focus = true } = {}) {
  const claim = claims[number];
  if (!claim) return;
  change({ claim: number });
  const card = claimCard(claim);
  const time = inTime(number);
  if (time) card.append(make("p", "", time));
  beside(`${words.claim} ${claim.id}`, card, focus);
  const spot = dotsOf(claim)[0];
  if (spot) {
    ring.addLayer(L.circleMarker(spot, { ...MARK, radius: 14 }));
    if (!map.getBounds().contains(spot)) map.panTo(spot, { animate: !still });
    return;
  }
  // Areas are in layers that are off at first: these are shown whether or not they are on
  const areas = areasOf[number].map((area) => L.polygon(area.getLatLngs(), { ...MARK, fill: true, fillOpacity: 0.15 }));
  if (!areas.length) return;
  for (const area of areas) ring.addLayer(area);
  const bounds = areas.reduce((all, area) => all.extend(area.getBounds()), L.latLngBounds([]));
  if (!map.getBounds().contains(bounds)) map.fitBounds(bounds, { animate: !still });
}

/** Show a card beside the map. */
function beside(title, content, focus = true) {
  const box = document.getElementById("claim");
  box.classList.toggle("sheet", asSheet || (!box.hidden && box.classList.contains("sheet")));
  if (focus && !box.contains(document.activeElement)) cardFrom = document.activeElement;
  box.hidden = false;
  const close = button("×", closeClaim, "close");
  close.setAttribute("aria-label", words.close);
  box.replaceChildren(close, make("h2", "", title), make("div", "panel-body", content));
  ring.clearLayers();
  if (focus) {
    box.tabIndex = -1;
    box.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
  }
}

// Whether the next card opens over the page, because its link stands above the map
let asSheet = false;

/** Open a claim's card over the page, where the reader is. */
function showSheet(number) {
  asSheet = true;
  showClaim(number);
  asSheet = false;
}

// What had the focus before the card took it
let cardFrom = null;

/** Close the claim's card, and give the focus back to what opened it. */
function closeClaim() {
  const box = document.getElementById("claim");
  const inside = box.contains(document.activeElement);
  box.hidden = true;
  ring.clearLayers();
  change({ claim: null });
  box.classList.remove("sheet");
  if (inside && cardFrom && cardFrom.isConnected) cardFrom.focus();
  cardFrom = null;
}

/** The page scrolls past the map: the wheel and the finger belong to the map only once it is chosen. */
function keepScrolling() {
  map.scrollWheelZoom.disable();
  const choose = () => {
    map.scrollWheelZoom.enable();
    map.dragging.enable();
  };
  if (L.Browser.mobile) map.dragging.disable();
  container.addEventListener("click", choose);
  container.addEventListener("focusin", choose);
  container.addEventListener("mouseleave", () => map.scrollWheelZoom.disable());
}

// Place id -> where its dot is; for each claim the areas that stand for where it is
const dotOf = new Map();
const areasOf = claims.map(() => []);
const dotsOf = (claim) => claim.places.map((place) => dotOf.get(story.places[place])).filter(Boolean);

// --- beside the map ------------------------------------------------------------------------------

function panel(id, title, isOpen) {
  const box = make("details", "panel", make("summary", "", title), make("div", "panel-body"));
  box.id = id;
  box.open = isOpen;
  return box;
}

/** Put a section before the first of others that the page has, else at the end. */
function put(box, ...others) {
  const next = others.map((id) => document.getElementById(id)).find(Boolean);
  if (next) next.before(box);
  else document.getElementById("panels").append(box);
}

/** The list of the claims that show: those on the map, those that are not, those without a day. */
function listClaims(box) {
  const rows = { on: [], off: [], undated: [] };
  for (const claim of claims) {
    if (!sideShown(claim.side)) continue;
    const when = view.day === null ? true : within(claim[view.clock], view.day);
    if (when === false) continue;
    const spot = dotsOf(claim).length || areasOf[claim.number].length;
    rows[when === null ? "undated" : spot ? "on" : "off"].push(claim);
  }
  box.querySelector("summary").textContent = `${words.shown}: ${rows.on.length + rows.off.length}`;
  box.fill = () => {
    const parts = [];
    for (const [key, head] of [["on", words.onMap], ["off", words.offMap], ["undated", words.dayNotTold]]) {
      if (!rows[key].length) continue;
      const list = make("ul", "claims");
      fillList(list, rows[key], 0);
      parts.push(make("h3", "", `${head} (${rows[key].length})`), list);
    }
    box.querySelector(".panel-body").replaceChildren(...(parts.length ? parts : [make("p", "muted", words.noClaims)]));
    box.fill = null;
  };
  // A folded list is made when it is opened
  if (box.open) box.fill();
}

// Rows of a list that are made at once
const AT_ONCE = 500;

/** Add claims to a list from one on, and a button for those that are left. */
function fillList(list, rows, from) {
  for (const claim of rows.slice(from, from + AT_ONCE)) {
    const [, name, colour] = story.sides[claim.side];
    const text = quote("button", "", make("span", "", cellsOf(`c-${claim.id}`).summary.text));
    text.type = "button";
    text.append(make("span", "meta", ` ${name}, ${claim.id}`));
    if (disputesOf[claim.number].size) {
      const mark = make("span", "tag", "≠");
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", words.disputes);
      mark.lang = document.documentElement.lang;
      text.append(" ", mark);
    }
    text.style.setProperty("--mark", colour);
    text.addEventListener("click", () => showClaim(claim.number));
    list.append(make("li", "", text));
  }
  const left = rows.length - from - AT_ONCE;
  if (left <= 0) return;
  const more = button(`${words.more} (${left})`, () => {
    more.parentElement.remove();
    const last = list.lastElementChild;
    fillList(list, rows, from + AT_ONCE);
    last.nextElementSibling.querySelector("button").focus();
  });
  list.append(make("li", "", more));
}

/** Mark the disputes that show. */
function markDisputes() {
  story.disputes.forEach((dispute, number) => {
    const now = isShown(dispute);
    const box = document.getElementById(`d-${number}`);
    box.classList.toggle("now", now && view.day !== null);
    box.hidden = !now && view.day !== null && view.sides !== null;
  });
}

/** Long tables scroll within their panel, so the keyboard must get into it. */
function reachPanels(panels) {
  for (const body of panels.querySelectorAll(".panel-body")) {
    if (!body.querySelector("table")) continue;
    body.tabIndex = 0;
    body.setAttribute("role", "region");
    body.setAttribute("aria-label", body.previousElementSibling.textContent);
  }
}

function startStory() {
  const panels = document.getElementById("panels");
  const card = make("section", "");
  card.id = "claim";
  card.hidden = true;
  card.setAttribute("aria-label", words.claim);
  card.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeClaim();
  });
  const shown = panel("shown", words.shown, false);
  shown.addEventListener("toggle", () => shown.open && shown.fill && shown.fill());
  panels.prepend(card);
  put(shown, "disputes", "claims");
  panels.addEventListener("click", (event) => {
    const link = event.target.closest("a.claim");
    if (!link) return;
    event.preventDefault();
    showClaim(claimOf.get(decodeURIComponent(link.hash.slice(3))));
  });
  const follow = (changed) => {
    if (changed.length && changed.every((name) => APART.has(name))) return;
    redraw();
    markDisputes();
    listClaims(shown);
  };
  followers.push(follow);
  extend.drawn = () => {
    startLinks();
    follow([]);
  };
  reachPanels(panels);
  if (claims.length || story.sides.length > 1) startSides();
  shown.hidden = !claims.length;
  if (document.getElementById("ledger")) startLedger();
  const [first, last] = story.span.happened;
  // Nothing has a time
  startTime();
  document.getElementById("time").hidden = !claims.length && first === last;
  startTools();
  startLocator();
  keepScrolling();
  startChapters();
  startBelieve();
  startMapButtons();
  startDiagram();
  startFitting();
}

extend.start = startStory;
extend.card = (item) => {
  const box = make("div", "", featureCard(item));
  box.dir = "auto";
  return box;
};
extend.named = markName;
extend.added = (layer, group) => {
  const item = layer.item;
  if (!item) return;
  if (item.row || item.c || item.t || item.p) {
    layer.on("add", () => {
      const element = layer.getElement && layer.getElement();
      if (element) element.setAttribute("lang", story.lang);
    });
  }
  if (item.c || item.d || item.x || item.w) told.push({ item, layer, group });
  if (["areas", "relations", "zones"].includes(group.kind)) for (const number of item.c || []) areasOf[number].push(layer);
  if (item.row && item.k === "d") dotOf.set(item.row.slice(2), layer.getLatLng());
};
