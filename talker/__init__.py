"""Text in, narrated talking-head video out."""
