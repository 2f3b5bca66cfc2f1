/*
 * The port of a page that stands in a notebook's widget. No other page has this file.
 *
 * The page has an opaque origin, and so no name that the notebook could write to. Both sides prove
 * themselves by a word of chance that stands in the page's data (`doc.widget.nonce`):
 *
 *   page -> notebook   {convoy_geo: nonce}             "I am drawn", to whoever holds the frame
 *   notebook -> page   {convoy_geo: nonce, state}      once, from the window around the frame, with
 *                                                      one port of a MessageChannel
 *
 * From then on both talk over that port, which nobody else has:
 *
 *   notebook -> page   {state: {name: value, ...}}     show this
 *   page -> notebook   {state: {name: value, ...}}     the reader chose this
 *
 * Names: when, clock, sides, layers, selected, view, drawn. Values are plain data: they are compared,
 * looked up in lists and drawn; none becomes markup, code or an address.
 */

/** Opens the port; `take` is given each state. Returns what reports a change to the notebook. */
function openPort(nonce, take) {
  let port = null;
  // What both sides know, as text
  const known = new Map();
  const heard = (state) => {
    if (!state || typeof state !== "object") return;
    const fresh = {};
    for (const [name, value] of Object.entries(state)) {
      const text = JSON.stringify(value);
      if (known.get(name) === text) continue;
      known.set(name, text);
      fresh[name] = value;
    }
    if (Object.keys(fresh).length) take(fresh);
  };
  const welcome = (event) => {
    if (event.source !== window.parent || port || !event.data || event.data.convoy_geo !== nonce) return;
    const around = location.ancestorOrigins;
    // A file has no origin to compare
    if (around && /^https?:/.test(around[0]) && event.origin !== around[0]) return;
    [port] = event.ports;
    if (!port) return;
    window.removeEventListener("message", welcome);
    port.onmessage = ({ data }) => heard(data && data.state);
    heard(event.data.state);
    document.documentElement.dataset.port = "open";
  };
  window.addEventListener("message", welcome);
  return {
    /** The reader changed something: what the notebook knows already is not said again. */
    report(state) {
      const fresh = Object.entries(state).filter(([name, value]) => known.get(name) !== JSON.stringify(value));
      for (const [name, value] of fresh) known.set(name, JSON.stringify(value));
      if (port && fresh.length) port.postMessage({ state: Object.fromEntries(fresh) });
    },
    /** The page is drawn; nothing but the word goes to the window around it, whatever that is. */
    ready() {
      if (window.parent !== window) window.parent.postMessage({ convoy_geo: nonce }, "*");
    },
  };
}
