"""Repeatable measurements of what talker makes."""
