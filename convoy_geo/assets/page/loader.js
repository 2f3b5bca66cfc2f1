/*
 * Brings the compressed parts of the page to life: data, Leaflet and our own script always, our
 * style sheet in a compact page. Each part becomes an inline element, and the page's policy
 * lets it run only if its hash is the published one. It stands uncompressed at the end of every
 * page; see convoy_geo/drawing/squeezing.py for the form of the texts.
 */

const DIGITS_85 =
  "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%/()*+-;,=.?@^_`{|}~";

/** The bytes of a text in digits of base 85. */
function bytesOf(text) {
  const values = new Uint8Array(128);
  for (let digit = 0; digit < 85; digit++) values[DIGITS_85.charCodeAt(digit)] = digit;
  const bytes = new DataView(new ArrayBuffer(4 * Math.ceil(text.length / 5)));
  for (let at = 0; at < text.length; at += 5) {
    let value = 0;
    for (let place = at; place < at + 5; place++) {
      value = value * 85 + (place < text.length ? values[text.charCodeAt(place)] : 84);
    }
    bytes.setUint32((at / 5) * 4, value);
  }
  return new Uint8Array(bytes.buffer, 0, Math.floor((text.length * 4) / 5));
}

/** The bytes that a text of squeezing.py stands for, as a promise. */
function expand(text) {
  const stream = new Blob([bytesOf(text)]).stream();
  return new Response(stream.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
}

(async () => {
  const notice = document.querySelector(".needs-script");
  if (typeof DecompressionStream === "undefined") {
    notice.textContent = notice.dataset.old;
    return;
  }
  notice.hidden = true;
  try {
    for (const block of document.querySelectorAll("body > script[data-z]")) {
      const text = new TextDecoder().decode(await expand(block.textContent));
      if (block.dataset.z === "data") {
        block.textContent = text;
        continue;
      }
      const part = document.createElement(block.dataset.z);
      part.textContent = text;
      block.remove();
      document.head.prepend(part); // the sheet that comes last, Leaflet's, stands before ours
    }
  } finally {
    notice.hidden = false; // it is gone by now unless something went wrong
    notice.textContent = notice.dataset.failed;
  }
})();
