/* Deep links: #day=2017-09-03&clock=said&side=coalition,hezbollah&claim=R0-25 opens that view. */

/** The address's part for what is chosen; empty for the view that the page opens with. */
function hashOf() {
  const parts = [];
  if (view.day !== null) parts.push(`day=${isoDay(view.day)}`);
  if (view.clock !== CLOCKS[0]) parts.push(`clock=${view.clock}`);
  if (view.sides !== null) {
    parts.push(`side=${[...view.sides].map((side) => encodeURIComponent(story.sides[side][0])).join(",")}`);
  }
  if (view.carry) parts.push("carry=1");
  if (view.believed.size) {
    parts.push(`believe=${[...view.believed].sort((a, b) => a - b).map((number) => encodeURIComponent(claims[number].id)).join(",")}`);
  }
  if (view.claim !== null) parts.push(`claim=${encodeURIComponent(claims[view.claim].id)}`);
  return parts.join("&");
}

/** What an address asks for; what the case does not know is left out and named. */
function readHash(text) {
  const asked = new URLSearchParams(text.replace(/^#/, ""));
  const { day, len } = dayNumber(asked.get("day") || "");
  const sides = new Map(story.sides.map(([id], number) => [id, number]));
  const named = (asked.get("side") || "").split(",").filter(Boolean);
  const known = named.filter((id) => sides.has(id));
  // A link that names none on purpose shows none; one that names none of the case's shows all
  const chosen = asked.has("side") && (known.length || !named.length) ? new Set(known.map((id) => sides.get(id))) : null;
  const clock = CLOCKS.includes(asked.get("clock")) ? asked.get("clock") : CLOCKS[0];
  const steps = stepsOf(clock, day === null ? view.len : len);
  const ticked = (asked.get("believe") || "").split(",").filter(Boolean);
  const [first, last] = story.span[clock];
  const isOutside = asked.get("day") && (day === null || day + len <= first || day > last);
  return {
    unknown: named.filter((id) => !sides.has(id)),
    missing: [
      ...(isOutside ? [asked.get("day")] : []),
      ...[asked.get("claim"), ...ticked].filter((id) => id && !claimOf.has(id)),
    ],
    believed: new Set(ticked.map((id) => claimOf.get(id)).filter((number) => number !== undefined)),
    clock,
    day: inSpanOf(clock, day, steps),
    len: steps,
    sides: chosen && chosen.size < story.sides.length ? chosen : null,
    carry: asked.get("carry") === "1",
    claim: claimOf.get(asked.get("claim")) ?? null,
  };
}

function startLinks() {
  const heard = make("p", "meta heard");
  heard.setAttribute("role", "status");
  document.getElementById("time").append(heard);
  const open = () => {
    if (!/=/.test(location.hash)) return;
    const { claim, unknown, missing, ...rest } = readHash(location.hash);
    const named = (text, ids) => ids.length ? [`${text} `, make("bdi", "", shorten(ids.join(words.comma), 80)), " "] : [];
    heard.replaceChildren(...named(words.unknownSides, unknown), ...named(words.unknownOthers, missing));
    // At once, so that the address never lacks a part of it
    change({ ...rest, claim });
    if (claim !== null) showClaim(claim, { focus: false });
    else closeClaim();
    const believes = rest.believed.size && claim === null && rest.day === null && rest.sides === null;
    (believes && document.getElementById("believe") || document.getElementById("frame")).scrollIntoView();
  };
  followers.push(() => {
    const hash = hashOf();
    try {
      history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
    } catch {
      // a srcdoc frame has no address of its own
    }
  });
  window.addEventListener("hashchange", open);
  open();
}
