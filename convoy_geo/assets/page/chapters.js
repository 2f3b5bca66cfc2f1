/*
 * The chapters: their pictures go to a stage that stays in view while the cards scroll. Without this
 * script, and on paper, each picture stands under its heading.
 */

/** Share of the window's height at which a card is the one that is read. */
const MIDDLE = 0.525;

function startChapters() {
  const box = document.getElementById("chapters");
  if (!box || !("IntersectionObserver" in window)) return;
  const stage = box.querySelector(".stage");
  const steps = [...box.querySelectorAll(".step")];
  const figures = steps.map((step) => step.querySelector(".fig"));
  const places = figures.map((figure) => figure.nextSibling);
  const list = make("ol", "chnav");
  list.setAttribute("aria-label", words.chapters);
  const links = steps.map((step, number) => {
    const link = make("a", "", `${number + 1}`);
    link.href = `#${step.id}`;
    link.setAttribute("aria-label", `${words.chapter} ${number + 1}: ${step.querySelector("h2").textContent}`);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      // Beside the stage a card stands in the middle, where the observer looks; below it, at its edge
      const beside = stage.offsetWidth < 0.8 * box.offsetWidth && step.offsetHeight < innerHeight;
      step.scrollIntoView({ block: beside ? "center" : "start", behavior: still ? "auto" : "smooth" });
      step.querySelector("h2").focus({ preventScroll: true });
    });
    list.append(make("li", "", link));
    return link;
  });
  for (const step of steps) step.querySelector("h2").tabIndex = -1;
  const when = make("p", "when");
  // The card says it too
  when.setAttribute("aria-hidden", "true");
  const choose = (chosen) => {
    const told = steps[chosen].querySelector(".chn bdi");
    when.textContent = told ? told.textContent : "";
    steps.forEach((step, number) => {
      step.classList.toggle("on", number === chosen);
      figures[number].classList.toggle("on", number === chosen);
      if (number === chosen) links[number].setAttribute("aria-current", "step");
      else links[number].removeAttribute("aria-current");
    });
  };
  const play = () => {
    box.classList.add("playing");
    stage.hidden = false;
    stage.append(...figures, list, when);
  };
  const rest = () => {
    box.classList.remove("playing");
    stage.hidden = true;
    figures.forEach((figure, number) => steps[number].insertBefore(figure, places[number]));
  };
  play();
  choose(0);
  const seen = new IntersectionObserver(() => {
    // Where the cards are now: what the observer saw may be older than the last jump
    const read = steps.findIndex((step) => {
      const { top, bottom } = step.getBoundingClientRect();
      return top <= MIDDLE * innerHeight && bottom > MIDDLE * innerHeight;
    });
    if (read >= 0) choose(read);
  }, { rootMargin: "-50% 0px -45% 0px" });
  for (const step of steps) seen.observe(step);
  for (const step of steps) step.addEventListener("focusin", () => choose(steps.indexOf(step)));
  window.addEventListener("beforeprint", rest);
  window.addEventListener("afterprint", () => document.documentElement.classList.contains("fitted") || play());
  extend.fitted = rest;
}

/** Links to claims above the map open the claim's card, wherever they stand. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.claim");
  if (!link || event.defaultPrevented || document.getElementById("panels").contains(link)) return;
  const number = claimOf.get(decodeURIComponent(link.hash.slice(3)));
  if (number === undefined) return;
  event.preventDefault();
  showSheet(number);
});
