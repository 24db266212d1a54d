"""What local people know. Imports settings and nlu (pure, embedding); never rasa, flask or channels."""
