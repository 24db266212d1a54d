"""Every page a test fetches is parsed strictly and checked for what every page owes its reader."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

NAMED_BY_LABEL = {"input", "textarea", "select"}


class LintingClient(FlaskClient):
    """Flask's client; HTML that breaks a rule fails the test that fetched it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308):
            response.tree = lint(response.text)  # type: ignore[attr-defined]
        return response

    def send(self, text: str = "", path: str = "/", **more: Any) -> TestResponse:
        """Load the page and post its form, as a browser does."""
        fields = fields_of(self.get(path).tree, "say")  # type: ignore[attr-defined]
        headers = more.pop("headers", None)
        return self.post(path, data={**fields, "message": text, **more}, headers=headers)


def lint(html: str) -> Element:
    """The parsed page; raises AssertionError, or html5lib's own, with what is wrong."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
    body = list(tree.iter())
    headings = [element for element in body if element.tag == "h1"]
    assert len(headings) == 1, "one h1"
    title = tree.findtext("head/title") or ""
    assert title.startswith(words_of(headings[0])), f"the title {title!r} starts with the h1"
    assert tree.get("lang") in ("en", "cy"), "html lang"
    ids = Counter(element.get("id") for element in body if element.get("id"))
    assert not [name for name, times in ids.items() if times > 1], "no duplicate ids"
    _levels(body)
    _forms(body)
    _labels(body, ids)
    _nothing_inline(body)
    return tree


def words_of(element: Element) -> str:
    """An element's words, white space folded."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def fields_of(tree: Element, form_id: str) -> dict[str, str]:
    """A form's hidden fields."""
    form = next(form for form in tree.iter("form") if form.get("id") == form_id)
    return {field.get("name", ""): field.get("value", "") for field in form.iter("input")}


def _levels(body: list[Element]) -> None:
    levels = [int(element.tag[1]) for element in body if re.fullmatch(r"h[1-6]", str(element.tag))]
    for above, below in zip(levels, levels[1:], strict=False):
        assert below <= above + 1, f"a heading {below} under a heading {above}"


def _forms(body: list[Element]) -> None:
    forms = [element for element in body if element.tag == "form"]
    assert len(forms) <= 1, "one form a page"
    for form in forms:
        assert form.get("action"), "a form has an action"
        if form.get("method", "get").lower() == "get":
            continue  # it changes nothing: a search
        assert any(field.get("name") == "csrf_token" and field.get("value") for field in form.iter("input")), "csrf"


def _labels(body: list[Element], ids: Counter[str | None]) -> None:
    labelled = {element.get("for") for element in body if element.tag == "label"}
    for element in body:
        if element.tag in NAMED_BY_LABEL and element.get("type") != "hidden":
            assert element.get("id") in labelled, f"a label for {element.attrib}"
        for name in ("aria-labelledby", "aria-describedby"):
            assert all(one in ids for one in (element.get(name) or "").split()), f"{name} points at something"
        if element.tag in ("a", "button"):
            assert words_of(element) or element.get("aria-label"), "links and buttons have words"


def _nothing_inline(body: list[Element]) -> None:
    for element in body:
        told = element.get("type") == "application/ld+json"  # never run, so that the policy allows it
        assert element.tag != "script" or element.get("src") or told, "no script inside the page"
        assert element.tag != "style" and not element.get("style"), "no style inside the page"
        assert not [name for name in element.attrib if name.startswith("on")], "no handlers inside the page"
        for name in ("src", "action"):
            assert not re.match(r"(https?:)?//", element.get(name) or ""), "nothing from elsewhere"
