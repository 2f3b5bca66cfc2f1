/* A case within a notebook's widget: its moment, clock, sides and claims, told both ways. */

const claimKey = (number) => (given.claims ? given.claims[number] : claims[number].id);
const numberOf = new Map(claims.map(({ number }) => [claimKey(number), number]));

// A place, a route or a closure is selected with the claims that it rests on, and that show
besides = (item) => (item.c || []).filter((number) => shows(claims[number])).map(claimKey);
markOf = (key) => (numberOf.has(key) ? dotsOf(claims[numberOf.get(key)]) : []);
// One claim that the notebook selects is shown with its card
shownAlone = (keys) => {
  const [number] = keys.map((key) => numberOf.get(key)).filter((one) => one !== undefined);
  if (keys.length === 1 && number !== undefined) showClaim(number, { focus: false });
};

states.clock = (clock) => change({ clock, len: stepsOf(clock, view.len), day: inSpanOf(clock, view.day) });
states.when = (text) => {
  if (text === null) {
    change({ day: null });
    return;
  }
  const { day, len } = dayNumber(text);
  const steps = stepsOf(view.clock, len);
  change({ len: steps, day: inSpanOf(view.clock, day, steps) });
};
states.sides = (ids) => {
  const chosen = new Set(story.sides.flatMap(([id], number) => (ids.includes(id) ? [number] : [])));
  change({ sides: chosen.size < story.sides.length ? chosen : null });
};

const sidesOn = () => story.sides.flatMap(([id], number) => (sideShown(number) ? [id] : []));
followers.push((changed) => {
  const has = (name) => changed.includes(name);
  if (has("day") || has("len") || has("clock")) {
    report({ clock: view.clock, when: view.day === null ? null : isoDay(view.day) });
  }
  if (has("sides")) report({ sides: sidesOn() });
  if (has("claim") && view.claim !== null && !obeying) select([claimKey(view.claim)], false);
});

/** A place that was found by the search box is selected as by a click. */
extend.found = (id) => {
  const entry = (things.get(given.places ? given.places[id] ?? id : id) || [])[0];
  if (entry) select(keysOfThing(entry.layer), false);
};
