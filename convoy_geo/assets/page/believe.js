/*
 * What if you believe ...: the reader ticks sides, reports or claims; the page says which of them
 * cannot all be true, and which others fall, by subset tests on the list of minimal conflicts. It
 * never says what follows: that needs a solver.
 */

// Conflicts that are explained at once
const EXPLAINED = 12;

/** The conflicts of which every party has a ticked claim; claims of one party say the same. */
const struckBy = (ticked) =>
  story.disputes.flatMap(([, parties], number) =>
    parties.every((party) => party.some((claim) => ticked.has(claim))) ? [number] : []);

/** Claims that cannot be true if all ticked ones are: those of the only party without a tick. */
function fallenBy(ticked) {
  const fallen = new Set();
  for (const [, parties] of story.disputes) {
    const open = parties.filter((party) => !party.some((claim) => ticked.has(claim)));
    if (open.length === 1) for (const claim of open[0]) fallen.add(claim);
  }
  return [...fallen].sort((one, other) => one - other);
}

const shortOf = (number) => story.short[number] || cellsOf(`c-${claims[number].id}`).summary.text;
const fillIn = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

function startBelieve() {
  const box = document.getElementById("believe");
  if (!box || !story.disputes.length) return;
  const mine = [...new Set(story.disputes.flatMap(([, parties]) => parties.flat()))].sort((a, b) => a - b);
  const inputs = new Map();
  let heads = [];
  const tick = (numbers, on) => {
    const ticked = new Set(view.believed);
    for (const number of numbers) {
      if (on) ticked.add(number);
      else ticked.delete(number);
    }
    change({ believed: ticked });
  };

  /** A tick box with its text. */
  const choice = (text, act) => {
    const input = make("input", "");
    input.type = "checkbox";
    input.addEventListener("change", () => act(input.checked));
    return [make("label", "", input, text), input];
  };
  const list = make("div", "ticks");
  const fill = (byReport) => {
    inputs.clear();
    heads = [];
    const groups = new Map();
    for (const number of mine) {
      const key = byReport ? claims[number].report : claims[number].side;
      groups.set(key, [...(groups.get(key) || []), number]);
    }
    list.replaceChildren(...[...groups].sort(([a], [b]) => a - b).map(([key, numbers]) => {
      const [, name, colour, , , ink, , dark] = byReport ? ["", story.reports[key][1]] : story.sides[key];
      const [head, all] = choice(quote("b", "sc", name), (on) => tick(numbers, on));
      head.querySelector("b").after(` ${words.allOf}`);
      heads.push([all, numbers]);
      const group = make("div", "tickgroup", head);
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", name);
      for (const [property, value] of [["--mark", ink || colour], ["--mark-dark", dark]]) {
        if (value && COLOUR.test(value)) group.style.setProperty(property, value);
      }
      for (const number of numbers) {
        const [label, input] = choice(quote("span", "", shortOf(number)), (on) => tick([number], on));
        inputs.set(number, [label, input]);
        group.append(label);
      }
      const other = claims.filter((claim) => (byReport ? claim.report : claim.side) === key).length - numbers.length;
      if (other) group.append(make("p", "src", fillIn(words.inNone, { count: other })));
      return group;
    }));
  };

  const verdict = make("p", "verdict");
  verdict.setAttribute("role", "status");
  const why = make("div", "why");
  const again = button(words.startAgain, () => change({ believed: new Set() }));
  const sorted = make("select", "");
  sorted.setAttribute("aria-label", words.orderBy);
  for (const text of [words.bySide, words.byReport]) sorted.append(make("option", "", text));
  sorted.addEventListener("change", () => {
    fill(sorted.selectedIndex === 1);
    show();
  });
  const result = make("div", "believed-result", verdict, why, make("p", "", again));
  box.append(
    make("div", "believing",
      make("div", "", make("p", "", sorted), list), result));

  const link = (number) => {
    const [, name] = story.sides[claims[number].side];
    const open = button("", () => showSheet(number), "claim");
    open.append(quote("span", "", shortOf(number)));
    return make("li", "", open, " (", quote("bdi", "", name), ")");
  };
  /** The claims of a conflict, and the words of the list of conflicts about it. */
  const explained = (number) => {
    const [, parties] = story.disputes[number];
    const item = make("li", "", make("ul", "", ...parties.map((party) =>
      link(party.find((claim) => view.believed.has(claim)) ?? party[0]))));
    const told = document.getElementById(`d-${number}`);
    if (told) for (const part of told.querySelectorAll(":scope > p, :scope > p + ul")) item.append(part.cloneNode(true));
    return item;
  };
  const show = () => {
    const ticked = view.believed;
    const struck = struckBy(ticked);
    const fallen = struck.length ? [] : fallenBy(ticked).filter((number) => !ticked.has(number));
    for (const [number, [label, input]] of inputs) {
      input.checked = ticked.has(number);
      label.classList.toggle("fallen", fallen.includes(number));
    }
    for (const [all, numbers] of heads) {
      const on = numbers.filter((number) => ticked.has(number)).length;
      all.checked = on === numbers.length;
      all.indeterminate = on > 0 && on < numbers.length;
    }
    const unsure = story.whole ? "" : ` ${words.notWhole}`;
    result.classList.toggle("struck", struck.length > 0);
    again.disabled = !ticked.size;
    if (struck.length) {
      verdict.textContent = words.cannotAll + unsure;
      const rows = make("ol", "", ...struck.slice(0, EXPLAINED).map(explained));
      const more = struck.length - EXPLAINED;
      why.replaceChildren(rows, ...(more > 0 ? [make("p", "src", fillIn(words.moreStruck, { count: more }))] : []));
      return;
    }
    verdict.textContent = !ticked.size ? words.noneTicked : story.whole ? words.canAll : words.notWhole;
    if (!fallen.length) {
      why.replaceChildren(...(ticked.size ? [make("p", "", words.noneFalls)] : []));
      return;
    }
    const left = mine.length - fallen.length - mine.filter((number) => ticked.has(number)).length;
    why.replaceChildren(make("p", "", words.fall), make("ul", "", ...fallen.map(link)),
      ...(left > 0 ? [make("p", "src", fillIn(words.stayOpen, { count: left }))] : []));
  };
  fill(false);
  show();
  box.hidden = false;
  followers.push((changed) => changed.includes("believed") && show());
}
