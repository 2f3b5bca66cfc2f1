/*
 * The time bar below the map: a strip of how many claims each day has, a slider, steps by day and
 * by claim, play, and the choice of the clock. An event of uncertain date counts on all its days.
 */

/** The day of a clock's span that is nearest to a day; none stays none. */
function inSpanOf(clock, day) {
  const [first, last] = story.span[clock];
  return day === null ? null : Math.min(last, Math.max(first, day));
}

function startTime() {
  let [first, last] = story.span[view.clock];
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
  clock.addEventListener("change", () => change({ clock: clock.value, day: inSpanOf(clock.value, view.day) }));

  const slider = make("input", "");
  slider.type = "range";
  slider.step = "1";
  slider.setAttribute("aria-label", words.day);
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
  const turn = (by) => pick(inSpan(view.day === null ? (by > 0 ? first : last) : view.day + by));

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
    change({ day: view.day === null || view.day >= last ? first : view.day });
    playing = setInterval(() => {
      if (view.day === null || view.day >= last) stop();
      else change({ day: view.day + 1 });
    }, 1100);
    sign();
  };
  sign();

  const strip = make("div", "strip");
  const buttons = make("div", "steps",
    small("⏮", words.claimBack, () => turnClaim(-1)), small("◀", words.dayBack, () => turn(-1)),
    play, small("▶|", words.dayOn, () => turn(1)), small("⏭", words.claimOn, () => turnClaim(1)));
  buttons.dir = "ltr";
  const track = make("div", "track", strip, slider);
  track.dir = "ltr";
  bar.append(clock, buttons, track, make("label", "choice", all, ` ${words.allDays}`), shownDay);
  const frame = document.getElementById("frame");
  // Who skips the map comes to the time
  frame.append(document.getElementById("after"), bar);

  const follow = (changed) => {
    clock.value = view.clock;
    [first, last] = story.span[view.clock];
    slider.min = String(first);
    slider.max = String(last);
    all.checked = view.day === null;
    if (view.day !== null) slider.value = String(view.day);
    slider.setAttribute("aria-valuetext", view.day === null ? words.allDays : dayWords(view.day));
    bar.classList.toggle("all-days", view.day === null);
    shownDay.textContent = view.day === null ? words.allDays : dayWords(view.day);
    if (changed.some((name) => name === "clock" || name === "sides" || name === "day")) density(strip, first, last);
  };
  followers.push(follow);
  follow(["day"]);
}

/** Bars of claims a day: dark where the day is told, light where it may be another. */
function density(strip, first, last) {
  const days = last - first + 1;
  const sure = new Array(days).fill(0);
  const open = new Array(days).fill(0);
  for (const claim of claims) {
    const span = claim[view.clock];
    if (!span || !sideShown(claim.side)) continue;
    const from = Math.max(0, (span[0] ?? first) - first);
    const to = Math.min(days - 1, (span[1] ?? last) - first);
    if (from > to) continue;
    const counts = from === to && span[0] === span[1] ? sure : open;
    for (let day = from; day <= to; day++) counts[day]++;
  }
  const most = Math.max(1, ...sure.map((count, day) => count + open[day]));
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${days * 10} 40`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words.density);
  // One shape for all bars of a kind
  const shape = (className, boxes) =>
    svg.append(vector("path", { class: className, d: boxes.map(([x, y, height]) => (height ? `M${x + 1} ${y}h8v${height}h-8z` : "")).join("") }));
  const high = (count) => (count / most) * 38;
  if (view.day !== null && view.day >= first && view.day <= last) shape("chosen", [[(view.day - first) * 10, 0, 40]]);
  shape("sure", sure.map((count, day) => [day * 10, 40 - high(count), high(count)]));
  shape("open", open.map((count, day) => [day * 10, 40 - high(sure[day] + count), high(count)]));
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const day = first + Math.floor(((event.clientX - box.left) / box.width) * days);
    change({ day: Math.min(last, Math.max(first, day)) });
  });
  strip.replaceChildren(svg);
}
