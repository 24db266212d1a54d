"""Settings: what is usual, what is refused and how it is said, and that .env.example describes each."""

from __future__ import annotations

import ast
import re
import stat
from dataclasses import FrozenInstanceError, replace

import pytest

from settings import ROOT, SettingWrong, from_environment, settings, use

EXAMPLE = ROOT / ".env.example"
SETTING = re.compile(r"^#?([A-Z][A-Z0-9_]*)=", re.M)
NUMBERS = {
    "PORT": ("1", "65535"),
    "RASA_PORT": ("1", "65535"),
    "RASA_DEADLINE_MS": ("100", "60000"),
    "KEEP_HOURS": ("1", "24"),
    "WEB_THREADS": ("1", "256"),
    "SMS_SEGMENTS": ("1", "6"),
    "SMS_PER_NUMBER": ("1", "1000"),
    "SMS_PER_DAY": ("1", "1000000"),
    "SMS_QUIET_FROM": ("0", "24"),
    "SMS_QUIET_UNTIL": ("0", "24"),
}


@pytest.fixture
def read(tmp_path):
    """Settings of an environment, with state in a folder of this test's own."""
    return lambda **environment: from_environment({"FINGERPOST_VAR": str(tmp_path), **environment})


def test_every_setting_is_described_and_the_reverse():
    read, described = _read_in_settings(), set(SETTING.findall(EXAMPLE.read_text(encoding="utf-8")))
    assert read - described == set(), f"Write a sentence in .env.example about: {sorted(read - described)}."
    assert described - read == set(), f".env.example has settings nobody reads: {sorted(described - read)}."


def test_every_setting_has_a_sentence_above_it():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    bare = [
        line for before, line in zip(["", *lines], lines, strict=False) if SETTING.match(line) and before[:2] != "# "
    ]
    assert not bare, f"Say in .env.example, on the line above, what these are for: {bare}"


def test_the_example_says_what_is_usual(read):
    said = dict(re.findall(r"^#([A-Z_]+)=(.+)$", EXAMPLE.read_text(encoding="utf-8"), re.M))
    said.pop("FINGERPOST_VAR")
    assert read(**said, SECRET_KEY="k") == replace(read(SECRET_KEY="k"), rasa_chosen=True), (
        ".env.example shows another value than the one that is used when nothing is set."
    )


@pytest.mark.parametrize("name", NUMBERS)
def test_the_ends_of_a_range_are_taken_and_nothing_beyond(read, name):
    lowest, highest = NUMBERS[name]
    read(**{name: lowest})
    read(**{name: highest})
    for wrong in (str(int(lowest) - 1), str(int(highest) + 1), "-1", "many", "4.5", " 8 ", "²"):
        with pytest.raises(SettingWrong, match=f"{name} is .* whole number from {lowest} to {highest}"):
            read(**{name: wrong})


def test_every_number_among_the_settings_is_tried_above():
    source = (ROOT / "settings.py").read_text(encoding="utf-8")
    assert set(re.findall(r'_number\(environment, [\'"]([A-Z_]+)[\'"]', source)) == set(NUMBERS)


def test_nothing_set_is_one_machine_on_loopback(read):
    usual = read()
    assert (usual.host, usual.port, usual.rasa_url) == ("127.0.0.1", 8000, "http://127.0.0.1:5005")
    assert usual.knowledge_url != usual.conversations_url, "residents and the directory never share a database"
    assert usual.rate_limits and not usual.https and not usual.rasa_chosen


@pytest.mark.parametrize("wrong", ["mail.example.org", ":25", "mail.example.org:", "mail.example.org:smtp"])
def test_a_mail_server_is_a_name_and_a_port(read, wrong):
    assert read(MAIL_SERVER="mail.example.org:587").mail.server == "mail.example.org:587"
    with pytest.raises(SettingWrong, match="MAIL_SERVER is .* a name and a port"):
        read(MAIL_SERVER=wrong)


def test_links_in_letters_lead_to_the_public_address_or_to_this_machine(read):
    assert read(PUBLIC_URL="https://help.example.org").address == "https://help.example.org"
    assert read(HOST="::", PORT="8123").address == "http://127.0.0.1:8123"


def test_an_empty_setting_is_the_same_as_none(read):
    empty = dict.fromkeys(_read_in_settings() - {"FINGERPOST_VAR"}, "")
    assert read(**empty) == read()
    assert read(HOST="").host == "127.0.0.1", "an empty HOST would listen on every address of the machine"


@pytest.mark.parametrize("given", [{"RASA_URL": "http://127.0.0.1:7005"}, {"RASA_PORT": "7005"}])
def test_a_chosen_rasa_is_kept(read, given):
    chosen = read(**given)
    assert (chosen.rasa_port, chosen.rasa_chosen) == (7005, True)


