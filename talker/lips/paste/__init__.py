"""Putting a drawn mouth into a frame so that nobody sees where it begins."""
