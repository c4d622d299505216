"""A portrait warped by its landmarks: the lip engine that needs no weights."""
