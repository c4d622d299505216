"""What any source of files can answer: nothing, with a reason."""


class SourceError(Exception):
    """A source that does not give what the registry says it holds; the next one is tried."""
