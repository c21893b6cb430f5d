"""How properties are tried: the same examples on every run, whatever the machine's load."""

from hypothesis import settings

repeatable = settings(derandomize=True, deadline=None, max_examples=60)
