"""Speech engines and the timeline they give."""
