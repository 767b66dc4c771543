"""What the editor needs to know before anybody types."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from lessons.content.vocabulary import vocabulary
from lessons.teaching.access import instructor


@require_safe
def vocabulary_json(request: HttpRequest) -> HttpResponse:
    """Return all that an author may write: every block, and what every lab declares."""
    instructor(request)
    return JsonResponse(vocabulary(), headers={"Cache-Control": "private, max-age=300"})
