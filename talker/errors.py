"""The errors a caller may meet; every message ends with what to do about it."""


class TalkerError(Exception):
    """A job that could not be done.

    Args:
        problem: What happened, naming the value that caused it.
        remedy: What the user can do now, a command where there is one.
    """

    exit_code = 1

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


class UsageError(TalkerError):
    """A request that makes no sense as it stands: wrong value, wrong file, wrong option."""

    exit_code = 2


class AssetError(TalkerError):
    """A model, voice or portrait file that is missing, broken or out of reach."""


class SpeechError(TalkerError):
    """A speech engine fails on what it is to say."""


class MissingExtraError(TalkerError):
    """A Python package that only some uses need and that is not installed."""

    def __init__(self, need: str, package: str, command: str) -> None:
        super().__init__(
            f"{need} needs the package '{package}', which is not installed.",
            f"Install it with: {command}",
        )


class LanguageError(UsageError):
    """Text in a language that the chosen voice cannot speak."""


class FaceError(UsageError):
    """No usable face, or no such face, in a picture."""


class MediaError(UsageError):
    """A picture, sound or clip that cannot be read, or a target that cannot be written."""


class WriteError(MediaError):
    """A target that could not be written to its end: a full disk, a limit, a failing device."""

    exit_code = 1
