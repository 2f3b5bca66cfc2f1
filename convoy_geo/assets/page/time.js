/*
 * The time bar below the map: a strip of how many claims each day has, a slider, steps by day and
 * by claim, play, and the choice of the clock. An event of uncertain date counts on all its days.
 */

// Steps of a clock from which it goes by the day although the story goes by the hour
const HOURS_SHOWN = 336;

/** How many steps are chosen at once for a clock: one, or a day of hours where they are too many. */
function stepsOf(clock, wish) {
  const [first, last] = story.span[clock];
  return last - first >= HOURS_SHOWN ? PER_DAY : wish;
}

/** First and last step of a clock; where days of hours are chosen, from the start of a day on. */
function spanOf(clock, len = view.len) {
  const [first, last] = story.span[clock];
  return [Math.floor(first / len) * len, last];
}

/** The step of a clock's span that is nearest to one, where so many are chosen at once; none stays none. */
function inSpanOf(clock, day, len = view.len) {
  const [first, last] = spanOf(clock, len);
  if (day === null) return null;
  const near = Math.min(last, Math.max(first, day));
  return near - ((near - first) % len);
}

// A play takes so long at the most, in so many changes; a change takes so long at the most
const PLAY_MS = 38000;
const MOST_TICKS = 160;
const TICK_MS = 1100;

function startTime() {
  let [first, last] = spanOf(view.clock);
  const bar = make("div", "");
  bar.id = "time";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", words.time);

  const clock = make("select", "");
  clock.setAttribute("aria-label", words.clock);
  for (const name of CLOCKS) {
    const option = make("option", "", words[name]);
    option.value = name;
    clock.append(option);
  }
  clock.addEventListener("change", () => choose(clock.value, len()));
  const choose = (name, wish) => {
    const steps = stepsOf(name, wish);
    change({ clock: name, len: steps, day: inSpanOf(name, view.day, steps) });
  };

  // A story by the hour may be read by the day as well
  const unit = make("select", "");
  unit.setAttribute("aria-label", words.unit);
  for (const [text, steps] of [[words.byHour, 1], [words.byDay, PER_DAY]]) {
    const option = make("option", "", text);
    option.value = String(steps);
    unit.append(option);
  }
  unit.hidden = PER_DAY === 1;
  unit.addEventListener("change", () => choose(view.clock, len()));
  const len = () => (PER_DAY > 1 ? Number(unit.value) : 1);

  const slider = make("input", "");
  slider.type = "range";
  slider.addEventListener("input", () => pick(Number(slider.value)));

  const all = make("input", "");
  all.type = "checkbox";
  all.addEventListener("change", () => pick(all.checked ? null : Number(slider.value)));
  const shownDay = make("output", "");
  shownDay.setAttribute("aria-live", "polite");

  const small = (sign, text, act) => {
    const element = button(sign, act, "step");
    element.setAttribute("aria-label", text);
    element.title = text;
    return element;
  };
  const inSpan = (day) => inSpanOf(view.clock, day);
  const pick = (day) => {
    stop();
    change({ day });
  };
  const turn = (by) => pick(inSpan(view.day === null ? (by > 0 ? first : last) : view.day + by * view.len));

  /** The claims of the chosen sides in the order of the clock; those without a date are left out. */
  const inOrder = () =>
    claims
      .filter((claim) => sideShown(claim.side) && claim[view.clock])
      .sort((a, b) => startOf(a) - startOf(b) || a.number - b.number);
  const startOf = (claim) => claim[view.clock][0] ?? claim[view.clock][1] ?? first;
  const turnClaim = (by) => {
    const order = inOrder();
    if (!order.length) return;
    let at = order.findIndex((claim) => claim.number === view.claim);
    if (at < 0) {
      const day = view.day ?? (by > 0 ? first : last);
      at = order.findIndex((claim) => startOf(claim) >= day);
      if (at < 0) at = order.length;
      at -= by > 0 ? 1 : 0;
    }
    const next = order[Math.min(order.length - 1, Math.max(0, at + by))];
    pick(inSpan(startOf(next)));
    showClaim(next.number, { focus: false });
  };

  let playing = null;
  const play = button("▶", () => (playing ? stop() : run()), "step");
  const sign = () => {
    play.textContent = playing ? "❚❚" : "▶";
    play.setAttribute("aria-label", playing ? words.pause : words.play);
    play.title = playing ? words.pause : words.play;
  };
  const stop = () => {
    clearInterval(playing);
    playing = null;
    sign();
  };
  const run = () => {
    const atEnd = () => view.day === null || view.day + view.len > last;
    change({ day: atEnd() ? first : view.day });
    // However long a story is, it is over after some time
    const steps = Math.ceil((last - first + 1) / view.len);
    const by = Math.ceil(steps / MOST_TICKS) * view.len;
    playing = setInterval(() => {
      if (atEnd()) stop();
      else change({ day: inSpan(view.day + by) });
    }, Math.min(TICK_MS, PLAY_MS / (steps / (by / view.len))));
    sign();
  };
  sign();

  const strip = make("div", "strip");
  const back = small("◀", words.dayBack, () => turn(-1));
  const on = small("▶|", words.dayOn, () => turn(1));
  const buttons = make("div", "steps",
    small("⏮", words.claimBack, () => turnClaim(-1)), back,
    play, on, small("⏭", words.claimOn, () => turnClaim(1)));
  buttons.dir = "ltr";
  const track = make("div", "track", strip, slider);
  track.dir = "ltr";
  const choice = make("label", "choice", all, ` ${words.allDays}`);
  bar.append(make("div", "clocks", clock, unit), buttons, track, choice, shownDay);
  if (PER_DAY > 1) bar.append(make("p", "meta zone", `${words.zone} ${story.zone || "UTC"}`));
  const frame = document.getElementById("frame");
  // Who skips the map comes to the time
  frame.append(document.getElementById("after"), bar);

  const follow = (changed) => {
    clock.value = view.clock;
    [first, last] = spanOf(view.clock);
    slider.min = String(first);
    slider.max = String(last);
    slider.step = String(view.len);
    unit.value = String(view.len);
    unit.disabled = last - first >= HOURS_SHOWN;
    const hours = byHour();
    slider.setAttribute("aria-label", hours ? words.hour : words.day);
    for (const [element, text] of [[back, hours ? words.hourBack : words.dayBack], [on, hours ? words.hourOn : words.dayOn]]) {
      element.setAttribute("aria-label", text);
      element.title = text;
    }
    all.checked = view.day === null;
    if (view.day !== null) slider.value = String(view.day);
    slider.setAttribute("aria-valuetext", view.day === null ? words.allDays : dayWords(view.day));
    bar.classList.toggle("all-days", view.day === null);
    shownDay.textContent = view.day === null ? words.allDays : dayWords(view.day);
    if (changed.some((name) => name === "clock" || name === "sides" || name === "day" || name === "len")) density(strip, first, last);
  };
  followers.push(follow);
  follow(["day"]);
}

