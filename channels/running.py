"""`make run`: every process of the Procfile, and one line saying where to open the chat once it truly answers."""

from __future__ import annotations

import errno
import os
import socket
import sys
import threading
import time
from dataclasses import replace

import requests
from honcho.environ import parse_procfile
from honcho.manager import Manager

from nlu.embedding import ModelFileWrong, check_files
from settings import ROOT, Settings, SettingWrong, free_port, settings

TELL_EVERY = 5.0  # seconds between signs of life while starting


def main() -> int:
    """Start, tell, and stop everything on Ctrl-C; 1 with a sentence when it cannot start."""
    try:
        given = settings()
    except SettingWrong as wrong:
        return _give_up(str(wrong))
    if trouble := _in_the_way(given):
        return _give_up(trouble)
    ours = given if given.rasa_chosen else replace(given, rasa_url=f"http://127.0.0.1:{free_port()}")
    manager = Manager()
    environment = {**ours.environment(), "PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
    procfile = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8"))
    for name, command in procfile.processes.items():
        manager.add_process(name, command, env=environment, cwd=str(ROOT))
    threading.Thread(target=_tell_when_ready, args=(ours,), daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


def _tell_when_ready(ours: Settings) -> None:
    began = told = time.monotonic()
    while not _answers(ours):
        if time.monotonic() - told >= TELL_EVERY:
            told = time.monotonic()
            _say(f"Starting… {told - began:.0f} s")
        time.sleep(0.3)
    place = ours.public_url or f"http://{ours.host}:{ours.port}"
    _say(f"Fingerpost is ready after {time.monotonic() - began:.0f} s. Open {place}/ (Ctrl-C stops it)")


def _answers(ours: Settings) -> bool:
    host = "127.0.0.1" if ours.host in ("0.0.0.0", "::") else ours.host  # noqa: S104  compared, not bound
    headers = {"X-Forwarded-Proto": "https"} if ours.https else {}
    try:
        return requests.get(f"http://{host}:{ours.port}/health/ready", timeout=2, headers=headers).ok
    except requests.RequestException:
        return False


def _in_the_way(given: Settings) -> str:
    """Why it cannot start, in a sentence; "" when nothing is in the way."""
    try:
        check_files(given.model_dir)
        socket.create_server((given.host, given.port), family=_family(given.host)).close()
    except ModelFileWrong as wrong:
        return str(wrong)
    except OSError as wrong:
        if wrong.errno == errno.EADDRINUSE:
            return f"Port {given.port} is taken. Stop what uses it, or choose another: make run PORT=8001"
        return f"{given.host}:{given.port} cannot be used: {wrong.strerror}. Set PORT or HOST to another."
    return ""


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _say(line: str) -> None:
    sys.stdout.write(f"\n  {line}\n\n")
    sys.stdout.flush()


def _give_up(sentence: str) -> int:
    sys.stderr.write(sentence + os.linesep)
    return 1


if __name__ == "__main__":
    sys.exit(main())
