"""The desk with a keyboard alone, from the queue to the end: Tab, Space, arrows and Enter, and no mouse anywhere."""

from __future__ import annotations

import pytest

from tests.browser.test_desk import Place, app, place, says, share  # noqa: F401  fixtures
from tests.channels.conftest import directory, home, rasa  # noqa: F401  fixtures
from tests.channels.handover.conftest import at_desk, here  # noqa: F401  fixtures

MOST = 80  # presses of Tab from anywhere on a page to anything on it
LAID_OUT = """one => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  return {seen: box.bottom > 0 && box.top < innerHeight && box.width > 1,
          marked: style.outlineStyle !== "none" || style.boxShadow !== "none"};
}"""


def tab_to(page, selector: str) -> None:
    """Press Tab until this has the focus: it is on the screen then, and marked."""
    for _ in range(MOST):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            found = page.evaluate(f"({LAID_OUT})(document.activeElement)")
            assert found["seen"] and found["marked"], f"{selector}: {found}"
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def press(page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_from_the_queue_to_the_end_without_a_mouse(place, scripts):  # noqa: F811
    resident = place.browser()
    jo, sam = (place.browser(staff=name, java_script_enabled=scripts) for name in ("Jo", "Sam"))
    says(resident, "I do not know where to turn")
    share(resident, "whole")
    if not scripts:
        press(jo, "a.tool")
    jo.wait_for_selector("#queue .govuk-button", timeout=15000)
    press(jo, "#queue .govuk-button")
    jo.wait_for_selector("#text")

    tab_to(jo, "#text")
    jo.keyboard.type("Hello, I am Jo")
    press(jo, "#send")
    heard(resident, "Hello, I am Jo")

    press(jo, "button[value='quick 0']")
    jo.wait_for_selector(".item--clerk >> nth=1", timeout=15000)
    assert jo.locator(".item--clerk").count() == 2

    tab_to(jo, "#q")
    jo.keyboard.type("lunch club")
    jo.keyboard.press("Enter")
    jo.wait_for_selector(".found", timeout=15000)
    press(jo, "#entry-1", "Space")
    name = jo.text_content("label[for=entry-1] strong")
    press(jo, "#send")
    heard(resident, name)

    tab_to(jo, "#text")
    jo.keyboard.type("sounds tired")
    press(jo, "button[value=note]")
    jo.wait_for_selector(".item--note", timeout=15000)
    assert "sounds tired" not in resident.content()

    press(jo, "details.more summary")
    tab_to(jo, "input[name=to]")
    jo.keyboard.press("Space")
    assert jo.is_checked("#to-clerk-1"), "Sam, who is there"
    press(jo, "button[formaction$='/give']")
    jo.wait_for_selector("#queue", timeout=15000)
    resident.wait_for_selector("text=has handed you to Sam", timeout=15000)

    sam.reload()
    press(sam, "#queue a.tap")
    sam.wait_for_selector("#text")
    press(sam, "button[value=ended]")
    sam.wait_for_selector("details[id^=closed]", timeout=15000)
    resident.wait_for_selector("text=has ended this talk", timeout=15000)
    assert resident.faults == [] and jo.faults == [] and sam.faults == []


def heard(resident, words: str) -> None:
    resident.wait_for_selector(f"#log >> text={words}", timeout=15000)
