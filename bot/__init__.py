"""Deciding. Imports knowledge, nlu (pure) and rasa_sdk; never flask. Actions return keys; channels say them."""
