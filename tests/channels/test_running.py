"""What stands in the way of starting is said in one sentence, before any process is started."""

from __future__ import annotations

import shutil
import socket

import pytest

from channels import running
from settings import from_environment, use


@pytest.fixture
def start(sentence_model, tmp_path, monkeypatch, capsys):
    """Starts with these settings as far as the first sentence; answers the sentence."""
    shutil.copytree(sentence_model, tmp_path / "model")
    monkeypatch.setattr(running, "Manager", lambda: pytest.fail("processes were started"))

    def started(**environment: str) -> str:
        with use(from_environment({"FINGERPOST_VAR": str(tmp_path), **environment})):
            assert running.main() == 1
        return capsys.readouterr().err

    return started


def test_a_taken_port_is_said_with_what_to_do(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert start(PORT=str(port)) == (
            f"Port {port} is taken. Stop what uses it, or choose another: make run PORT=8001\n"
        )


def test_an_address_that_is_not_this_machines_is_not_called_a_taken_port(start):
    said = start(HOST="192.0.2.1")
    assert said.startswith("192.0.2.1:8000 cannot be used: ") and said.count("\n") == 1 and "taken" not in said


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_model_file_is_named_with_what_to_do(start, tmp_path, name):
    (tmp_path / "model" / name).unlink()
    assert f"{name} is missing. Run `make setup`" in start()


def test_an_altered_model_file_is_named_with_what_to_do(start, tmp_path):
    (tmp_path / "model" / "tokenizer.json").write_text("{}")
    said = start()
    assert "tokenizer.json is not the one we checked" in said and said.count("\n") == 1
