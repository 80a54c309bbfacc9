"""What somebody else has typed, in a line for a person: it stays one line, and tells the terminal nothing."""


def printable(text: str) -> str:
    """Whatever is not printable becomes U+FFFD: line feeds, escape sequences, marks of direction."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
