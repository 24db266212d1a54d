"""How fast, how large: `make bench` measures turns, search, memory and a stock Rasa beside ours."""
