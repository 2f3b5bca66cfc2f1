"""A case's page in Firefox ESR, with the network cut off: whole, in frames, by mouse and by key."""

import pytest
from browser import DESKTOP, PHONE
from firefox import ENTER, start_firefox

from convoy_geo.webmap.html import in_frame

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def firefox():
    yield from start_firefox()


@pytest.fixture(scope="module")
def files(case, tmp_path_factory):
    """The page in two languages, and a page that holds it in three kinds of frames."""
    folder = tmp_path_factory.mktemp("firefox")
    pages = {lang: case.page(lang=lang) for lang in ("en", "ar")}
    found = {lang: page.save(folder / f"{lang}.html") for lang, page in pages.items()}
    inner = pages["en"].html.replace("&", "&amp;").replace('"', "&quot;")
    frames = [
        in_frame(pages["en"].html, 600),
        f'<iframe width="100%" height="600" srcdoc="{inner}"></iframe>',
        f'<iframe width="100%" height="600" sandbox="allow-scripts" srcdoc="{inner}"></iframe>',
    ]
    found["frames"] = folder / "frames.html"
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>frames</title>"
    found["frames"].write_text(head + "".join(frames), encoding="utf-8")
    return found


TANF = {"en": "Tanf", "ar": "التنف"}


def town(lang="en"):
    return f"document.querySelector(\"path[aria-label='{TANF[lang]}']\")"


WORDS = "document.querySelector('.leaflet-popup-content')?.innerText"


@pytest.mark.parametrize(("lang", "size"), [("en", DESKTOP), ("ar", PHONE)])
def test_it_opens_and_answers_mouse_and_keyboard(firefox, files, case, lang, size):
    firefox.open(files[lang], size=size)
    assert firefox.run("document.title") == case.info.title
    assert firefox.run("document.documentElement.scrollWidth <= window.innerWidth")
    assert firefox.run("document.querySelectorAll('.leaflet-basemap-pane path').length") >= 6
    assert firefox.run("document.querySelectorAll('.name:not(.hidden)').length") >= 8
    firefox.click(town(lang))
    assert TANF[lang] in firefox.run(WORDS)
    firefox.run("document.querySelector('.leaflet-popup-close-button').click()")
    firefox.run(f"{town(lang)}.focus()")
    firefox.press(ENTER)
    assert TANF[lang] in firefox.run(WORDS)
    assert firefox.run("document.activeElement.className") == "leaflet-popup-content"
    firefox.run("document.querySelector('#time input[type=range]').focus()")
    before = firefox.run("document.querySelectorAll('path.leaflet-interactive').length")
    firefox.press("\ue014")  # arrow to the right
    assert "day=2017-08-2" in firefox.run("location.hash")
    assert firefox.run("document.querySelectorAll('path.leaflet-interactive').length") < before
    assert firefox.troubles() == []


def test_it_works_in_frames(firefox, files):
    firefox.open(files["frames"], size=DESKTOP, ready="iframe")
    assert len(firefox.frames()) == 3
    for frame in firefox.frames():
        assert firefox.run(f"{town()} !== null", frame)
        firefox.run(f"{town()}.dispatchEvent(new MouseEvent('click', {{bubbles: true}}))", frame)
        assert "Tanf" in firefox.run(WORDS, frame)
        firefox.run("document.querySelector('#time button:nth-of-type(4)').click()", frame)
        assert firefox.run("document.querySelector('#time output').innerText", frame)
    assert firefox.troubles() == []


def test_what_must_not_happen_would_be_seen(firefox, files):
    firefox.open(files["en"], size=DESKTOP)
    firefox.run(
        "(() => { try { const script = document.createElement('script'); script.textContent = '1';"
        " document.body.append(script); } catch { /* trusted types refuse the text */ }"
        " const image = new Image();"
        " image.src = 'https://example.org/x.png'; console.error('seen'); })()"
    )
    firefox.run("new Promise((done) => setTimeout(done, 200))")
    found = firefox.troubles()
    refused = ("violation script-src", "violation require-trusted-types-for")
    assert any(text.startswith(refused) for text in found)
    assert any("img-src" in text for text in found)
    assert "console seen" in found
