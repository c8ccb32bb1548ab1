"""The error type for problems that a user can fix; any other exception is a bug and is shown with its traceback."""


class UserError(Exception):
    """A problem that the user can fix; the message states the numbers involved and how to fix it.

    Pages show the message; the command line prints it to standard error and exits with status 2.
    """


class PasswordNeeded(UserError):
    """The document is encrypted, and no password or a wrong one was given; pages then ask for the password."""


class NoTextLayer(UserError):
    """The document's pages are pictures: only a parser that reads pictures, such as OCR, finds words on them."""
