"""Scripts: poems, news and dialogues, read into scenes."""
