"""STOP and its like count as a whole message only; codes, numbers and letters too."""

from __future__ import annotations

import pytest

from channels.sms.control import chosen, code_in, lettered, suppliers_own, word_of

STOPS = ["STOP", "stop", " Stop! ", "STOPALL", "Stop all", "UNSUBSCRIBE", "End", "quit.", "CANCEL", "stop texting me",
         "Please stop texting me!", "Don’t text me", "Stop texting me", "STOP please", "please, STOP. thanks",
         "pls stop",
         "Stop now", "stop sending me messages, thank you", "(stop)", "S\u200bTOP", "STOP\n", "ＳＴＯＰ",
         "Stopiwch os gwelwch yn dda", "STOPIWCH!", "stopiwch decstio plis", "Peidiwch â thecstio fi, diolch",
         "Stopiwch", "stopio", "Peidiwch â thecstio fi", "Dim mwy o negeseuon"]  # fmt: skip


@pytest.mark.parametrize("text", STOPS)
def test_stop(text):
    assert word_of(text) == "stop"


@pytest.mark.parametrize(
    "text",
    ["the bus stop is gone", "stop my council tax", "how do I cancel my tenancy", "end of life care",
     "I want to end it",
     "he won't stop", "stop smoking", "quit smoking", "cancel bin collection", "", "STOPP",
     "unsubscribe me from council tax", "please", "now", "thanks", "stop it hurts", "please stop him",
     "stopiwch y bws", "I need this to stop now", "cancel my appointment please"],
)  # fmt: skip
def test_an_ordinary_message_that_holds_the_word_is_not_stop(text):
    assert word_of(text) == "text"


@pytest.mark.parametrize(
    ("text", "word"),
    [("START", "start"), ("unstop", "start"), ("Dechrau", "start"), ("HELP", "help"), ("help!", "help"),
     ("Cymorth", "help"),
     ("DELETE", "delete"), ("Dileu popeth", "delete"), ("WEB", "web"), ("YES", "text"), ("help me", "text"),
     ("please help", "text"), ("start please", "start"), ("delete everything please", "delete"),
     
     ("help with rent", "text"), ("start a business", "text"), ("delete my council tax debt", "text")],
)  # fmt: skip
def test_the_other_words(text, word):
    assert word_of(text) == word


def test_what_twilio_answers_by_itself_is_one_word():
    assert suppliers_own("STOP") and suppliers_own("stopall") and not suppliers_own("stop texting me")
    assert not suppliers_own("stopiwch")


@pytest.mark.parametrize(
    ("text", "number"), [("2", 2), (" 3. ", 3), ("No 1", 1), ("rhif 2", 2), ("0", None), ("12", None), ("2 kids", None)]
)
def test_a_number_alone(text, number):
    assert chosen(text) == number


@pytest.mark.parametrize(("text", "at"), [("A", 0), ("b.", 1), ("i", None), ("AB", None), ("", None)])
def test_a_letter_alone(text, at):
    assert lettered(text) == at


@pytest.mark.parametrize(
    ("text", "code"),
    [("K7M4-Q2PX", "K7M4Q2PX"), ("list k7m4 q2px", "K7M4Q2PX"), ("RHESTR K7M4Q2PX", "K7M4Q2PX"),
     ("somebody", ""), ("12345678", ""), ("my bins", ""), ("K7M4-Q2PX please ring me", "")],
)  # fmt: skip
def test_a_code_alone(text, code):
    assert code_in(text) == code
