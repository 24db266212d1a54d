"""Deciding. Imports knowledge, nlu (pure) and rasa_sdk; never flask. Actions return keys and values; channels say them."""
