"""Phones from sound: for faces that lip-sync to a recording."""

from talker.speech.listening.listener import listen

__all__ = ["listen"]
