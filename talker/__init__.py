"""Text in, narrated talking-head video out."""

__version__ = "0.1.0"
