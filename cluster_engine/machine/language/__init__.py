"""The language: a small part of Python, parsed with `ast` and compiled; never run as Python."""