def test_https_is_by_the_public_address(read):
    assert read(PUBLIC_URL="https://help.example.org/").public_url == "https://help.example.org"
    assert read(PUBLIC_URL="https://help.example.org").https
    assert not read(PUBLIC_URL="http://help.example.org").https


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(read, tmp_path):
    first = read().secret_key
    assert len(first) >= 40
    assert read().secret_key == first, "a restart must not end every session"
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_given_secret_leaves_no_file(read, tmp_path):
    assert read(SECRET_KEY="given").secret_key == "given"
    assert not (tmp_path / "secret-key").exists()


def test_rasa_is_shown_a_token_that_is_not_the_secret(read):
    one, other = read(SECRET_KEY="one"), read(SECRET_KEY="other")
    assert "one" not in one.rasa_token and one.rasa_token != other.rasa_token


def test_a_started_process_reads_the_same_settings(read):
    given = read(
        PORT="8123", HOST="127.0.0.2", PUBLIC_URL="https://help.example.org", RASA_URL="http://127.0.0.1:7005/",
        RASA_DEADLINE_MS="1500", SECRET_KEY="s", KEEP_HOURS="3", RATE_LIMITS="off", WEB_THREADS="4", RUN_BY="A town",
        SMS_PROVIDERS="twilio,notify", SMS_NUMBERS="+441632960001=wenbury,+441632960002", SMS_SEGMENTS="2",
        SMS_PER_NUMBER="9", SMS_PER_DAY="99", SMS_QUIET_FROM="22", SMS_QUIET_UNTIL="7", TWILIO_ACCOUNT="AC1",
        TWILIO_TOKEN="t", TWILIO_OPT_OUTS="off", TWILIO_API="http://127.0.0.1:9", NOTIFY_KEY="k", NOTIFY_TEMPLATE="n",
        NOTIFY_BEARER="b", NOTIFY_API="http://127.0.0.1:8", REDIS_URL="redis://127.0.0.1/0",
    )  # fmt: skip
    handed = given.environment()
    assert set(handed) >= _read_in_settings() - {"RASA_PORT"}, "settings that a started process would not be handed"
    assert from_environment(handed) == given


@pytest.mark.parametrize(
    ("given", "providers"),
    [
        ({}, ("console",)),
        ({"SMS_PROVIDERS": "off"}, ()),
        ({"HOST": "192.0.2.7"}, ()),
        ({"PUBLIC_URL": "https://help.example.org"}, ()),
        ({"SMS_PROVIDERS": "console", "HOST": "192.0.2.7"}, ("console",)),
    ],
)
def test_the_pretend_telephone_is_there_only_where_nobody_else_can_reach_it(read, given, providers):
    assert read(**given).texting.providers == providers


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"SMS_PROVIDERS": "pigeon"}, "one of console, twilio, notify"),
        ({"SMS_PROVIDERS": "twilio", "TWILIO_ACCOUNT": "AC1"}, "needs TWILIO_TOKEN too"),
        ({"SMS_PROVIDERS": "notify", "NOTIFY_KEY": "k"}, "needs NOTIFY_TEMPLATE and NOTIFY_BEARER too"),
        ({"SMS_PROVIDERS": "console", "PUBLIC_URL": "https://help.example.org"}, "pretend telephone"),
        ({"SMS_NUMBERS": "01632 960001=wenbury"}, "like \\+441632960001"),
    ],
)
def test_what_texts_need_is_asked_for_at_once(read, given, said):
    with pytest.raises(SettingWrong, match=said):
        read(**given)


def test_each_number_belongs_to_one_place(read):
    texting = read(SMS_NUMBERS="+441632960001=wenbury, +441632960002").texting
    assert texting.numbers == (("+441632960001", "wenbury"), ("+441632960002", ""))
    assert texting.our_number == "+441632960001"


def test_settings_do_not_change_under_anybodys_feet(read):
    with pytest.raises(FrozenInstanceError):
        read().port = 1


def test_other_settings_hold_only_inside_use(read):
    before, other = settings(), read(PORT="8123")
    with use(other):
        assert settings() is other
    assert settings() is before


def test_other_settings_go_even_when_something_fails(read):
    before = settings()
    with pytest.raises(ZeroDivisionError), use(read(PORT="8123")):
        raise ZeroDivisionError
    assert settings() is before


def _read_in_settings() -> set[str]:
    tree = ast.parse((ROOT / "settings.py").read_text(encoding="utf-8"))
    functions = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    readers = [one for one in functions if [argument.arg for argument in one.args.args] == ["environment"]]
    constants = (node.value for reader in readers for node in ast.walk(reader) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z0-9_]+", value)}


@pytest.mark.parametrize("given", ["postgresql://ann:marmalade@db/list", "postgresql+psycopg2://db/list", "list.db"])
def test_a_directory_that_is_not_sqlites_is_refused_with_the_reason_and_no_password(read, given):
    with pytest.raises(SettingWrong, match="must begin with sqlite:///, because the search") as wrong:
        read(KNOWLEDGE_URL=given)
    assert "CONVERSATIONS_URL" in str(wrong.value) and "marmalade" not in str(wrong.value)
    assert read(CONVERSATIONS_URL=given).conversations_url == given
