"""Telling kinds of message apart, ours beside stock Rasa, on public sets: `python -m bench.intents FOLDER`."""
