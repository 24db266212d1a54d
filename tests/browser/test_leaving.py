"""Leaving quickly: by link, by Escape, without JavaScript; and what is left behind."""

from __future__ import annotations

import pytest

from tests.browser.conftest import WEATHER
from tests.browser.test_talking import say


@pytest.mark.parametrize("how", ["link", "escape", "plain"])
def test_leaving_goes_elsewhere_and_nothing_is_left(open_page, site, how):
    page = open_page(java_script_enabled=how != "plain")
    if how == "plain":
        page.fill("#message", "he hurts me")
        page.click("#send")
    else:
        say(page, "he hurts me")
    assert site.world.kept
    _leave(page, how)
    page.wait_for_url(WEATHER)
    page.wait_for_timeout(300)
    assert not site.world.kept and not page.context.cookies(site.url)
    assert set(page.elsewhere) == {WEATHER}
    if how != "plain":
        page.go_back()  # the conversation's page was replaced: what is before it is not ours
        assert "hurts" not in page.content()
    page.goto(site.url)
    assert page.locator(".turn").count() == 0


def _leave(page, how: str) -> None:
    if how == "escape":
        for _ in range(3):
            page.keyboard.press("Escape")
    else:
        page.click("#leave")


def test_two_escapes_are_not_three(open_page, site):
    page = open_page()
    for key in ("Escape", "Escape", "a", "Escape"):
        page.keyboard.press(key)
    page.wait_for_timeout(200)
    assert page.url == site.url + "/"


def test_the_way_out_is_on_every_page(open_page, site):
    page = open_page()
    for path in ("/", "/p/wenbury", "/privacy", "/accessibility", "/browser", "/about", "/licences", "/again",
                 "/delete", "/forgotten", "/nowhere"):  # fmt: skip
        page.goto(site.url + path)
        assert page.locator("#leave").is_visible() and page.get_attribute("#leave", "href") == "/leave"
    assert not page.elsewhere
