/* Sides, chosen one by one, and their figures for the chosen day as small bars. */

function line(colour, dash) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const set = (element, values) => Object.entries(values).forEach(([k, v]) => element.setAttribute(k, v));
  set(svg, { width: 32, height: 10, viewBox: "0 0 32 10", "aria-hidden": "true" });
  set(path, { d: "M1 5H31", stroke: colour, "stroke-width": 4, ...(dash ? { "stroke-dasharray": dash } : {}) });
  svg.append(path);
  return svg;
}

function startSides() {
  const box = panel("sides", words.sides, false);
  const set = make("fieldset", "choices");
  set.setAttribute("aria-label", words.sides);
  const boxes = story.sides.map(([, name, colour, dash], side) => {
    const input = make("input", "");
    input.type = "checkbox";
    input.checked = true;
    input.addEventListener("change", () => {
      const chosen = new Set(boxes.flatMap((other, number) => (other.checked ? [number] : [])));
      change({ sides: chosen.size === boxes.length ? null : chosen });
    });
    const number = claims.filter((claim) => claim.side === side).length;
    const text = make("span", "", quote("bdi", "", name), ` (${number})`);
    set.append(make("label", "", input, line(COLOUR.test(colour) ? colour : "#666", dash), text));
    return input;
  });
  const all = (on) => {
    change({ sides: on ? null : new Set() });
  };
  box.querySelector(".panel-body").append(
    make("p", "", button(words.allSides, () => all(true)), " ", button(words.noSides, () => all(false))), set);
  put(box, "ledger", "shown");
  followers.push((changed) => {
    if (!changed.includes("sides")) return;
    boxes.forEach((input, side) => (input.checked = sideShown(side)));
    box.querySelector("summary").textContent =
      view.sides === null ? words.sides : `${words.sides}: ${view.sides.size}/${boxes.length}`;
  });
}

// --- the ledger ----------------------------------------------------------------------------------

// States are told apart by shade and by their words; the hues belong to the sides.
const INKS = ["#1c1b19", "#26323f", "#4a5a69", "#6e5a4c", "#3d4a35", "#66625b"];
const range = ([low, high]) =>
  high === null ? `≥ ${low}` : low === high ? `${low}` : `${low}–${high}`;

/** What is left of a total, or by how much the figures are more than it. */
function restWords([low, high]) {
  const most = (number) => (number === null ? null : -number);
  const said = (text, count, over) =>
    text.replace("{count}", count).replace("{over}", over);
  if (high !== null && high < 0) return said(words.overTotal, range([most(high), most(low)]), "");
  if (low === null) return said(words.restOrMore, range([0, high]), "");
  if (low < 0) return said(words.restOrOver, range([0, high]), `${most(low)}`);
  return said(words.restIs, range([low, high]), "");
}

/** A reading as a bar: one piece a state, light where the figure is open, the rest in dashes. */
function bar([, , , , cells, total, rest], scale) {
  const svg = document.createElementNS(SVG, "svg");
  const draw = (tag, values, text) => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
    if (text) element.textContent = text;
    svg.append(element);
  };
  svg.setAttribute("viewBox", "0 0 300 24");
  svg.setAttribute("class", "bar");
  svg.setAttribute("aria-hidden", "true");
  let at = 0;
  const wide = (count) => (count / scale) * 298;
  for (const [state, low, high] of cells) {
    const ink = INKS[state % INKS.length];
    draw("rect", { x: at + 1, y: 4, width: Math.max(0, wide(low) - 1), height: 16, fill: ink });
    if (low > 0) draw("text", { x: at + wide(low) / 2, y: 16.5, "text-anchor": "middle", fill: "#fff" }, `${low}`);
    at += wide(low);
    const more = (high === null ? scale : high) - low;
    if (more > 0) {
      const room = Math.min(wide(more), 299 - at);
      draw("rect", { x: at + 1, y: 5, width: Math.max(0, room - 1), height: 14, fill: ink, "fill-opacity": 0.25, stroke: ink, "stroke-dasharray": "2 2" });
      at += room;
    }
  }
  if (rest && rest[0] > 0) {
    draw("rect", { x: at + 1.5, y: 5, width: Math.max(0, wide(rest[0]) - 2), height: 14, fill: "none", stroke: "currentcolor", "stroke-dasharray": "4 3" });
    draw("text", { x: at + wide(rest[0]) / 2, y: 16.5, "text-anchor": "middle", fill: "currentcolor" }, `${rest[0]}?`);
  }
  if (total) draw("path", { d: `M${wide(total[0]) + 0.5} 0V24`, stroke: "currentcolor", "stroke-width": 2 });
  return svg;
}

function startLedger() {
  const box = document.getElementById("ledger");
  const body = box.querySelector(".panel-body");
  const inWords = [...body.childNodes];
  const carry = make("input", "");
  carry.type = "checkbox";
  carry.addEventListener("change", () => change({ carry: carry.checked }));
  const choice = make("label", "choice", carry, ` ${words.carry}`);
  const show = () => {
    if (view.day === null) {
      body.replaceChildren(make("p", "muted screen", words.pickDay), ...inWords);
      return;
    }
    const rows = story.ledger.filter(([side, , first, last, , , , , , carried]) =>
      first < view.day + view.len && view.day <= last && sideShown(side) && (view.carry || !carried));
    const scale = Math.max(1, ...rows.map(([, , , , cells, total]) =>
      Math.max(cells.reduce((sum, [, low, high]) => sum + (high ?? low), 0), total ? total[1] ?? total[0] : 0)));
    const parts = rows.map((row) => {
      const [side, report, , , cells, total, rest, adds, mine, carried, late] = row;
      const figures = cells.map(([state, low, high, how]) =>
        `${range([low, high])} ${story.states[state]}${how === 2 ? ` (${words.carried})` : ""}`);
      const count = total ? `${range(total)} ${story.unit}` : "";
      const verdict = adds === null ? words.undetermined : adds ? words.addsUp : words.doesNot;
      const sum = total && cells.length ? [` ${words.total} `, quote("bdi", "", count), words.semicolon, make("bdi", "", restWords(rest)), ": "] : [": "];
      const said = cells.length ?
        [quote("bdi", "", figures.join(" + ")), ...sum, make("b", "", verdict)] :
        [quote("bdi", "", count), ` ${words.onlyTotal}`];
      const text = make("p", "", ...said, " ", ...leading(mine));
      const head = make("p", "title chip",
        quote("bdi", "", `${story.sides[side][1]} (${story.reports[report][0]})`),
        ...(carried ? [" ", make("span", "tag", words.carried)] : []),
        ...(late ? [" ", make("span", "tag", words.saidLater)] : []));
      head.style.setProperty("--mark", story.sides[side][2]);
      return make("div", "reading", head, bar(row, scale), text);
    });
    body.replaceChildren(
      make("p", "meta", `${dayWords(view.day)}${words.comma}`, quote("bdi", "", story.unit)), choice,
      ...(parts.length ? parts : [make("p", "muted", words.noReading)]));
  };
  followers.push((changed) => {
    carry.checked = view.carry;
    if (changed.some((name) => !APART.has(name))) show();
  });
  show();
}
