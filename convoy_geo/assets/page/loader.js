/*
 * Brings the compressed parts of a page to life: data, Leaflet and our own script, and in a compact
 * page the reader of all the rest (compact.js). Each part becomes an inline element, and the page's
 * policy lets it run only if its hash is the published one. It stands uncompressed at the end of
 * every page; see convoy_geo/drawing/squeezing.py for the form of the texts.
 */

const DIGITS_85 =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%/()*+-;,=.?@^_`{|}~";

/** The bytes of a text in digits of base 85. */
function bytesOf(text) {
  const values = new Uint8Array(128);
  for (let digit = 0; digit < 85; digit++) values[DIGITS_85.charCodeAt(digit)] = digit;
  const groups = Math.ceil(text.length / 5);
  const digits = new Uint8Array(5 * groups).fill(DIGITS_85.charCodeAt(84));
  new TextEncoder().encodeInto(text, digits);
  const bytes = new Uint8Array(4 * groups);
  for (let from = 0, to = 0; to < bytes.length; from += 5, to += 4) {
    const high = (values[digits[from]] * 85 + values[digits[from + 1]]) * 85 + values[digits[from + 2]];
    const low = (high & 255) * 7225 + values[digits[from + 3]] * 85 + values[digits[from + 4]];
    // No number needs more than 30 bits: those are fast
    const rest = (high >> 8) * 7225 + (low >> 8);
    bytes[to] = rest >> 16;
    bytes[to + 1] = rest >> 8;
    bytes[to + 2] = rest;
    bytes[to + 3] = low;
  }
  return bytes.subarray(0, Math.floor((text.length * 4) / 5));
}

/** The bytes that a text of squeezing.py stands for, as a promise. */
function expand(text) {
  const { readable, writable } = new DecompressionStream("deflate");
  const written = new Response(readable).arrayBuffer();
  const writer = writable.getWriter();
  return Promise.all([written, writer.write(bytesOf(text)), writer.close()]).then(([bytes]) => bytes);
}

/** Make a part of the page an element of its head; the data stay where they are. */
function enliven(kind, text) {
  if (kind === "data") {
    document.getElementById("data").textContent = text;
    return;
  }
  const part = document.createElement(kind);
  part.textContent = text;
  // The sheet that comes last, Leaflet's, stands before ours
  document.head.prepend(part);
}

(async () => {
  const notice = document.querySelector(".needs-script");
  if (typeof DecompressionStream === "undefined") {
    notice.textContent = notice.dataset.old;
    return;
  }
  notice.hidden = true;
  // Until our own script takes over: what stands there without it need not be laid out, nor jump
  document.documentElement.classList.add("loading");
  try {
    for (const block of document.querySelectorAll("body > script[data-z]")) {
      const text = new TextDecoder().decode(await expand(block.textContent));
      enliven(block.dataset.z, text);
      if (block.id !== "data") block.remove();
    }
  } finally {
    document.documentElement.classList.remove("loading");
    // Gone by now unless something went wrong; that of a compact page's inside is another.
    for (const left of document.querySelectorAll(".needs-script")) {
      left.hidden = false;
      left.textContent = left.dataset.failed;
    }
  }
})();
