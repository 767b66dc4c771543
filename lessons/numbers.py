"""Whole numbers in addresses and forms, which anybody may have written."""

MOST_DIGITS = 18  # as many as every database takes


def whole(text: str) -> int | None:
    """Return a whole number, 0 or more; None where a text is no such number, or has too many digits."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None
