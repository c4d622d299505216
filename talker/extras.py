"""The optional extras of the package: what each brings, and the command that installs it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

from talker.errors import MissingExtraError


@dataclass(frozen=True, slots=True)
class Extra:
    """An optional extra.

    Attributes:
        name: As in `talker[name]`.
        package: What it installs, as the package index calls it.
        module: What is imported of it.
    """

    name: str
    package: str
    module: str

    @property
    def is_installed(self) -> bool:
        """Whether its module can be imported; nothing is loaded to find out."""
        return find_spec(self.module) is not None

    @property
    def command(self) -> str:
        """The command that installs it."""
        return f"pip install 'talker[{self.name}]'"

    def missing(self, need: str) -> MissingExtraError:
        """The error for a use that needs it, such as "The voice 'en'"."""
        return MissingExtraError(need, self.package, self.command)


ESPEAK = Extra("espeak", "espeakng-loader", "espeakng_loader")
RAY = Extra("ray", "ray", "ray")
LISTEN = Extra("listen", "pocketsphinx", "pocketsphinx")
