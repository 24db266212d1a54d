"""The house keeps its own rules. Each test is one rule; when it fails, it says how to put things right."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import pytest
import yaml
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from channels import models as conversation_models
from knowledge import (  # noqa: F401  their tables are the knowledge database's too
    feeds,
    people,
    upkeep,
)
from knowledge import models as knowledge_models
from knowledge.db import engine_for
from knowledge.migrating import alembic_config
from settings import ROOT

OURS = ("bot", "nlu", "knowledge", "channels", "words")
EVERYWHERE = (*OURS, "bench", "migrations", "tests")
MOST_LINES = 400
LONGER = {"migrations/knowledge/versions/0001_first_tables.py": "made by alembic from the models, read once"}
README_LINES = 15

# What a folder may not import, and the files that may all the same.
FORBIDDEN = [
    ("knowledge", ("rasa", "rasa_sdk", "flask", "channels", "bot"), ()),
    ("nlu", ("knowledge", "channels", "bot", "flask", "rasa_sdk"), ()),
    ("nlu", ("rasa",), ("nlu/components.py",)),
    ("channels", ("rasa", "rasa_sdk", "bot"), ()),
    ("bot", ("flask",), ()),
    ("bot", ("rasa",), ("bot/tracker_store.py", "bot/channel.py", "bot/serve.py", "bot/straight.py")),
    ("bot", ("channels",), ("bot/tracker_store.py",)),
    ("words", ("rasa", "rasa_sdk", "flask", "knowledge", "nlu", "channels", "bot"), ()),
]


@pytest.mark.parametrize(
    ("folder", "forbidden", "excepted"), FORBIDDEN, ids=[f"{folder} of {names[0]}" for folder, names, _ in FORBIDDEN]
)
def test_imports_go_one_way(folder, forbidden, excepted):
    wrong = [
        f"{relative}:{line} imports {name}"
        for relative, tree in _trees(folder)
        if relative not in excepted
        for line, name in _imports(tree)
        if name.split(".")[0] in forbidden
    ]
    allowed = f" (only {', '.join(excepted)} may)" if excepted else ""
    assert not wrong, (
        f"{folder}/ may not import {', '.join(forbidden)}{allowed}. Hand the value in as an argument, or move the "
        f"function to the folder it belongs to: {folder}/README.md says what lives where.\n" + "\n".join(wrong)
    )


def test_the_tracker_store_takes_nothing_of_channels_but_its_models():
    taken = {name for _, name in _imports(_tree("bot/tracker_store.py")) if name.split(".")[0] == "channels"}
    assert taken <= {"channels.models"}, (
        f"bot/tracker_store.py imports {sorted(taken)}. It may only import channels.models: deciding does not know "
        "how residents are reached."
    )


def test_only_settings_reads_the_environment():
    wrong = [
        f"{relative}:{line}"
        for folder in (*OURS, "bench", "migrations")
        for relative, tree in _trees(folder)
        for line in _environment_touched(tree)
    ]
    assert not wrong, (
        "The environment is touched outside settings.py. Add the setting to settings.from_environment, describe it in "
        ".env.example, and read it with settings().\n" + "\n".join(wrong)
    )


def test_every_blueprint_names_its_guard():
    from channels.web import create_app
    from channels.web import security as guards

    app = create_app()
    assert app.blueprints, "create_app() registered no blueprint at all."
    unguarded = [
        name
        for name in app.blueprints
        if not any(check.__module__ == guards.__name__ for check in app.before_request_funcs.get(name, []))
    ]
    assert not unguarded, (
        f"Blueprints without a guard: {', '.join(unguarded)}. Write `blueprint.before_request(security.public)` under "
        "the blueprint if its pages are for everybody, or another guard of channels/web/security.py if not."
    )


@pytest.mark.parametrize(
    ("folder", "metadata"),
    [("knowledge", knowledge_models.Base.metadata), ("conversations", conversation_models.Base.metadata)],
)
def test_migrations_lead_to_the_models(migrated, folder, metadata):
    url = f"sqlite:///{migrated[folder]}"
    heads = ScriptDirectory.from_config(alembic_config(folder, url)).get_heads()
    assert len(heads) == 1, (
        f"migrations/{folder} has {len(heads)} heads: {heads}. Let one migration's down_revision name the other."
    )
    ours = {"include_object": lambda _object, name, *_: not str(name).startswith("entry_words"), "compare_type": True}
    with engine_for(url).connect() as connection:
        different = compare_metadata(MigrationContext.configure(connection, opts=ours), metadata)
    engine_for(url).dispose()
    assert different == [], (
        f"The models of the {folder} database say something that its migrations do not make. Write a migration for "
        f"migrations/{folder}/versions.\n" + "\n".join(map(str, different))
    )


@pytest.mark.parametrize("folder", ["knowledge", "conversations"])
def test_a_migration_is_called_by_its_file(folder):
    for path in sorted((ROOT / "migrations" / folder / "versions").glob("*.py")):
        names = {
            target.id: node.value.value
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        assert names.get("revision") == path.stem, f"{path.relative_to(ROOT)}: set revision = {path.stem!r}."


def test_every_action_class_is_in_the_domain_and_the_reverse():
    written = {name for relative, tree in _trees("bot/actions") for name in _action_names(tree)}
    named = set(_domain()["actions"])
    assert written == named, (
        f"Add to bot/domain.yml under actions: {sorted(written - named)}. "
        f"No class in bot/actions/ has the name(): {sorted(named - written)}."
    )


def test_every_action_of_a_rule_or_story_is_in_the_domain():
    used = {step["action"] for step in _steps() if "action" in step}
    named = set(_domain()["actions"])
    assert used <= named, f"bot/rules.yml or bot/stories.yml use unknown actions: {sorted(used - named)}."
    assert named <= used, f"No rule leads to these actions of bot/domain.yml: {sorted(named - used)}."


def test_every_intent_has_a_rule_and_examples_and_the_reverse():
    intents = {next(iter(one)) if isinstance(one, dict) else one for one in _domain()["intents"]}
    rules = yaml.safe_load((ROOT / "bot/rules.yml").read_text(encoding="utf-8"))["rules"]
    ruled = {step["intent"] for rule in rules for step in rule["steps"] if "intent" in step} - {"nlu_fallback"}
    exemplified = {path.stem for path in (ROOT / "nlu/examples").glob("*.yml")}
    assert intents == ruled, (
        f"Write a rule in bot/rules.yml for: {sorted(intents - ruled)}. Rules for no intent: {sorted(ruled - intents)}."
    )
    assert intents == exemplified, (
        f"Write nlu/examples/<intent>.yml for: {sorted(intents - exemplified)}. "
        f"Not in bot/domain.yml: {sorted(exemplified - intents)}."
    )


def test_a_file_of_examples_holds_the_intent_it_is_called_by():
    for path in sorted((ROOT / "nlu/examples").glob("*.yml")):
        held = {row["intent"] for row in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"] if "intent" in row}
        assert held == {path.stem}, f"{path.relative_to(ROOT)} should hold the intent {path.stem}; it holds {held}."


def test_every_entity_is_one_that_somebody_reads():
    details = set(yaml.safe_load((ROOT / "nlu/details.yml").read_text(encoding="utf-8"))) | {"age", "place"}
    details |= {"tried", "not_who", "company"}  # nlu/details_tried.py
    named = set(_domain()["entities"])
    assert named == details, (
        f"In bot/domain.yml but nobody finds it: {sorted(named - details)}. "
        f"Found by nlu/details.yml but not in the domain: {sorted(details - named)}."
    )


def test_no_python_file_is_longer_than_four_hundred_lines():
    files = [ROOT / "settings.py", *(path for folder in EVERYWHERE for path in (ROOT / folder).rglob("*.py"))]
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in files
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
        and path.relative_to(ROOT).as_posix() not in LONGER
    ]
    assert not long, f"Find the seam and split what is longer than {MOST_LINES} lines:\n" + "\n".join(long)


@pytest.mark.parametrize("folder", OURS)
def test_every_top_folder_says_what_lives_in_it(folder):
    path = ROOT / folder / "README.md"
    assert path.exists(), f"Write {folder}/README.md: what lives here, what it may not import, where to add."
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) < README_LINES, f"{folder}/README.md has {len(lines)} lines; keep it under {README_LINES}."


@pytest.mark.parametrize("folder", OURS)
def test_the_files_a_folder_names_in_its_readme_are_there(folder):
    written = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"`([\w.*/<>-]+(?:\.py|\.yml|/))`", written)
    gone = [
        name
        for name in named
        for pattern in [name.replace("<intent>", "*").rstrip("/")]
        if not any((ROOT / folder).rglob(pattern)) and not any(ROOT.glob(pattern))
    ]
    assert named, f"{folder}/README.md names no file in backticks: say where things are."
    assert not gone, f"{folder}/README.md speaks of files that are not there: {', '.join(gone)}."


@lru_cache(maxsize=512)
def _tree(relative: str) -> ast.Module:
    return ast.parse((ROOT / relative).read_text(encoding="utf-8"))


def _trees(folder: str) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        relative = path.relative_to(ROOT).as_posix()
        yield relative, _tree(relative)


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module imported anywhere in a file, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write imports from the top folder, not with dots."
            yield node.lineno, node.module or ""
            # `from channels import errors` takes the module channels.errors
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names if "." not in node.module)


def _environment_touched(tree: ast.Module) -> Iterable[int]:
    names = {"environ", "environb", "getenv", "putenv", "unsetenv"}
    for node in ast.walk(tree):
        owned = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
        if owned and node.attr in names:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "os" and names & {one.name for one in node.names}:
            yield node.lineno


def _action_names(tree: ast.Module) -> Iterator[str]:
    for made in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
        for method in (one for one in made.body if isinstance(one, ast.FunctionDef) and one.name == "name"):
            returned = [node.value for node in ast.walk(method) if isinstance(node, ast.Return)]
            yield from (value.value for value in returned if isinstance(value, ast.Constant))


def _domain() -> dict:
    return yaml.safe_load((ROOT / "bot/domain.yml").read_text(encoding="utf-8"))


def _steps() -> Iterator[dict]:
    for file, kind in (("rules", "rules"), ("stories", "stories")):
        for one in yaml.safe_load((ROOT / f"bot/{file}.yml").read_text(encoding="utf-8"))[kind]:
            yield from one["steps"]
