"""The web application, put together: words for the templates, pages, guards, errors."""

from __future__ import annotations

import logging
from types import TracebackType

from flask import Flask
from govuk_frontend_jinja import __name__ as components
from jinja2 import ChoiceLoader, FileSystemBytecodeCache, PackageLoader, PrefixLoader

from channels import console, errors, handover, mine
from channels.open_data import feed, whats_on
from channels.open_data import pages as open_pages
from channels.sms import desk as by_text  # noqa: F401  it puts itself among the desk's carriers
from channels.sms import hooks, list_pages, phone
from channels.web import chat, demand, health, helped, life, pages, resident, security, showing, suggesting
from settings import Settings, settings

log = logging.getLogger(__name__)


class Web(Flask):
    """Flask that never logs what an exception says: that may hold a resident's words."""

    def log_exception(self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]) -> None:
        """The kind of failure and where it happened, nothing more."""
        kind, _, at = exc_info
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        where = f"{at.tb_frame.f_code.co_filename}:{at.tb_lineno}" if at is not None else ""
        log.error("page failed kind=%s at=%s", kind.__name__ if kind else "", where)


def create_app(given: Settings | None = None) -> Flask:
    """The application for these settings; the process's own unless others are given."""
    app = Web(__name__)
    app.config["FINGERPOST"] = given or settings()
    _templates(app)
    ours = (chat, life, helped, suggesting, demand, pages, health, feed, open_pages, whats_on, hooks, phone, list_pages)
    rooms = (*console.blueprints(), *handover.blueprints(), *mine.blueprints())
    for blueprint in (*(part.blueprint for part in ours), *rooms):
        app.register_blueprint(blueprint)
    app.before_request(resident.settle_language)  # first, so that a refusal speaks the resident's language too
    security.secure(app, app.config["FINGERPOST"])
    errors.register(app)
    return app


def _templates(app: Flask) -> None:
    """Ours, then govuk-frontend's components under the name their own imports use; compiled once a change."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    ours = app.jinja_env.loader
    assert ours is not None  # noqa: S101 - tells mypy what Flask promises
    theirs = PrefixLoader({components: PackageLoader(components)})
    app.jinja_env.loader = ChoiceLoader([ours, theirs])
    compiled = app.config["FINGERPOST"].var / "templates"
    compiled.mkdir(parents=True, exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    app.jinja_env.globals.update(showing.for_templates())
    app.context_processor(showing.for_every_page)
