"""Understanding what somebody wrote. Only components.py may import Rasa; see README.md."""
