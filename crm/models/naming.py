"""How two names are compared, wherever a name must be the only one."""


def name_key(name: str) -> str:
    """The form in which two names are compared: one space, no case."""
    return " ".join(name.split()).casefold()
