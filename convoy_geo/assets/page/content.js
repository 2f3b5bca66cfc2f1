/*
 * Data into DOM nodes, safely: texts, a few tags, a few attributes, nothing else.
 *
 * The files of this folder are one script, joined within one function in the order of `SCRIPTS` in
 * convoy_geo/webmap/assets.py; plain JavaScript, no build step. The rule that keeps the page
 * safe: nothing from the data ever becomes markup, code, a style attribute or an address. Texts
 * enter by createTextNode and textContent, tags and attributes by the lists below, colours by the
 * CSSOM or an SVG attribute after a look at their form. The Python side (webmap/) has checked the
 * same before; here it is checked again. The document is described in convoy_geo/webmap/from_folium.py.
 */

const doc = JSON.parse(document.getElementById("data").textContent);
const words = doc.words;
// Stays if what follows fails; start.js takes it away
const notice = document.querySelector(".needs-script");
notice.textContent = words.failed;
const narrow = () => window.matchMedia("(max-width: 40rem)").matches;
/** What a case's page (story.js) adds to the drawing; the page of a mere map has none of it. */
const extend = { card: null, group: null, found: null, added: null, named: null, start: null, drawn: null, line: null, boxes: null, stands: null, isDark: null, fitted: null };
// What is folded by the width of the window, once that is known
const folding = [];
const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const SVG = "http://www.w3.org/2000/svg";

const TAGS = new Set(
  ("a abbr b bdi blockquote br caption code dd details div dl dt em h1 h2 h3 h4 h5 h6 hr i li ol p pre " +
    "s small span strong sub summary sup table tbody td th thead time tr u ul").split(" "));
const ATTRIBUTES = new Set(
  "class title lang dir data-color href datetime colspan rowspan scope open".split(" "));
const LINK = /^(?:https?:\/\/[^/]|mailto:)/i;
const COLOUR = /^(?:#[0-9a-f]{3,8}|[a-z]{3,24}|(?:rgb|hsl)a?\([\d\s.,%/deg-]+\))$/i;

/** A DOM node for a text, a number (an entry of the shared nodes) or [tag, attributes?, ...]. */
function build(node) {
  if (typeof node === "number") return build(doc.nodes[node]);
  if (typeof node === "string") return document.createTextNode(node);
  const [tag, ...rest] = node;
  const element = TAGS.has(tag) ? document.createElement(tag) : document.createDocumentFragment();
  const first = rest[0];
  if (first !== null && typeof first === "object" && !Array.isArray(first)) {
    rest.shift();
    for (const [name, value] of Object.entries(first)) {
      if (!ATTRIBUTES.has(name) || (name === "href" && !LINK.test(value))) continue;
      element.setAttribute(name, value);
    }
  }
  for (const child of rest) element.append(build(child));
  if (tag === "a") {
    element.rel = "noopener noreferrer";
    element.target = "_blank";
  }
  return element;
}

/** The same in a box that Leaflet can hold, with the marks of the sides in their colours. */
function boxed(node, className) {
  const box = document.createElement("div");
  box.className = className || "";
  // English claims stay left to right on an Arabic page
  box.dir = "auto";
  box.append(build(node));
  colourMarks(box);
  return box;
}

function colourMarks(root) {
  for (const element of root.querySelectorAll("[data-color]")) {
    const colour = element.getAttribute("data-color");
    if (COLOUR.test(colour)) element.style.setProperty("--mark", colour);
    const dark = element.getAttribute("data-dark") || "";
    if (COLOUR.test(dark)) element.style.setProperty("--mark-dark", dark);
  }
}

const INLINE = new Set("a abbr b bdi code em i s small span strong sub sup time u".split(" "));

/** The text of a content, with a space where a block begins or ends. */
function textOf(node) {
  if (typeof node === "number") return textOf(doc.nodes[node]);
  if (typeof node === "string") return node;
  const inner = node.slice(1).filter((part) => typeof part !== "object" || Array.isArray(part));
  const text = inner.map(textOf).join("");
  return INLINE.has(node[0]) || !node[0] ? text : ` ${text} `;
}
const squeeze = (text) => text.replace(/\s+/g, " ").trim();
const shorten = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
