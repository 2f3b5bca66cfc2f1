/* The link to this view, and the lines that put it into another page. */

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
  return frame.outerHTML;
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
