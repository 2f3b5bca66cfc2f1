"""A visit to a page in headless Chromium with the network cut off, and all that went wrong."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, LocatorAssertions, Page, Route

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PICTURES = Path(__file__).parent.parent / "artifacts"
DESKTOP = (1280, 800)
PHONE = (390, 844)

WATCH = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.__violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""


def start_chromium() -> Iterator[Browser]:
    """Chromium, and its end. Playwright's loop must not outlive a module that uses it."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"none of {', '.join(NAMES)} is installed"
        if os.environ.get("CONVOY_GEO_REQUIRE_BROWSER"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


def expect(found: Locator) -> LocatorAssertions:
    """What must become true of elements within ten seconds: a busy machine is no fault."""
    from playwright.sync_api import expect as wait_until

    wait_until.set_options(timeout=10_000)
    return wait_until(found)


@dataclass
class Visit:
    """An open page and its record."""

    context: BrowserContext
    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def troubles(self) -> list[str]:
        """Everything that must not happen, in all frames."""
        found = [f"request {url}" for url in self.requests]
        found += [f"console {text}" for text in self.complaints]
        found += [f"dialog {text}" for text in self.dialogs]
        for frame in self.page.frames:
            found += [f"violation {text}" for text in frame.evaluate("window.__violations || []")]
            if frame.evaluate("window.__pwned !== undefined"):
                found.append(f"pwned {frame.evaluate('String(window.__pwned)')}")
        return found

    def picture(self, name: str) -> None:
        """Keep a screenshot in the ignored folder."""
        PICTURES.mkdir(exist_ok=True)
        self.page.screenshot(path=str(PICTURES / f"{name}.png"))


def visit(
    browser: Browser,
    path: Path,
    *,
    size: tuple[int, int] = DESKTOP,
    ready: str = "html[data-ready]",
    **options: Any,
) -> Visit:
    """Open a file with all network cut off, and wait until its map is drawn."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.add_init_script(WATCH)
    context.set_default_timeout(10_000)
    page = context.new_page()
    seen = Visit(context, page)
    address = path.resolve().as_uri()

    def cut(route: Route) -> None:
        url = route.request.url
        if url == address:
            route.continue_()
        else:
            seen.requests.append(url)
            route.abort()

    context.route("**/*", cut)
    page.on(
        "console",
        lambda message: (
            seen.complaints.append(message.text) if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    page.wait_for_selector(ready, state="attached", timeout=20_000)
    # The map of a case stands below its story
    page.evaluate("document.getElementById('frame')?.scrollIntoView()")
    return seen