// Bars that a strip has at the most
const MOST_BARS = 400;

/** Bars of claims a step, or some: dark where the step is told, light where it may be another. */
function density(strip, first, last) {
  const steps = last - first + 1;
  const wide = Math.ceil(steps / view.len / MOST_BARS) * view.len;
  const bars = Math.ceil(steps / wide);
  // How many begin and end at each bar; their sums are how many there are
  const sure = new Array(bars + 1).fill(0);
  const open = new Array(bars + 1).fill(0);
  for (const claim of claims) {
    const span = claim[view.clock];
    if (!span || !sideShown(claim.side)) continue;
    const from = Math.max(0, (span[0] ?? first) - first);
    const to = Math.min(steps - 1, (span[1] ?? last) - first);
    if (from > to) continue;
    const [one, other] = [Math.floor(from / wide), Math.floor(to / wide)];
    const told = one === other && span[0] !== null && span[1] !== null && span[1] - span[0] < view.len;
    const counts = told ? sure : open;
    counts[one]++;
    counts[other + 1]--;
  }
  for (const counts of [sure, open]) for (let at = 1; at < bars; at++) counts[at] += counts[at - 1];
  sure.length = open.length = bars;
  const most = Math.max(1, ...sure.map((count, bar) => count + open[bar]));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${bars * 10} 40`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", byHour() ? words.densityHours : words.density);
  // One shape for all bars of a kind
  const shape = (className, boxes) =>
    svg.append(vector("path", { class: className, d: boxes.map(([x, y, height]) => (height ? `M${x + 1} ${y}h8v${height}h-8z` : "")).join("") }));
  const high = (count) => (count / most) * 38;
  if (view.day !== null && view.day >= first && view.day <= last) shape("chosen", [[Math.floor((view.day - first) / wide) * 10, 0, 40]]);
  shape("sure", sure.map((count, bar) => [bar * 10, 40 - high(count), high(count)]));
  shape("open", open.map((count, bar) => [bar * 10, 40 - high(sure[bar] + count), high(count)]));
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const day = first + Math.floor(((event.clientX - box.left) / box.width) * bars) * wide;
    change({ day: inSpanOf(view.clock, day) });
  });
  strip.replaceChildren(svg);
}
