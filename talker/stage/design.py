"""What every drawing of a scene is made with: a theme, a layout and the fonts."""

from __future__ import annotations

from dataclasses import dataclass

from talker.stage.fonts import FontBook
from talker.stage.layout import Layout
from talker.stage.lettering import Style
from talker.stage.theme import Theme


@dataclass(frozen=True, slots=True)
class Design:
    """Theme, layout and fonts of a scene.

    Attributes:
        theme: How things look.
        layout: Where they stand.
        book: What they are set in; collects warnings.
    """

    theme: Theme
    layout: Layout
    book: FontBook

    def text(self, share: float, weight: int | None = None, tracking: float = 0.0) -> Style:
        """Letters of captions and bodies; the size is a share of the shorter side."""
        fonts = self.theme.fonts
        size = self.layout.pixels(share)
        return Style(fonts.text, size, weight or fonts.text_weight, tracking)

    def title(self, share: float, weight: int | None = None, tracking: float = 0.0) -> Style:
        """Letters of titles and headlines."""
        fonts = self.theme.fonts
        size = self.layout.pixels(share)
        return Style(fonts.title, size, weight or fonts.title_weight, tracking)

    @property
    def radius(self) -> float:
        """Of corners, in pixels."""
        return self.theme.panel.radius * self.layout.unit
