"""`python -m channels.web`: serve residents with waitress."""

from __future__ import annotations

import logging
import sys

from waitress import create_server

from channels import warming
from settings import Settings, SettingWrong, settings

TURN = 0.0005  # seconds one thread may keep the interpreter; at Python's own 0.005 a text waited for a second
CONNECTIONS = 1000  # waitress stops at 100, and each page that looks for news keeps its connection between looks


def main() -> int:
    """Serve until stopped; 1 with one sentence when that cannot be."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    try:
        given = settings()
    except SettingWrong as wrong:
        return _give_up(str(wrong))
    given.prepare_libraries()
    sys.setswitchinterval(TURN)
    try:
        server = bind(given)
    except OSError as error:
        return _give_up(f"{given.host}:{given.port} cannot be used: {error.strerror}. Set PORT or HOST to another.")
    warming.begin(warm_up, start_texting if given.texting.on else _nothing)
    logging.getLogger(__name__).info("serving on http://%s:%s", given.host, given.port)
    server.run()
    return 0


def warm_up() -> None:
    """Load what the first resident would wait for; pages and suppliers' posts are answered meanwhile."""
    from channels.gateway import warm

    warm()


def start_texting() -> None:
    """The workers that answer and send texts, as threads beside the web's own (docs/decisions/0013)."""
    from channels.sms.workers import start

    start()


def _nothing() -> None:
    """Nobody texts here."""


def bind(given: Settings):  # type: ignore[no-untyped-def]  # waitress ships no types
    """A server listening where the settings say; raises `OSError` when the port is taken."""
    from channels.web import create_app
    from channels.web.lanes import TwoLanes

    return create_server(
        create_app(given),
        _dispatcher=TwoLanes(given.threads),
        host=given.host,
        port=given.port,
        connection_limit=CONNECTIONS,
        ident="",  # what serves is nobody's business
        max_request_body_size=1 << 20,  # the kind page for too much is Flask's, from 64 kB; this stops floods
        clear_untrusted_proxy_headers=not given.https,  # behind https there is a proxy, and security.py reads it
    )


def _give_up(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
