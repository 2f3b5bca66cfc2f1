/*
 * Brings a compact page to life: everything but its head is one block of LZMA, which is an eighth
 * smaller than what the browser can inflate by itself. The reader follows the format's public
 * specification, with the settings of convoy_geo/drawing/squeezing.py: lc 3, lp 0, pb 0, no header,
 * and the size known before.
 */

/** The bytes that `packed` stands for, `size` of them. */
function unlzma(packed, size) {
  // Where in the one table of probabilities the models stand.
  const [REP, REP_0, REP_1, REP_2, LONG, SLOT, NEAR, ALIGN, LENGTH, AGAIN, LITERAL] =
    [12, 24, 36, 48, 60, 72, 328, 443, 459, 733, 1007];
  const chances = new Uint16Array(LITERAL + 8 * 0x300).fill(1024);
  const out = new Uint8Array(size);
  let [range, code, from, to] = [0xffffffff, 0, 5, 0];
  for (const byte of packed.subarray(1, 5)) code = ((code << 8) | byte) >>> 0;

  const refill = () => {
    if (range >= 0x1000000) return;
    range = (range << 8) >>> 0;
    code = ((code << 8) | packed[from++]) >>> 0;
  };
  const bit = (at) => {
    const chance = chances[at];
    const bound = (range >>> 11) * chance;
    const is = code >= bound;
    if (is) {
      range -= bound;
      code -= bound;
      chances[at] = chance - (chance >> 5);
    } else {
      range = bound;
      chances[at] = chance + ((2048 - chance) >> 5);
    }
    refill();
    return is ? 1 : 0;
  };
  const tree = (at, bits) => {
    let value = 1;
    for (let i = 0; i < bits; i++) value = 2 * value + bit(at + value);
    return value - (1 << bits);
  };
  const backwards = (at, bits) => {
    let [node, value] = [1, 0];
    for (let i = 0; i < bits; i++) {
      const one = bit(at + node);
      node = 2 * node + one;
      value |= one << i;
    }
    return value;
  };
  const direct = (bits) => {
    let value = 0;
    for (let i = 0; i < bits; i++) {
      range >>>= 1;
      const one = code >= range ? 1 : 0;
      if (one) code -= range;
      value = 2 * value + one;
      refill();
    }
    return value;
  };
  const length = (at) =>
    !bit(at) ? 2 + tree(at + 2, 3) : !bit(at + 1) ? 10 + tree(at + 10, 3) : 18 + tree(at + 18, 8);
  const distance = (slot) => {
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) << bits;
    return base + (slot < 14 ? backwards(NEAR + base - slot, bits)
      : direct(bits - 4) * 16 + backwards(ALIGN, 4));
  };

  let state = 0;
  // Distances, the latest first
  let last = [0, 0, 0, 0];
  while (to < size) {
    if (!bit(state)) {
      const at = LITERAL + 0x300 * ((to && out[to - 1]) >> 5);
      let value = 1;
      if (state > 6) {
        // After a match the byte is told by how it differs from the one that would go on.
        for (let likely = out[to - last[0] - 1], same = true; same && value < 256; likely <<= 1) {
          const guess = (likely >> 7) & 1;
          const one = bit(at + 256 * (1 + guess) + value);
          value = 2 * value + one;
          same = one === guess;
        }
      }
      while (value < 256) value = 2 * value + bit(at + value);
      out[to++] = value;
      state = state < 4 ? 0 : state - (state < 10 ? 3 : 6);
      continue;
    }
    let count = 1;
    if (!bit(REP + state)) {
      count = length(LENGTH);
      last = [distance(tree(SLOT + 64 * Math.min(count - 2, 3), 6)), ...last.slice(0, 3)];
      state = state < 7 ? 7 : 10;
    } else {
      const which = !bit(REP_0 + state) ? 0 : !bit(REP_1 + state) ? 1 : 2 + bit(REP_2 + state);
      const short = which === 0 && !bit(LONG + state);
      last.unshift(...last.splice(which, 1));
      if (!short) count = length(AGAIN);
      state = state < 7 ? (short ? 9 : 8) : 11;
    }
    for (; count > 0 && to < size; count--, to++) out[to] = out[to - last[0] - 1];
  }
  return out;
}

const block = document.getElementById("rest");
const whole = unlzma(bytesOf(block.textContent), Number(block.dataset.size));
const [main, ...parts] = new TextDecoder().decode(whole).split("\0");
block.remove();
// The very HTML that stands readable in other pages: Python has made all texts in it safe.
document.querySelector("main").innerHTML = main;
for (const part of parts) {
  const [kind] = part.split("\n", 1);
  enliven(kind, part.slice(kind.length + 1));
}
