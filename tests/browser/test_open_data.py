"""The pages everybody may read, in a real browser under our real policy: accessible, on a phone, nothing refused."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

import settings as settings_module
from tests.browser.conftest import _serve
from tests.browser.test_accessible import PHONE, _fits, check
from tests.channels.open_data.conftest import HALL, Keeper, keeper  # noqa: F401 - a fixture is used by its name

DAILY = {"days": ["mon", "tue", "wed", "thu"], "from": "10:00", "to": "12:00", "note": "Bring a cup."}
OTHER = {"days": ["fri", "sat", "sun"], "from": "10:00", "every": "fortnight"}


@pytest.fixture
def open_site(keeper: Keeper, tmp_path, migrated):  # noqa: F811 - the fixture above
    """The real application on a real directory; its address, and an entry's id."""
    import shutil

    from waitress import create_server

    from channels.web import create_app

    one = keeper.keep("Tea and talk", place="ashby", area="place", location=HALL, schedule=[DAILY, OTHER],
                      phone="01632 960001", url="https://example.org/a-very-long-address/that-goes-on-and-on/tea",
                      cost={"kind": "free"}, access=["step_free"], description="Tea & <cake> for anyone.")  # fmt: skip
    shutil.copy(migrated["conversations"], tmp_path / "conversations.db")
    given = settings_module.from_environment({"FINGERPOST_VAR": str(tmp_path), "SECRET_KEY": "only for tests"})
    given = replace(given, knowledge_url=keeper.url, port=settings_module.free_port())
    with settings_module.use(given):
        server = create_server(create_app(given), host="127.0.0.1", port=given.port, threads=4)
        thread = threading.Thread(target=_serve, args=(server,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{given.port}", one
        server.close()
        thread.join(5)


PATHS = ("/entry/{one}", "/p/ashby/whats-on", "/whats-on", "/whats-on?near=M33", "/whats-on?near=xyzzyx", "/open-data")


@pytest.fixture
def look(chromium, open_site):
    """A page at a path, with the console's complaints in `page.faults`."""
    contexts = []

    def make(path: str, **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        contexts.append(context)
        page = context.new_page()
        page.faults = []
        page.on("console", lambda said: page.faults.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(open_site[0] + path.format(one=open_site[1]))
        return page

    yield make
    for context in contexts:
        context.close()


# The same pages with other words: in Welsh by `make test-all`.
@pytest.mark.parametrize("language", ["en", pytest.param("cy", marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_and_it_fits(look, path, language):
    joined = "&" if "?" in path else "?"
    for options in ({}, PHONE):
        page = look(f"{path}{joined}lang={language}", bypass_csp=True, **options)
        check(page)
        _fits(page)


def test_linked_data_is_there_for_those_who_read_it_and_is_never_run(look):
    page = look("/entry/{one}")
    told = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
    assert told["name"] == "Tea and talk" and told["description"] == "Tea & <cake> for anyone." and page.faults == []


@pytest.mark.parametrize("path", PATHS)
def test_a_thumb_can_hit_everything_and_the_policy_refuses_nothing(look, path):
    page = look(path, **PHONE)
    assert page.faults == []
    small = page.evaluate("""() => [...document.querySelectorAll('a[href], button, input')].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width && !one.matches('.govuk-skip-link') && (box.height < 43.5 || box.width < 24);
    }).map((one) => one.outerHTML.slice(0, 120))""")
    assert not small


def test_a_neighbour_finds_what_is_on_and_gets_to_the_group_without_javascript(look):
    page = look("/whats-on", java_script_enabled=False, **PHONE)
    page.fill("#near", "M33 7WR")
    page.click("#near-form button")
    page.click(".happening-name >> nth=0")
    assert page.text_content("h1").strip() == "Tea and talk"
    assert page.get_attribute(".reach-link--phone", "href") == "tel:01632960001"
    with page.expect_download() as download:
        page.click("text=Put it in your calendar")
    assert b"BEGIN:VCALENDAR" in download.value.path().read_bytes()
