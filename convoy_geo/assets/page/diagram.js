/*
 * A time-distance diagram within a notebook's widget: a click on a box selects its claim, with shift one
 * more; a click beside the boxes chooses the day of that row. The port is that of port.js.
 */

const doc = JSON.parse(document.getElementById("data").textContent);
const svg = document.querySelector("svg");
const boxes = [...svg.querySelectorAll("[data-claim]")];
const keyOf = (box) => doc.claims[box.dataset.claim][0];
const band = document.createElementNS(svg.namespaceURI, "rect");
band.setAttribute("class", "band");
// Above the paper, below all marks
svg.querySelector("rect").after(band);
let selected = [];
let when = null;

function show() {
  for (const box of boxes) {
    const on = selected.includes(keyOf(box));
    box.classList.toggle("on", on);
    box.setAttribute("aria-pressed", String(on));
  }
}

function mark() {
  // A day of a diagram by the hour has many rows
  const rows = when === null ? [] : doc.rows.filter(([name]) => name === when || name.startsWith(`${when}T`));
  band.toggleAttribute("hidden", !rows.length);
  if (!rows.length) return;
  const [top, end] = [rows[0][1], rows.at(-1)[2]];
  for (const [name, value] of [["x", 0], ["y", top], ["width", doc.width], ["height", end - top]]) {
    band.setAttribute(name, value);
  }
}

const port = openPort(doc.nonce, (state) => {
  if ("selected" in state) {
    selected = state.selected;
    show();
  }
  if ("when" in state) {
    when = state.when;
    mark();
  }
  if ("sides" in state) {
    for (const box of boxes) box.classList.toggle("off", !state.sides.includes(doc.claims[box.dataset.claim][1]));
  }
});

function choose(box, more) {
  const key = keyOf(box);
  if (!more) selected = [key];
  else selected = selected.includes(key) ? selected.filter((one) => one !== key) : [...selected, key];
  show();
  port.report({ selected });
}

for (const box of boxes) {
  box.setAttribute("role", "button");
  box.setAttribute("tabindex", "0");
  box.setAttribute("aria-label", doc.claims[box.dataset.claim][2]);
  box.addEventListener("click", (event) => choose(box, event.shiftKey));
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(box, event.shiftKey);
  });
}
svg.addEventListener("click", (event) => {
  if (event.target.dataset.claim !== undefined) return;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse()).y;
  const row = doc.rows.find(([, top, end]) => top <= at && at < end);
  if (!row) return;
  // A second click on it chooses all days again
  when = row[0] === when ? null : row[0];
  mark();
  port.report({ when });
});
show();
mark();
document.documentElement.dataset.ready = "yes";
port.ready();
