"""Rasa's custom actions, run inside Rasa's own process by bot/serve.py (or by `rasa run actions`)."""
