"""The one error of the command line: a sentence for a person, and an exit code other than zero."""

from __future__ import annotations


class CommandError(Exception):
    """Something the caller can act on; `main` prints it as one clear message, without a traceback.

    `message` says what is wrong, `hint` what to do about it, `details` are lines of a log to show below.
    """

    def __init__(self, message: str, *, hint: str = "", details: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        self.exit_code = exit_code
