/* The tools above the map: search, measure, save, share; and what they have in common. */

/** A drawn element: vector("path", { d, stroke }, text). */
function vector(tag, values = {}, text) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  return element;
}

/** A window over the page; the browser keeps the focus in it, and Escape closes it. */
function dialog(id, title, ...children) {
  const head = make("h2", "", title);
  head.id = `${id}-title`;
  const close = button("×", () => box.close(), "close");
  close.setAttribute("aria-label", words.close);
  const box = make("dialog", "tool", close, head, ...children);
  box.id = id;
  box.setAttribute("aria-labelledby", head.id);
  box.addEventListener("click", (event) => {
    // Beside it
    if (event.target === box) box.close();
  });
  document.body.append(box);
  return box;
}

const framed = window.top !== window;

/** What the file is called, without its ending; a srcdoc frame has no name of its own. */
function fileStem() {
  const [, name] = /([^/]+)\.html?$/i.exec(location.pathname) || [];
  try {
    return name ? decodeURIComponent(name) : "map";
  } catch {
    return name;
  }
}

function startTools() {
  const bar = make("div", "", finder(), measurer(), saver(), sharer());
  bar.id = "tools";
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", words.tools);
  const chosen = make("p", "paper");
  document.getElementById("bar").append(bar, chosen);
  document.getElementById("credits").before(make("p", "paper", words.methodLine));
  const follow = () => (chosen.textContent = viewWords());
  followers.push(follow);
  follow();
}
