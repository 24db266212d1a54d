"""What many tests share: databases migrated once and copied for each test, and the sentence model where it is there."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.routing import Rule

import settings as settings_module
from knowledge.db import engine_for, session_scope
from knowledge.migrating import upgrade
from nlu.embedding import ModelFileWrong, check_files


@pytest.fixture(scope="session", autouse=True)
def routes_compiled_once() -> Iterator[None]:
    """Each of the application's routes is compiled once a run, not by every test that makes an application: compiling
    is most of what making one costs, and depends on nothing but the route."""
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compiles = Rule._compile_builder

    def kept(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compiles(rule, append_unknown)
        return compiled[key]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Rule, "_compile_builder", kept)
        yield


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> dict[str, Path]:
    """Both databases as the migrations leave them: empty, made once a run. Never written to; copy them."""
    folder, files = tmp_path_factory.mktemp("migrated"), {}
    for name in ("knowledge", "conversations"):
        files[name] = folder / f"{name}.db"
        upgrade(name, f"sqlite:///{files[name]}")
        engine_for(f"sqlite:///{files[name]}").dispose()  # closing empties the write-ahead log into the file
    return files


@pytest.fixture
def knowledge_url(migrated, tmp_path) -> Iterator[str]:
    """An empty directory of this test's own, and the one that `session_scope()` opens meanwhile."""
    path = tmp_path / "knowledge.db"
    shutil.copy(migrated["knowledge"], path)
    url = f"sqlite:///{path}"
    with settings_module.use(replace(settings_module.settings(), knowledge_url=url)):
        yield url
    engine_for(url).dispose()


@pytest.fixture
def session(knowledge_url):
    """A session on this test's own directory; what it flushed is committed when the test ends well."""
    with session_scope(knowledge_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def sentence_model() -> Path:
    """The folder of the sentence model; tests that need it are skipped, saying so, where it is missing."""
    folder = settings_module.settings().model_dir
    try:
        check_files(folder)
    except ModelFileWrong as wrong:
        pytest.skip(str(wrong))
    return folder
