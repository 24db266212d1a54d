"""Whether this installation can do its job: both databases, the sentence model, and what Rasa hides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from channels import warming
from channels.models import now
from channels.rasa_client import BotSilent
from channels.rasa_client import ready as rasa_ready
from channels.sms.watching import state as texts
from knowledge.db import session_scope
from nlu.embedding import ModelFileWrong, encoder
from settings import settings


def live() -> bool:
    """The process answers at all."""
    return True


def ready() -> Mapping[str, str]:
    """Each part with "ok" or one sentence on what is wrong; never anything personal."""
    return {
        "knowledge": _said(lambda: _has_rows(settings().knowledge_url, "SELECT count(*) FROM topic")),
        "conversations": _said(lambda: _has_rows(settings().conversations_url, "SELECT 1 + count(*) FROM tracker")),
        "sentence_model": _said(_model),
        "rasa": _said(_rasa),
        "texts": _said(lambda: texts(now())),
    }


def _said(check: Callable[[], str]) -> str:
    try:
        return check()
    except SQLAlchemyError as wrong:
        return f"the database does not answer ({type(wrong).__name__})"
    except ModelFileWrong as wrong:
        return str(wrong)
    except BotSilent:
        return "Rasa does not answer"


def _has_rows(url: str, query: str) -> str:
    with session_scope(url) as session:
        return "ok" if session.execute(text(query)).scalar() else "the database is empty; run `make setup`"


def _model() -> str:
    """Not asked for while it is being loaded, which would load it twice."""
    if warming.state() != warming.LOADING:
        encoder()
    return warming.state()


def _rasa() -> str:
    missing = [name for name, fine in rasa_ready().items() if not fine]
    return f"Rasa runs without its {', '.join(missing)}" if missing else "ok"
