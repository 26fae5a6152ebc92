"""The one error of the embedded stack: its text says what is wrong and what to do."""


class StackError(Exception):
    """The stack can't be started, or is in a state that forbids what was asked."""
