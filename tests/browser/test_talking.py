"""The conversation in a real browser: with our script, without it, by keyboard, when things go wrong."""

from __future__ import annotations

import pytest

WATCH = """() => {
  window.spoken = []; window.thought = [];
  new MutationObserver((changes) => changes.forEach((change) =>
    change.addedNodes.forEach((node) => window.spoken.push(node.textContent.trim())))
  ).observe(document.getElementById('log'), { childList: true });
  new MutationObserver(() => window.thought.push(document.getElementById('status').textContent)
  ).observe(document.getElementById('status'), { childList: true, characterData: true, subtree: true });
}"""


def say(page, text: str) -> None:
    """Type, press Enter, wait for the answer."""
    before = page.locator(".turn").count()
    page.fill("#message", text)
    page.press("#message", "Enter")
    page.wait_for_function("count => document.querySelectorAll('.turn').length > count", arg=before)


def test_an_answer_comes_without_a_reload_and_the_box_keeps_the_focus(open_page, site):
    page = open_page("/p/wenbury")
    page.evaluate("window.sameDocument = true")
    say(page, "I am lonely")
    say(page, "and the bins")
    assert page.evaluate("window.sameDocument") and page.url == site.url + "/p/wenbury"
    assert page.evaluate("document.activeElement.id") == "message" and page.input_value("#message") == ""
    assert page.locator(".turn").count() == 2 and page.locator(".choices:not(.helped)").count() == 0
    assert page.title() == "Not sure where to turn? - Fingerpost"
    assert not page.faults and not page.elsewhere
    assert [inbound.door for inbound in site.world.heard] == ["wenbury", "wenbury"]


def test_only_what_is_new_is_announced_and_thinking_only_when_it_takes_long(open_page, site):
    page = open_page()
    log = page.locator("[role=log]")
    assert log.get_attribute("aria-live") == "polite" and page.locator("[role=status]").inner_text() == ""
    say(page, "I am lonely")
    page.evaluate(WATCH)
    say(page, "bins")
    assert [text.split("\n")[0] for text in page.evaluate("window.spoken") if text] == ["You said"]
    spoken = " ".join(page.evaluate("window.spoken"))
    assert "Missed bins" in spoken and "Larch Lane" not in spoken
    assert not [text for text in page.evaluate("window.thought") if text]
    site.world.delay = 1.6
    say(page, "everything")
    assert "Having a think" in " ".join(page.evaluate("window.thought"))
    assert page.locator("[role=status]").inner_text() == ""


def test_the_start_of_the_newest_answer_is_in_view(open_page):
    page = open_page(reduced_motion="reduce")
    for text in ("I am lonely", "everything"):
        say(page, text)
        assert _top_of_newest(page) in range(200)


def _top_of_newest(page) -> int:
    return round(page.locator(".answer").last.bounding_box()["y"])


def test_shift_and_enter_is_a_new_line(open_page, site):
    page = open_page()
    page.fill("#message", "one")
    page.press("#message", "Shift+Enter")
    page.keyboard.type("two")
    assert page.input_value("#message") == "one\ntwo" and not site.world.heard


def test_while_waiting_nothing_is_sent_twice(open_page, site):
    site.world.delay = 1.5
    page = open_page()
    page.fill("#message", "I am lonely")
    page.press("#message", "Enter")
    assert page.get_attribute("#send", "aria-disabled") == "true" and page.locator("#waiting").is_visible()
    page.fill("#message", "and again")
    page.press("#message", "Enter")
    page.evaluate("document.getElementById('send').click()")
    page.wait_for_selector(".turn")
    page.wait_for_timeout(300)
    assert len(site.world.heard) == 1 and page.input_value("#message") == "and again"
    assert page.get_attribute("#send", "aria-disabled") is None


def test_when_the_script_is_not_answered_the_form_is_sent_the_plain_way(open_page, site):
    page = open_page()
    page.route("**/*", lambda route: route.abort() if route.request.resource_type == "fetch" else route.fallback())
    page.fill("#message", "I am lonely")
    page.press("#message", "Enter")
    page.wait_for_selector(".turn")
    assert page.url.endswith("#answer-101") and len(site.world.heard) == 1


def test_when_only_the_answer_was_lost_the_plain_way_does_not_say_it_twice(open_page, site):
    page = open_page()

    def lose(route) -> None:
        if route.request.resource_type != "fetch":
            return route.fallback()
        route.fetch()
        return route.abort()

    page.route("**/*", lose)
    page.fill("#message", "I am lonely")
    page.press("#message", "Enter")
    page.wait_for_selector(".turn")
    assert len(site.world.heard) == 1 and page.locator(".turn").count() == 1


def test_a_stale_page_keeps_what_was_typed_and_one_tap_sends_it(open_page, site):
    page = open_page()
    page.context.clear_cookies()
    page.fill("#message", "I am lonely")
    page.press("#message", "Enter")
    page.wait_for_selector(".govuk-notification-banner")
    assert page.input_value("#message") == "I am lonely" and not site.world.heard
    page.click("#send")
    page.wait_for_selector(".turn")
    assert site.world.heard


def test_a_tap_says_it(open_page, site):
    page = open_page()
    page.click(".taps .tap >> nth=1")
    page.wait_for_selector(".turn")
    assert site.world.heard[0].text == "We've just moved here and don't know anyone"
    assert not page.locator("section.examples").is_visible()


def test_deleting_by_saying_so_goes_to_the_receipt(open_page):
    page = open_page()
    say(page, "I am lonely")
    page.fill("#message", "forget me")
    page.press("#message", "Enter")
    page.wait_for_url("**/forgotten")
    assert "FP-7K2M" in page.inner_text("main")


def test_everything_works_without_javascript(open_page, site):
    page = open_page("/p/wenbury", java_script_enabled=False)
    page.fill("#message", "I am lonely")
    page.click("#send")
    assert page.url.endswith("/p/wenbury#answer-101")
    page.click("text=Something at weekends")
    assert [inbound.text for inbound in site.world.heard] == ["I am lonely", "only at weekends"]
    assert _top_of_newest(page) in range(900)
    page.click("text=Cymraeg")
    assert page.get_attribute("html", "lang") == "cy" and page.locator(".turn").count() == 2
    page.click("text=Dechrau eto")
    page.click("main button")
    page.wait_for_load_state()
    assert page.locator(".turn").count() == 0 and page.url == site.url + "/p/wenbury"
    assert not page.locator("#print").is_visible() and not page.elsewhere


def test_by_keyboard_alone(open_page, site):
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("govuk-skip-link")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "message"
    page.keyboard.type("everything")
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn")
    page.focus(".answer")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML")
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() == 1
    assert page.locator("text=Hearing loop").is_visible()


@pytest.mark.parametrize("size", [(1280, 900), (360, 740), (320, 256)])
def test_danger_brings_the_way_out_forward_and_keeps_it_in_sight(open_page, size):
    page = open_page(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
    assert not page.locator("#leave-hint").is_visible()
    say(page, "he hurts me")
    assert page.locator("#leave-hint").is_visible()
    for _ in range(2):
        box = page.locator("#leave").bounding_box()
        assert 0 <= box["y"] and box["y"] + box["height"] <= size[1] and box["height"] >= 44
        page.mouse.wheel(0, 2000)
        page.wait_for_timeout(400)
