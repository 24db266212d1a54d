"""What a text costs, against a table from the published rules, and properties that hold for any text at all."""

from __future__ import annotations

import random

import pytest

from channels.sms.segments import ESCAPED, GSM, cost, cut, in_texts, plain

RULES = [  # text, whether GSM 7-bit, units, segments: 3GPP TS 23.038 and 23.040
    ("", True, 0, 1),
    ("a" * 160, True, 160, 1),
    ("a" * 161, True, 161, 2),
    ("a" * 306, True, 306, 2),
    ("a" * 307, True, 307, 3),
    ("a" * 459, True, 459, 3),
    ("a" * 460, True, 460, 4),
    ("a" * 918, True, 918, 6),
    ("€" * 80, True, 160, 1),
    ("€" * 81, True, 162, 2),
    ("^{}[]~|\\€\f", True, 20, 1),
    ("a" * 152 + "€" * 77, True, 306, 3),  # an escape pair does not fit into the 153rd septet, so it moves on
    ("a" * 153 + "€" * 76 + "a", True, 306, 2),  # here it fits
    ("£5 à la carte: è é ù ì ò Ç Ø ø Å å Æ æ ß É", True, 42, 1),
    ("ŵ" * 70, False, 70, 1),
    ("ŵ" * 71, False, 71, 2),
    ("ŵ" * 134, False, 134, 2),
    ("ŵ" * 135, False, 135, 3),
    ("ŵ" + "€" * 69, False, 70, 1),  # in Unicode the euro costs one
    ("😀" * 35, False, 70, 1),
    ("😀" * 36, False, 72, 2),
    ("😀" * 67, False, 134, 3),  # 33 pairs in each 67, never half of one
    ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", False, 14, 1),  # the flag of Wales is seven characters of two units each
    ("’", False, 1, 1),
    ("ç", False, 1, 1),  # only the capital is in the alphabet
]


@pytest.mark.parametrize(("text", "gsm", "units", "segments"), RULES, ids=range(len(RULES)))
def test_a_text_costs_what_the_rules_say(text, gsm, units, segments):
    found = cost(text)
    assert (found.gsm, found.units, found.segments) == (gsm, units, segments)


def test_what_makes_a_text_dear_is_named_in_order():
    assert cost("Tŷ'r ŵyl ŷ").why == ("ŷ", "ŵ") and cost("Ty").why == ()


def test_what_is_left_of_the_last_segment():
    assert cost("a" * 150).left == 10 and cost("a" * 161).left == 306 - 161 and cost("ŵ").left == 69


@pytest.mark.parametrize(
    ("written", "plainer"),
    [
        ("‘It’s “fine” – or — so… it says’", "'It's \"fine\" - or - so... it says'"),
        ("Tŷ Siân, Llŷn; ŵyl", "Tŷ Siân, Llŷn; ŵyl"),
        ("w\u0302yl", "ŵyl"),
        ("a\u200bb\u00a0c  d\r\n\n\n\ne", "ab c d\n\ne"),
        ("½ price", "1/2 price"),
    ],
)
def test_typographers_marks_become_plain_and_letters_stay(written, plainer):
    assert plain(written) == plainer


@pytest.mark.parametrize(
    ("text", "room", "left"),
    [
        ("Ring 01632 960123 now", 21, "Ring 01632 960123 now"),
        ("Ring 01632 960123 now please", 20, "Ring 01632 960123..."),
        ("Ring 01632 960123 now please", 19, "Ring..."),
        ("See www.example.org/a/b and more", 26, "See www.example.org/a/b..."),
        ("See www.example.org/a/b and more", 25, "See..."),
        ("Ymlaen", 3, ""),
    ],
)
def test_a_cut_is_between_words_and_never_inside_a_number_or_a_link(text, room, left):
    assert cut(text, room) == left


LETTERS = [*sorted(GSM | ESCAPED), *"ŵŷâêîôû’–…😀🏴中عא", " ", "\n", " "]


def anything(seed: int) -> str:
    dice = random.Random(seed)
    pool = dice.choice([sorted(GSM), sorted(GSM | ESCAPED), LETTERS])
    return "".join(dice.choice(pool) for _ in range(dice.randrange(0, 600)))


@pytest.mark.parametrize("seed", range(300))
def test_for_any_text_the_count_adds_up(seed):
    text = anything(seed)
    found = cost(text)
    assert found.units >= len(text) and found.segments >= 1 and found.left >= 0
    many = 153 if found.gsm else 67
    assert found.segments == 1 or found.segments >= -(-found.units // many)
    assert cost(text + "a").units == found.units + 1
    assert cost(text + "ŵ").gsm is False and cost(text).gsm == (not found.why)
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize("seed", range(300))
def test_for_any_text_pieces_fit_and_nothing_is_lost(seed):
    dice = random.Random(seed)
    paragraphs = [plain(anything(seed * 7 + at)) for at in range(dice.randrange(1, 5))]
    most = dice.randrange(1, 4)
    texts = in_texts(paragraphs, most)
    assert all(cost(text).segments <= most for text in texts)
    assert "".join("".join(texts).split()) == "".join("".join(paragraphs).split()), "every letter, in order"


@pytest.mark.parametrize("seed", range(100))
def test_numbers_and_links_stand_whole_in_one_piece(seed):
    dice = random.Random(seed)
    number = f"0{dice.randrange(1000, 9999)} {dice.randrange(100000, 999999)}"
    link = f"https://example{dice.randrange(99)}.org.uk/{'x' * dice.randrange(30)}"
    words = ["word" * dice.randrange(1, 4) for _ in range(dice.randrange(5, 120))]
    words.insert(dice.randrange(len(words)), f"ring {number} or see {link}")
    texts = in_texts([" ".join(words)], 1)
    assert any(number in text for text in texts) and any(link in text for text in texts)
    for room in range(5, 160, 7):
        short = cut(" ".join(words), room)
        assert len(short) <= room
        assert number in short or not any(part in short for part in number.split())
