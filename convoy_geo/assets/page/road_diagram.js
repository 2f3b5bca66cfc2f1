/* The time-distance diagram and the map: what is chosen in the one is marked in the other. */

const diagramOf = () => document.getElementById("diagram");

/** A button that leads from a claim's card to its box in the diagram, if it has one. */
function inTime(number) {
  const box = diagramOf();
  const id = claims[number].id;
  const row = box && [...box.querySelectorAll(".tdkey li")].find((one) => one.dataset.claim === id);
  if (!row) return null;
  return button(words.seeInTime, () => {
    if (view.claim !== number) change({ claim: number });
    const shown = [...box.querySelectorAll(".td rect[data-claim]")].find((one) => one.dataset.claim === id && one.getClientRects().length);
    (shown || row).scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    row.querySelector("a").focus({ preventScroll: true });
  });
}

function startDiagram() {
  const box = diagramOf();
  if (!box) return;
  box.addEventListener("click", (event) => {
    const rect = event.target.closest("rect[data-claim]");
    const number = rect ? claimOf.get(rect.dataset.claim) : undefined;
    if (number !== undefined) showSheet(number);
  });
  followers.push((changed) => {
    if (!changed.includes("claim")) return;
    const id = view.claim === null ? null : claims[view.claim].id;
    for (const one of box.querySelectorAll("[data-claim]")) one.classList.toggle("on", one.dataset.claim === id);
  });
}
