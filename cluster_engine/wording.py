"""Small help with words: guesses for misspelt names, and durations as people write them."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)\s*(us|ms|s|min|m|h)?")
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "min": 60_000.0, "m": 60_000.0, "h": 3_600_000.0}


def guess(word: str, known: Iterable[str]) -> str | None:
    """Return the known name that `word` most likely meant, or None."""
    names = {_flat(name): name for name in known}
    close = get_close_matches(_flat(word[:64]), names, n=1, cutoff=0.6)
    return names[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest known name, or all names, to end an error with."""
    names = list(known)
    nearest = guess(word, names)
    if nearest is not None:
        return f" Did you mean {nearest}?"
    return f" Known: {', '.join(names)}." if names else ""


def quoted(value: object, limit: int = 40) -> str:
    """Return a foreign value between quotes, cut short and without control characters."""
    text = "".join(c if c.isprintable() else "?" for c in str(value)[: limit + 1])
    return f"'{text[:limit]}…'" if len(text) > limit else f"'{text}'"


def duration_ms(text: str) -> float | None:
    """Return the milliseconds of "2s", "1.5s", "500ms", "250us", "2m" or plain "500" (ms); None if
    it is none.
    """
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    return round(float(match[1]) * _UNITS[match[2] or "ms"], 3)


def duration_text(ms: float) -> str:
    """Return milliseconds as people write them: 2s, 1.5s, 500ms."""
    return f"{ms / 1000:.10g}s" if ms >= 1000 else f"{ms:.10g}ms"


def _flat(word: str) -> str:
    return word.lower().replace("-", "_")
