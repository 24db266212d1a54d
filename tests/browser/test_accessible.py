"""What a machine can check of WCAG 2.2 AA, on every page; narrow screens, enlarged text, forced colours, paper."""

from __future__ import annotations

import pytest

from tests.browser.test_talking import say

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}  # passes take half
PAGES = ("/", "/p/wenbury", "/p/morwerydd", "/privacy", "/accessibility", "/browser", "/about", "/licences", "/again",
         "/delete", "/forgotten", "/nowhere", "/life/death", "/p/wenbury/life/separation")  # fmt: skip
TALKS = ("I am lonely", "everything", "he hurts me", "bins", "unig", "أحتاج مساعدة", "nothing known")
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}


def check(page) -> None:
    """No violation on this page as it stands."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("rules => axe.run(rules).then((found) => found.violations)", RULES)
    assert not found, [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found]


SIZES = pytest.mark.parametrize("size", [pytest.param((1280, 900), marks=pytest.mark.slow), (320, 256)])


# The same pages with other words: in Welsh by `make test-all`.
@pytest.mark.parametrize("language", ["en", pytest.param("cy", marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", PAGES)
def test_pages(open_page, site, path, language):
    page = open_page(f"{path}?lang={language}", bypass_csp=True)
    check(page)
    _fits(page)
    page.set_viewport_size({"width": 320, "height": 640})  # 400 % of 1280: no sideways scrolling
    _fits(page)


@SIZES
@pytest.mark.parametrize("said", TALKS)
def test_conversations(open_page, said, size):
    page = open_page(
        "/p/wenbury", bypass_csp=True, viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
    )
    say(page, said)
    check(page)
    _fits(page)


@SIZES
def test_what_follows_an_answer_that_did_not_help(open_page, size):
    page = open_page("/p/wenbury", bypass_csp=True, viewport={"width": size[0], "height": size[1]})
    say(page, "everything")
    page.click(".helped .tap >> nth=1")
    check(page)
    _fits(page)
    page.click(".helped a")
    check(page)
    _fits(page)
    page.click("main button")
    page.wait_for_selector(".govuk-error-summary")
    check(page)


def test_the_empty_box_and_the_stale_page(open_page):
    page = open_page(bypass_csp=True)
    page.click("#send")
    page.wait_for_selector(".govuk-error-summary")
    check(page)
    page.context.clear_cookies()
    page.fill("#message", "I am lonely")
    page.click("#send")
    page.wait_for_selector(".govuk-notification-banner")
    check(page)


def test_text_twice_as_large_and_spaced_out_still_fits(open_page):
    page = open_page(viewport={"width": 640, "height": 900}, bypass_csp=True)
    say(page, "everything")
    page.add_style_tag(content="html{font-size:200%!important} *{line-height:1.5!important;"
                       "letter-spacing:.12em!important;word-spacing:.16em!important}")  # fmt: skip
    _fits(page)


def _fits(page) -> None:
    wide = page.evaluate("""() => [...document.querySelectorAll('body *')].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width && box.right > innerWidth + 1 && !one.closest('.govuk-visually-hidden');
    }).map((one) => one.outerHTML.slice(0, 120))""")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), wide[:3]


def test_a_phone_has_targets_a_thumb_can_hit(open_page):
    page = open_page("/p/wenbury", **PHONE)
    say(page, "everything")
    small = page.evaluate("""() => {
      const targets = [...document.querySelectorAll('a[href], button, summary, textarea')];
      return targets.filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width && !one.matches('.govuk-skip-link') && (box.height < 43.5 || box.width < 24);
    }).map((one) => one.outerHTML.slice(0, 120)); }""")
    assert not small
    _fits(page)


def test_on_a_phone_a_tap_does_not_bring_up_the_keyboard(open_page):
    page = open_page("/", **PHONE)
    page.tap(".taps .tap >> nth=0")
    page.wait_for_selector(".turn")
    assert page.evaluate("document.activeElement.id") != "message"


def test_nothing_moves_when_less_motion_is_asked_for(open_page, site):
    site.world.delay = 0.6
    page = open_page(reduced_motion="reduce")
    page.fill("#message", "lonely")
    page.press("#message", "Enter")
    assert page.evaluate("document.getAnimations().length") == 0


def test_forced_colours_keep_the_edges(open_page):
    page = open_page(forced_colors="active")
    say(page, "he hurts me")
    assert page.evaluate("getComputedStyle(document.querySelector('.card--emergency')).borderTopStyle") == "solid"
    assert page.evaluate("getComputedStyle(document.querySelector('.exit')).borderTopWidth") == "2px"


def test_paper_holds_the_places_and_nothing_that_was_said(open_page):
    page = open_page("/p/wenbury")
    say(page, "I am lonely")
    page.emulate_media(media="print")
    assert page.locator("h3:has-text('Larch Lane lunch club')").is_visible()
    assert page.locator("text=Hearing loop").is_visible()  # details are opened on paper
    assert page.locator(".printed").is_visible()
    for hidden in (".said", "#say", ".foot", "#leave", ".choices"):
        assert not page.locator(hidden).first.is_visible(), hidden


def test_arabic_runs_from_right_to_left_on_a_phone_and_the_english_around_it_does_not(open_page):
    page = open_page("/p/wenbury", **PHONE)
    say(page, "أحتاج مساعدة")
    own, english = page.locator('.answer [lang="ar"]'), page.locator(".answer .speech").nth(1)
    runs = "one => [getComputedStyle(one).direction, getComputedStyle(one.querySelector('p')).textAlign]"
    assert own.evaluate(runs) == ["rtl", "start"] and english.evaluate(runs)[0] == "ltr"
    _fits(page)
