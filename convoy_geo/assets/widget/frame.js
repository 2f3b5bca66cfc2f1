/*
 * The notebook's side of a widget: the safe page in a sandboxed frame of opaque origin, and the traits
 * told both ways over a port that only these two have (see assets/page/port.js). It asks no server
 * for anything.
 */

const TRAITS = ["clock", "when", "sides", "layers", "view", "selected", "drawn"];

function render({ model, el }) {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox");
  frame.setAttribute("title", model.get("_title"));
  frame.style.cssText = "display: block; width: 100%; border: 0; background: white";
  const size = () => (frame.style.height = `${Number(model.get("height_px")) || 640}px`);
  size();
  let port = null;
  const names = TRAITS.filter((name) => model.get(name) !== undefined);
  const state = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));

  const hear = (event) => {
    // A frame of opaque origin, ours, that knows the word
    if (event.source !== frame.contentWindow || event.origin !== "null") return;
    if (!event.data || event.data.convoy_geo !== model.get("_nonce")) return;
    if (port) port.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => take(data && data.state);
    // An opaque origin has no name to write to; the frame is ours and checks the word
    frame.contentWindow.postMessage({ convoy_geo: model.get("_nonce"), state: state() }, "*", [channel.port2]);
  };
  const take = (said) => {
    if (!said || typeof said !== "object") return;
    for (const name of names) if (Object.hasOwn(said, name)) model.set(name, said[name]);
    model.save_changes();
  };
  const heard = Object.fromEntries(names.map((name) => [name,
    () => port && port.postMessage({ state: { [name]: model.get(name) } })]));

  window.addEventListener("message", hear);
  for (const name of names) model.on(`change:${name}`, heard[name]);
  model.on("change:height_px", size);
  frame.srcdoc = model.get("_page");
  el.append(frame);
  return () => {
    window.removeEventListener("message", hear);
    for (const name of names) model.off(`change:${name}`, heard[name]);
    model.off("change:height_px", size);
    if (port) port.close();
    frame.removeAttribute("srcdoc");
    frame.remove();
  };
}

export default { render };
