"""Reaching people. Imports knowledge, nlu (pure) and flask; never rasa, never bot."""
