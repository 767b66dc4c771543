"""Names that learners give themselves: any script of the world, and nothing that a page could stumble over."""

import unicodedata

LONGEST = 40  # characters
MOST_MARKS = 3  # that may be heaped on one letter

# Unprintable: controls, formats such as those that turn the direction of writing, surrogates, private use, unassigned.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


class NoName(ValueError):
    """This is no name; the message says why."""


def clean_name(text: str) -> str:
    """Return a name as it is shown: composed, without what cannot be seen, with single spaces; raise NoName."""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 20])
    shown = "".join(" " if letter.isspace() else letter for letter in text if letter.isspace() or _is_seen(letter))
    name = " ".join(_without_heaps(shown).split())
    if not any(letter.isalnum() for letter in name):
        raise NoName("Give a name with at least one letter or digit.")
    if len(name) > LONGEST:
        raise NoName(f"A name has at most {LONGEST} characters; this one has {len(name)}.")
    return name


def folded(name: str) -> str:
    """Return a clean name as it is compared with others: “Ada” and “ADA” are one."""
    return unicodedata.normalize("NFKC", name.casefold())


def _is_seen(letter: str) -> bool:
    return unicodedata.category(letter) not in _UNSEEN


def _without_heaps(text: str) -> str:
    """Return the text without the marks that would pile up into the lines above and below."""
    kept, heap = [], 0
    for letter in text:
        heap = heap + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if heap <= MOST_MARKS:
            kept.append(letter)
    return "".join(kept)
