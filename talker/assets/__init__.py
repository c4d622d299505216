"""The model store, the voices and the portraits: what talker needs beside its code."""
