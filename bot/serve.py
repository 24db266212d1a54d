"""Rasa as a process of ours: `python -m bot.serve`. Loopback only, actions in the same process, logs without texts.

`rasa run` cannot be given actions that run in its own process, and its REST channel logs what residents wrote;
so this calls the same functions that `rasa run` calls, with our own endpoints. `rasa shell` still works, beside
`rasa run actions --actions bot.actions`.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import warnings
from pathlib import Path
from typing import Any

from settings import Settings, settings

ACTION_SECONDS = 3.0  # within the resident's deadline, so that a hanging action is still answered


class LateAction(Exception):
    """An action took too long; the gateway answers instead."""


def main() -> int:
    """Serve the newest trained model until stopped."""
    ours = settings()
    ours.prepare_libraries()
    model = newest_model(ours)
    if model is None:
        sys.stderr.write("There is no trained Rasa model. Run `make train`.\n")
        return 1
    quiet_logs()
    warnings.showwarning = lambda *_given, **_named: None  # Rasa switches its libraries' deprecations back on
    from nlu.embedding import encoder

    encoder()
    _serve(model, ours)
    return 0


def newest_model(ours: Settings) -> Path | None:
    """The model trained last."""
    return max(ours.rasa_models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, default=None)


def _serve(model: Path, ours: Settings) -> None:
    import skops.io  # noqa: F401  it looks through every module loaded: three seconds less before Rasa's 6,000
    from rasa.core import processor
    from rasa.core.actions.action import RemoteAction
    from rasa.core.run import configure_app, load_agent_on_start
    from rasa.core.utils import AvailableEndpoints

    from bot.channel import FingerpostInput
    from bot.straight import StraightRunner
    from bot.tracker_store import ConversationTrackerStore

    # Rasa checks each action's result against a JSON schema, 5-65 ms a turn; these results are made by rasa_sdk here.
    RemoteAction._validate_action_result = staticmethod(lambda _result: None)
    processor.DaskGraphRunner = StraightRunner
    endpoints = AvailableEndpoints(action=own_actions(), tracker_store=ConversationTrackerStore())
    app = configure_app([FingerpostInput()], enable_api=False, endpoints=endpoints)

    async def load(running: Any, loop: Any) -> None:
        await load_agent_on_start(str(model), endpoints, None, running, loop)
        _warm_up()

    app.register_listener(load, "before_server_start")
    app.run(host="127.0.0.1", port=ours.rasa_port, workers=1, access_log=False, motd=False)


def own_actions() -> Any:
    """Rasa's action endpoint as a direct call: no HTTP, no second process."""
    from rasa.utils.endpoints import EndpointConfig
    from rasa_sdk.executor import ActionExecutor

    class OwnActions(EndpointConfig):
        """Runs rasa_sdk's executor in a thread, with a deadline."""

        def __init__(self) -> None:
            super().__init__(url="in-process", enable_selective_domain=True)
            self._executor = ActionExecutor()
            self._executor.register_package("bot.actions")

        async def request(
            self,
            method: str = "post",
            subpath: str | None = None,
            content_type: str | None = "application/json",
            compress: bool = False,
            **kwargs: Any,
        ) -> Any | None:
            try:
                return await asyncio.wait_for(asyncio.to_thread(self._run, kwargs["json"]), ACTION_SECONDS)
            except TimeoutError as late:
                raise LateAction("an action took too long") from late

        def _run(self, call: Any) -> Any:
            return asyncio.run(self._executor.run(call))

    return OwnActions()


def _warm_up() -> None:
    """Load what the first resident would wait for: the phrases, the search index, the gazetteer."""
    from datetime import UTC, datetime

    from knowledge.answering import answer, read_ahead
    from knowledge.db import session_scope
    from knowledge.life import event_in
    from nlu.details import details_ready

    details_ready()
    with session_scope() as session:
        answer(session, "somebody to talk to", today=datetime.now(UTC).date())
        read_ahead(session)
    event_in("my mum died")  # the life events are read and embedded at first use


class OnlyKinds(logging.Formatter):
    """A log line without values: other people's modules put texts into messages, arguments and tracebacks."""

    def format(self, record: logging.LogRecord) -> str:
        """Our own lines whole (they hold no texts, by rule); of others only who, how bad and what kind of error."""
        raised = f" {record.exc_info[0].__name__}" if record.exc_info and record.exc_info[0] else ""
        ours = record.name.split(".")[0] in ("bot", "knowledge", "nlu", "channels")
        said = f" {record.getMessage()}" if ours else ""
        return f"{record.levelname} {record.name}:{record.lineno}{said}{raised}"


def quiet_logs() -> None:
    """Warnings and worse, by kind only, on standard error; structlog's own printing would cost 100 ms a turn."""
    import structlog

    handler = logging.StreamHandler()
    handler.setFormatter(OnlyKinds())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in list(logging.Logger.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.getLogger("bot").setLevel(logging.INFO)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        processors=[_only_the_event],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _only_the_event(_logger: Any, method: str, event: Any) -> str:
    return f"{method.upper()} rasa {event.get('event', '')}"


if __name__ == "__main__":
    sys.exit(main())
