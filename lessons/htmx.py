"""Two answers to one question: a whole page, or to htmx the part of it that it puts in place."""

from django.http import HttpRequest


def wants_part(request: HttpRequest) -> bool:
    """Say whether htmx asks, as django-htmx's middleware has found out."""
    return bool(request.htmx)  # type: ignore[attr-defined]
