"""Faces found in pictures."""
