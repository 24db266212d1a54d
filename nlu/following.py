"""What the words of a message do to the talk so far: more of it, a correction, tried already, nearer. Pure.

English and Welsh. Only what is plain from the words is said here, whatever the learnt kind of message; all else is
left to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

WORDS = Path(__file__).with_name("following.yml")
SHORT = 10  # words: in a longer message "tried" and "again" belong to the story
CHANGE = re.compile(
    r"^(?:(?:please )?(?:forget|scrap|ignore|leave|drop) (?:about )?(?:that|it|this)(?: one)?|never ?mind(?: that)?|"
    r"(?:forget|scrap|never ?mind)(?: about)? (?:the|that|my) [\w' -]{2,30}?(?: as well| too| then| now)?(?=[.,;!?])|"
    r"not that(?: one)?|on second thoughts?|i(?:'d| would) (?:rather|prefer)(?: do| have| like)?|"
    r"i meant?(?: to say)?|meant|"
    r"(?:anghofiwch|anghofia) (?:hynny|hwnna|am hynny)|dim ots|yn lle hynny)\b[\s,.;:!-]*",
    re.I,
)
UNSAID = re.compile(
    r"\b(?:forget(?: about)?|never ?mind(?: about)?|no need (?:for it )?to be|(?:doesn'?t|does not|don'?t) "
    r"(?:have|need) to be|not (?:fussed|bothered) about|(?:doesn'?t|does not) matter (?:if|about|whether)|"
    r"(?:doesn'?t|does not) mind(?: about)?|anghofi\w+ am|does dim rhaid)\b[^,.;!?]*",
    re.I,
)
TRIED = re.compile(
    r"\b(?:tried|been (?:there|to (?:them|that|it))|done that|rang (?:them|it)|phoned (?:them|it)|"
    r"(?:spoken|talked|written|wrote|complained|been on) to (?:them|him|her|it)|emailed (?:them|it)|"
    r"went (?:there|once)|wedi trio|wedi bod (?:yno|yna)|wedi ffonio)\b",
    re.I,
)
NEARER = re.compile(
    r"\b(?:nearer|closer|(?:too|so|bit) far(?: away)?|(?:all )?miles away|nothing (?:near|close)\w*|"
    r"agosach|n[eê]s(?: at[ao] i)?|rhy bell|yn bell)\b",
    re.I,
)
RULES_OUT = re.compile(r"^\W*(?:(?:and|but|oh|no|ok|please)\W+)*(?:not|never|nothing|no|dim|ddim|nid)\b", re.I)
SORRY = re.compile(
    r"^(?:(?:i'?m|im|i am|so|very|really) )*(?:sorry|soz|apologies|i apologi[sz]e|my bad|mae'n ddrwg gen i|sori)\b",
    re.I,
)
ABOUT_THAT = re.compile(r"\W*(?:(?:about|for) (?:that|it|this|before|earlier)|mate|love|am hynny)?\W*", re.I)
RUDE = re.compile(
    r"\b(?:rude|swear\w*|swore|shout\w*|snapp\w*|lost my temper|was (?:out of order|horrible)|cas|gas)\b", re.I
)
SHOULD_NOT_HAVE = re.compile(
    r"\bshould(?:n'?t| not)? (?:i|we) (?:not )?(?:have |of |'ve )(?:said|told|given|written|sent|put)\b", re.I
)
IN_A_LANGUAGE = re.compile(
    r"\b(?:say|put|tell|write|give|repeat|have|read|see|get|dweud|ddweud|cael|gael)\b.{0,30}"
    r"\b(?:in (?:english|welsh)|yn (?:saesneg|gymraeg))\b|^\W*(?:in (?:english|welsh)|yn (?:saesneg|gymraeg))"
    r"\W*(?:please|pls|plis|os gwelwch yn dda)?\W*$",
    re.I,
)
MAY_I = re.compile(
    r"^(?:(?:and|but|so|ok) )?(?:can|could|do|does|will|would|should|must|am|is|are|how do|when do)"
    r" (?:i|we|they|he|she|it)\b",
    re.I,
)
CONTACT = re.compile(
    r"\b(?:can|could|will|would|please|want|need|like|get)\b.{0,60}\b(?:person|people|some(?:one|body)|any(?:one|body)|"
    r"worker|human|they|them|team|council)\b.{0,60}?\b(?:contact|get in touch with|get back to|(?:ring|call|phone)"
    r"(?=\s+\w+ back)|speak to|write to)\s+(?:me|us|her|him|mum|dad)\b"
    r"|\brhywun\b.{0,40}\b(?:gysylltu|cysylltu) â (?:fi|mi|ni)\b",
    re.I,
)
COMPANY = re.compile(r"\b(?:chat|company|natter|lonely|every|each|weekly|sgwrs|cwmni|unig)\b", re.I)
ABOUT_THEM = re.compile(  # "he's trans", "she can't get out"; not "he says the house is his"
    r"^(?:he|she|they)(?:'?(?:s|re|ve)| (?:is|are|was|were|has|have|had|isn'?t|can'?t|doesn'?t|won'?t|gave|got))\b"
    r"(?!.*\?)",
    re.I,
)
LETTERS = re.compile(r"[^\W_]+")


def without_opening(text: str) -> str:
    """`text` without what only opens it ("oh forget that, choir it is"); the whole where nothing else is said."""
    left, before = text.strip(), ""
    while left and left != before:
        before = left
        left = CHANGE.sub("", _without_first_word(left), count=1)
    return left if LETTERS.search(left) else text


def _without_first_word(text: str) -> str:
    word = re.match(r"[^\W\d_]+", text)
    said, after = (word[0].lower(), text[word.end() :]) if word else ("", "")
    marked = re.match(r"\s*[,.;:!-]", after) and said in _words()["opening_marked"]
    return after.lstrip(" ,.;:!-") if marked or said in _words()["opening"] else text


def left_over(text: str, spans: Iterable[tuple[int, int]]) -> list[str]:
    """The words that neither a detail or place (`spans` of the text) nor mere filler accounts for."""
    letters = list(text.replace("\u2019", "'"))
    for start, end in spans:
        letters[start:end] = " " * (end - start)
    said = LETTERS.findall("".join(letters).lower().replace("'", ""))
    return [word for word in said if word not in _words()["filler"]]


def unsaid(text: str) -> list[tuple[int, int]]:
    """Where in the text a wish is taken back ("forget about it being free")."""
    return [found.span() for found in UNSAID.finditer(text)]


def says_tried(text: str) -> bool:
    """Whether the whole message is that what was shown has been tried."""
    return len(text.split()) <= SHORT and TRIED.search(text) is not None


def wants_nearer(text: str) -> bool:
    """Whether the whole message is that what was shown is too far."""
    return len(text.split()) <= SHORT and NEARER.search(text) is not None


def rules_out(text: str) -> bool:
    """Whether a message opens with what will not do ("not a helpline, a room with people in it")."""
    return len(text.split()) <= SHORT + 2 and RULES_OUT.match(text) is not None


def says_sorry(text: str) -> bool:
    """Whether somebody says sorry for how they spoke, and little else."""
    found = SORRY.search(text)
    rest = text[found.end() :] if found else ""
    return found is not None and (RUDE.search(rest) is not None or ABOUT_THAT.fullmatch(rest) is not None)


def asks_if_too_much(text: str) -> bool:
    """Whether somebody wonders if they should have told us that."""
    return SHOULD_NOT_HAVE.search(text) is not None


def says_it_again(text: str) -> bool:
    """Whether the last answer is wanted once more in English or Welsh."""
    return len(text.split()) <= SHORT + 2 and IN_A_LANGUAGE.search(text) is not None


def asks_in_few_words(text: str) -> bool:
    """Whether a message only asks what somebody can, must or will do: about what was talked of just now."""
    return 2 <= len(text.split()) <= 4 and MAY_I.search(text) is not None


def wants_contact(text: str) -> bool:
    """Whether somebody from a service is asked to get in touch, rather than company on the phone."""
    return CONTACT.search(text) is not None and COMPANY.search(text) is None


def adds_about_them(text: str) -> bool:
    """Whether a message says more of the person spoken of before: it adds to their need rather than changing it."""
    return ABOUT_THEM.search(text) is not None


def clause_about(told: str, words: Iterable[str]) -> str:
    """The part of what was told before that all of these words stand in ("the gate" of "fix my nan's gate"), or ""."""
    wanted = {_stem(word) for word in words}
    parts = [part.strip() for part in re.split(r"[.!?;,\n]+|\b(?:and|also|plus|but)\b", told) if part.strip()]
    found = (part for part in parts if wanted <= {_stem(word) for word in LETTERS.findall(part.lower())})
    return next(found, "") if wanted else ""


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(words.split()) for name, words in yaml.safe_load(WORDS.read_text(encoding="utf-8")).items()}
