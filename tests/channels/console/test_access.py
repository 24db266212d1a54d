"""Every route, everybody, whoever it belongs to. A new route is tried by itself; a new kind of argument must say here
who may use it, or the test that walks the map fails."""

from __future__ import annotations

import uuid

import pytest

from channels.web.cookies import SIGNED_IN_PATHS

EVERYBODY = ("nobody", "editor", "other editor", "steward", "other steward", "admin", "staff", "other staff")
SIGNED_IN = set(EVERYBODY) - {"nobody"}

# For each name in an address: whose it is, for the group and the place at Larch.
MAY = {
    "group": {"editor", "steward", "admin"},
    "place": {"steward", "admin"},
    "desk": {"steward", "admin"},
    "team": {"staff"},
    "letting": {"editor"},  # whoever the resident let in, and nobody by their role
    "handover": {"staff"},  # of the team that the resident named, whoever else may look after the place
    "entry": {"editor", "steward", "admin"},
    "proposal": {"steward", "admin"},  # whoever looks first: never its author
    "claim": {"steward", "admin"},
    "feed": {"steward", "admin"},
    "suggestion": {"editor", "steward", "admin"},  # about their own entry
}
STEWARDS = {"steward", "other steward", "admin"}
OF_ROUTES = {
    "/console/admins": {"admin"},
    "/console/feeds": {"admin"},
    "/console/texts": STEWARDS,
    "/console/group/<uuid:group>/team": {"steward", "admin"},  # a group's own editors do not open a desk
}
OF_ROOMS = {"/desk": {"staff", "other staff"}}
PUBLIC = {"token"}  # whoever holds the link


def _value(town, waiting, name: str) -> object:
    values = {
        "handover": waiting[0],
        "letting": waiting[1],
        "entry": town.lunch,
        "group": town.church,
        "place": town.larch,
        "desk": town.desk,
        "team": town.desk,
        "token": "no-such",
        "proposal": town.proposal,
        "claim": town.claim,
        "feed": town.feed,
        "suggestion": town.suggestion,
    }
    return values[name]


def _path(app, rule, town, waiting) -> str:
    with app.test_request_context():
        given = {name: _value(town, waiting, name) for name in rule.arguments}
        built = app.url_map.bind("localhost").build(
            rule.endpoint, given, method="GET" if "GET" in rule.methods else "POST"
        )
    return built.partition("localhost")[2] or built


def _routes(app) -> list:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(SIGNED_IN_PATHS)]
    return sorted(rules, key=lambda rule: rule.rule)


def _public(app, rule) -> bool:
    from channels.web import security

    blueprint = rule.endpoint.rpartition(".")[0]
    return security.public in app.before_request_funcs.get(blueprint, [])


def _may(rule) -> set[str]:
    allowed = set(SIGNED_IN)
    for name in rule.arguments:
        assert name in MAY or name in PUBLIC, f"{rule.rule}: say in MAY who may use a page about a {name}."
        allowed &= MAY.get(name, SIGNED_IN)
    for room, people in OF_ROOMS.items():
        allowed &= people if rule.rule.startswith(room) else SIGNED_IN
    return allowed & OF_ROUTES.get(rule.rule, SIGNED_IN)


def _refused(answer) -> bool:
    to_sign_in = answer.status_code == 303 and "/console/sign-in?" in (answer.location or "")
    return answer.status_code in (401, 403, 404) or to_sign_in


@pytest.fixture
def unchecked(app):
    """Without the check for forged posts, which would refuse everybody alike."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def test_every_route_lets_in_whom_it_should_and_nobody_else(unchecked, town, waiting, come, record_property):
    cells = 0
    for who in EVERYBODY:
        for rule in _routes(unchecked):
            if _public(unchecked, rule):
                continue
            for method in sorted(rule.methods & {"GET", "POST"}):
                if (rule.endpoint, method) == ("account.forget", "POST") and who != "nobody":
                    continue  # their own account and nobody else's; test_signing_in.py deletes one
                client = come(who)
                path = _path(unchecked, rule, town, waiting)
                answer = client.open(path, method=method, data={} if method == "POST" else None)
                allowed = who in _may(rule)
                told = f"{who}: {method} {rule.rule} gave {answer.status_code}"
                assert _refused(answer) != allowed, told
                cells += 1
    record_property("cells", cells)
    assert cells > 100


def test_strangers_are_sent_to_sign_in_and_come_back_after(come, town):
    answer = come("nobody").get(f"/console/group/{town.church}/people?done=saved")
    assert answer.status_code == 303
    assert f"next=/console/group/{town.church}/people" in answer.location.replace("%2F", "/")


def test_the_roles_of_one_place_open_nothing_of_another(come, town):
    for who in ("editor", "steward", "staff"):
        assert come(who).get(f"/console/group/{town.scouts}/people").status_code == 403
        assert come(who).get(f"/console/place/{town.mere}/people").status_code == 403


def test_what_is_not_there_is_not_found(come):
    assert come("admin").get(f"/console/group/{uuid.uuid4()}/people").status_code == 404
