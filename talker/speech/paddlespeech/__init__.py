"""PaddleSpeech's voices: its released graphs run alone, or its models in a process of their own."""
