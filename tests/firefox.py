"""Firefox ESR as Debian ships it, driven by WebDriver BiDi: no build or driver of anybody's own.

Firefox listens itself (``--remote-debugging-port``); commands and events are JSON over one
WebSocket, as https://www.w3.org/TR/webdriver-bidi/ describes them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import WATCH

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("firefox-esr", "firefox")
ENTER = "\ue007"
SETTINGS = {
    "network.proxy.type": 1,  # all of the network leads to a port at which nobody listens
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "browser.startup.page": 0,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Firefox:
    """A running Firefox with one tab."""

    def __init__(self, address: str) -> None:
        from websocket import create_connection

        self._socket = create_connection(f"{address}/session", timeout=30, suppress_origin=True)
        self._numbers = count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.ask("script.addPreloadScript", functionDeclaration=f"() => {{{WATCH}}}")
        self.tab: str = self.ask("browsingContext.getTree")["contexts"][0]["context"]

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and wait for its answer, keeping note of the events before it."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message["type"] == "event":
                self._note(message["method"], message["params"])
            elif message["id"] == number:
                assert message["type"] == "success", message
                return message["result"]

    def _note(self, event: str, params: dict[str, Any]) -> None:
        if event == "log.entryAdded" and params["level"] in {"error", "warn"}:
            self.complaints.append(params["text"])
        elif event == "network.beforeRequestSent":
            url = params["request"]["url"]
            if not url.startswith(("file:", "data:", "blob:", "about:")):
                self.requests.append(url)

    def open(self, path: Path, *, size: tuple[int, int], ready: str = "html[data-ready]") -> None:
        """Open a file in the tab and wait for an element of it, for five seconds at most."""
        self.requests.clear()
        self.complaints.clear()
        viewport = {"width": size[0], "height": size[1]}
        self.ask("browsingContext.setViewport", context=self.tab, viewport=viewport)
        self.ask("browsingContext.navigate", context=self.tab, url=path.as_uri(), wait="complete")
        for tab in self.frames() if ready == "iframe" else [self.tab]:
            assert self.run(WAIT.format(ready="html[data-ready]"), tab), "the page is not ready"
            self.run("(document.getElementById('frame')?.scrollIntoView(), 1)", tab)

    def frames(self) -> list[str]:
        """The frames within the page."""
        (tree,) = self.ask("browsingContext.getTree", root=self.tab)["contexts"]
        return [frame["context"] for frame in tree["children"]]

    def run(self, script: str, tab: str | None = None) -> Any:
        """The value of an expression, or of the promise that it is, by way of JSON."""
        answer = self.ask(
            "script.evaluate",
            expression=f"Promise.resolve({script}).then((value) => JSON.stringify(value ?? null))",
            target={"context": tab or self.tab},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def press(self, key: str) -> None:
        """Press and release a key."""
        actions = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self.ask("input.performActions", context=self.tab, actions=[keyboard])

    def click(self, script: str) -> None:
        """Click with the mouse in the middle of what an expression gives, once it stands still."""
        self.run(f"({script})?.scrollIntoView({{ block: 'nearest' }})")
        place = self.run(STILL.format(element=script))
        assert place, f"{script} does not come to rest"
        x, y = place
        actions: list[dict[str, Any]] = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        mouse = {"type": "pointer", "id": "mouse", "actions": actions}
        self.ask("input.performActions", context=self.tab, actions=[mouse])

    def troubles(self) -> list[str]:
        """Everything that must not happen, in all frames."""
        found = [f"request {url}" for url in self.requests]
        found += [f"console {text}" for text in self.complaints]
        for tab in (self.tab, *self.frames()):
            found += [f"violation {text}" for text in self.run("window.__violations", tab) or []]
            if self.run("window.__pwned !== undefined", tab):
                found.append("pwned")
        return found

    def close(self) -> None:
        """End the session."""
        self._socket.close()


STILL = """(async () => {{
  let before;
  for (let i = 0, same = 0; i < 300; i++) {{
    const box = ({element}).getBoundingClientRect();
    const middle = [box.left + box.width / 2, box.top + box.height / 2];
    same = String(middle) === before ? same + 1 : 0;
    if (same === 3) return middle;
    before = String(middle);
    await new Promise((done) => requestAnimationFrame(done));
  }}
}})()"""
WAIT = """(async () => {{
  for (let i = 0; i < 50 && !document.querySelector("{ready}"); i++) {{
    await new Promise((done) => setTimeout(done, 100));
  }}
  return Boolean(document.querySelector("{ready}"));
}})()"""


def start_firefox() -> Iterator[Firefox]:
    """Firefox with a profile of its own, and its end."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"none of {', '.join(NAMES)} is installed (Debian: apt-get install firefox-esr)"
        if os.environ.get("CONVOY_GEO_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines = [f"user_pref({name!r}, {json.dumps(value)});" for name, value in SETTINGS.items()]
        (Path(folder) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        command = [found, "--headless", "--no-remote", "--remote-debugging-port", "0"]
        with subprocess.Popen(
            [*command, "--profile", folder, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "HOME": folder},
        ) as process:
            assert process.stderr is not None
            heard = (re.search(r"BiDi listening on (ws://\S+)", line) for line in process.stderr)
            address = next(filter(None, heard), None)
            try:
                assert address, "Firefox ended before it listened"
                firefox = Firefox(address[1])
                yield firefox
                firefox.close()
            finally:
                process.terminate()
                process.communicate(timeout=20)
