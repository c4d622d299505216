"""Narration: a script's scenes spoken, filmed one by one and joined to a programme."""
