"""The one error type for what a user can act on; everything else is a bug and keeps its traceback."""


class UserError(Exception):
    """Something the user can fix: one calm sentence with the numbers and the remedy.

    Pages show it as one message, the command line prints it on standard error and exits with 2.
    """


class PasswordNeeded(UserError):
    """The document is encrypted and no password, or a wrong one, was given: pages ask for it."""
