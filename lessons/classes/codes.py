"""The code by which a class is joined: six characters that are read out and typed without a doubt."""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0 and O, no 1, I and L
LENGTH = 6

_APART = re.compile(r"[\s–-]+")


def new_code() -> str:
    """Return a code that cannot be guessed in the time of a class."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """Return the code that somebody typed, small or with spaces; None for what cannot be one."""
    code = _APART.sub("", text[:40]).upper()
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
