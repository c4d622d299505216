"""Lip engines: faces made to speak."""
