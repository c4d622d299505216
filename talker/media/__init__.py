"""Pictures, sound and films, read and written."""
