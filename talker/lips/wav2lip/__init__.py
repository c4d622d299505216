"""The neural lip engine: Wav2Lip's generator, its weights, and how its mouths are put back."""
