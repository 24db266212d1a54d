"""Loading the models while the process listens already: what needs none of them is answered at once.

A supplier's text is taken and acknowledged meanwhile; a resident's message waits here, and is then answered in full.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)

WAITS = 60.0  # seconds a message waits for the models at most; then it loads them itself
OK, LOADING = "ok", "the models are still being loaded"

_loaded = threading.Event()
_loaded.set()  # nothing is being loaded unless `begin` says so
_state = [OK]


def begin(load: Callable[[], None], then: Callable[[], None]) -> threading.Thread:
    """Run `load`, then `then`, in a thread; a failure is logged by its kind, and told by `state`."""
    _state[0] = LOADING
    _loaded.clear()
    thread = threading.Thread(target=_load, args=(load, then), name="warming", daemon=True)
    thread.start()
    return thread


def _load(load: Callable[[], None], then: Callable[[], None]) -> None:
    try:
        load()
        _state[0] = OK
    except Exception as wrong:  # noqa: BLE001  the thread's last edge: whoever writes is still answered as far as can be
        _state[0] = f"the models could not be loaded ({type(wrong).__name__})"
        logger.error(_state[0])
    finally:
        _loaded.set()
    then()


def wait(seconds: float = WAITS) -> bool:
    """Until the models are there, if they are being loaded; whether they are no longer."""
    return _loaded.wait(seconds)


def state() -> str:
    """ "ok", or a sentence on what is not there yet or could not be loaded."""
    return _state[0]
