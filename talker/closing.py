"""What has something to close, and is used in a `with` block."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self


class Closing(ABC):
    """A context manager that closes itself at the end of its block, however that ends."""

    @abstractmethod
    def close(self) -> None:
        """Gives back what is held, such as a temporary file; once more does no harm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
