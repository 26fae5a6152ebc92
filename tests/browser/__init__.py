"""The wizard in a real browser: the guide's steps, trouble, lists, keyboard and accessibility."""
