"""The one error of the demo: its text says what did not work, and where to look."""


class DemoError(Exception):
    """Something that the demo needs did not work."""
