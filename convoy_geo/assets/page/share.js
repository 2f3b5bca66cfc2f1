/* The link to this view, and the lines that put it into another page. */

// What the page around a frame asks for, and what it is told
const FIT = "convoy-geo-fit";
const TALL = "convoy-geo-height";

/**
 * Tell the page around this frame how tall it is, once that page asks: then nothing scrolls inside,
 * and chapters stand one below the other. Who does not ask has a frame of fixed height.
 */
function startFitting() {
  if (!framed) return;
  const tell = () => window.parent.postMessage({ [TALL]: Math.ceil(document.body.getBoundingClientRect().height) }, "*");
  window.addEventListener("message", ({ source, data }) => {
    if (source !== window.parent || data !== FIT) return;
    document.documentElement.classList.add("fitted");
    if (extend.fitted) extend.fitted();
    new ResizeObserver(tell).observe(document.body);
    tell();
  });
  // It hears now; the page around may have asked before
  window.parent.postMessage({ [TALL]: 0 }, "*");
}

/** The lines of the page around: they ask, look who answers, and set the frame's height. */
const LISTENER = `<script>
(() => {
  const frame = document.currentScript.previousElementSibling;
  const ask = () => frame.contentWindow.postMessage("${FIT}", "*");
  frame.addEventListener("load", ask);
  ask();
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || !["null", new URL(frame.src).origin].includes(origin)) return;
    const height = data && data["${TALL}"];
    if (height === 0) ask();
    if (height > 0 && height < 50000) frame.style.height = height + "px";
  });
})();
</`+`script>`;

/** A frame for another page: it may run the page's script, open links, offer downloads. */
function snippet() {
  // Never attached: it is only written out
  const frame = document.createElement("iframe");
  const hash = hashOf();
  frame.setAttribute("src", `${encodeURIComponent(fileStem())}.html${hash ? `#${hash}` : ""}`);
  frame.setAttribute("title", document.title);
  frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads");
  frame.setAttribute("loading", "lazy");
  frame.setAttribute("width", "100%");
  frame.setAttribute("height", "760");
  frame.style.cssText = "border: 0; width: 100%; height: min(92vh, 56rem)";
  return `${frame.outerHTML}\n${LISTENER}`;
}

/** A text with a button that copies it, by the older way where a frame forbids the newer one. */
function copyable(id, title) {
  const text = make("textarea", "");
  text.id = id;
  text.readOnly = true;
  text.rows = 3;
  text.dir = "ltr";
  text.spellcheck = false;
  const label = make("label", "", title);
  label.htmlFor = id;
  const heard = make("span", "meta");
  heard.setAttribute("role", "status");
  const copy = button(words.copy, async () => {
    text.focus();
    text.select();
    let done = document.execCommand("copy");
    if (!done) done = await navigator.clipboard?.writeText(text.value).then(() => true, () => false);
    heard.textContent = ` ${done ? words.copied : words.copyByHand}`;
  });
  text.addEventListener("focus", () => text.select());
  const box = make("div", "copyable", label, text, copy, heard);
  box.fill = (value) => {
    text.value = value;
    heard.textContent = "";
  };
  return box;
}

function sharer() {
  let link, code, box;
  return button(words.share, () => {
    link ||= copyable("share-link", words.link);
    code ||= copyable("share-code", words.embed);
    box ||= dialog("share", words.share, link, code, make("p", "meta", words.embedHint));
    link.fill(/^about:/.test(location.href) ? `${fileStem()}.html#${hashOf()}` : location.href);
    code.fill(snippet());
    box.showModal();
  });
}
