"""The tools of a case's page in Firefox ESR: search, measure, the picture, the frame's lines."""

import pytest
from browser import DESKTOP, PHONE
from firefox import ENTER, start_firefox

DOWN, ESCAPE = "\ue015", "\ue00c"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def firefox():
    yield from start_firefox()


@pytest.fixture(scope="module")
def page_file(case, tmp_path_factory):
    return case.page().save(tmp_path_factory.mktemp("tools") / "convoy-2017.html")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_tools_work(firefox, page_file, size):
    firefox.open(page_file, size=size)
    firefox.click("document.getElementById('find')")
    for key in (*"rawah", DOWN, ENTER):
        firefox.press(key)
    assert "Rawa" in firefox.run("document.querySelector('.leaflet-popup-content').innerText")
    firefox.press(ESCAPE)
    assert firefox.run("document.activeElement.id") == "find"
    firefox.open(page_file, size=size)  # the card has moved the map
    # The driver's keys reach handlers but do not press buttons, not even those of an empty page.
    firefox.click("document.querySelectorAll('#tools > button')[0]")
    firefox.press(ENTER)
    firefox.click("document.querySelector(\"path[aria-label='Haditha']\")")
    assert "Haditha" in firefox.run("document.querySelector('#measuring output').textContent")
    firefox.run("document.getElementById('map').focus()")
    firefox.press(ESCAPE)
    assert firefox.run("document.getElementById('measuring').hidden")
    # The picture is looked at, not downloaded: Firefox would ask where to.
    firefox.run("(HTMLAnchorElement.prototype.click = () => {}, 1)")
    firefox.click("document.querySelectorAll('#tools > button')[1]")
    firefox.click("document.querySelector('#save button:not(.close)')")
    width = firefox.run(
        "(async () => { for (let turn = 0; turn < 50; turn++) {"
        " const image = document.querySelector('.made img');"
        " if (image) { await image.decode(); return image.naturalWidth; }"
        " await new Promise((done) => setTimeout(done, 100)); } })()"
    )
    assert width >= 1600
    firefox.press(ESCAPE)
    firefox.click("document.querySelectorAll('#tools > button')[2]")
    assert "sandbox=" in firefox.run("document.getElementById('share-code').value")
    assert firefox.troubles() == []
