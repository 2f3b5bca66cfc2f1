"""A page that holds widgets as a notebook does: the real script and page, a plain model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SYNCED = ("_page", "_nonce", "_title", "height_px", "clock", "when", "sides", "layers", "selected",
          "view", "drawn")  # fmt: skip

HOST = """<!doctype html><meta charset="utf-8"><title>Host</title><body>
<script type="application/json" id="states">{states}</script>
<script type="module">
{esm}
const states = JSON.parse(document.getElementById("states").textContent);
class Model {{
  constructor(state) {{ this.state = state; this.calls = new Map(); this.saved = 0; }}
  get(name) {{ return this.state[name]; }}
  set(name, value) {{
    if (JSON.stringify(this.state[name]) === JSON.stringify(value)) return;
    this.state[name] = value;
    for (const call of this.calls.get(name) || []) call();
  }}
  save_changes() {{ this.saved += 1; }}
  on(event, call) {{
    const name = event.slice(7);
    this.calls.set(name, [...(this.calls.get(name) || []), call]);
  }}
  off(event, call) {{
    const name = event.slice(7);
    this.calls.set(name, (this.calls.get(name) || []).filter((one) => one !== call));
  }}
}}
window.models = states.map((state) => new Model(state));
window.ends = window.models.map((model) => {{
  const el = document.createElement("div");
  document.body.append(el);
  return WIDGET.render({{ model, el }});
}});
</script>
"""


def write_host(path: Path, *widgets: object) -> Path:
    """Write the page with these widgets; ``window.models`` holds their models."""
    states = [
        {name: getattr(one, name) for name in SYNCED if hasattr(one, name)} for one in widgets
    ]
    esm = str(widgets[0]._esm).replace("export default", "const WIDGET =")
    text = json.dumps(states).replace("<", "\\u003c")
    path.write_text(HOST.format(states=text, esm=esm), encoding="utf-8")
    return path
