"""Residents on the web. `create_app` in app.py makes it; `python -m channels.web` serves it."""

from channels.web.app import create_app

__all__ = ["create_app"]
