"""Many films from one manifest: read, checked, rendered by one runner or another, and recorded."""
