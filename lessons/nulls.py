"""No null character comes in by an address or a form: no database takes one, and nobody types one."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class NoNulls:
    """Leaves null characters out of queries and forms; an address with one leads nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the address, before anything is looked up by it."""
        if "\0" in request.path_info:
            raise Http404("There is no such page.")
        request.GET = _without_nulls(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Look at the form, once it is known to come from our own pages."""
        if request.method == "POST" and request.content_type in FORMS:
            request.POST = _without_nulls(request.POST)


def _without_nulls(given: QueryDict) -> QueryDict:
    if not any("\0" in text for name, texts in given.lists() for text in (name, *texts)):
        return given
    clean = QueryDict(mutable=True)
    for name, texts in given.lists():
        clean.setlist(name.replace("\0", ""), [text.replace("\0", "") for text in texts])
    return clean
