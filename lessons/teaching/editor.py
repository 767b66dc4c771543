"""What the editor needs to know before anybody types."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from lessons.content.files import IMAGE_TYPES
from lessons.content.vocabulary import BLOCKS, vocabulary
from lessons.teaching.access import instructor
from lessons.teaching.models import Document


@require_safe
def vocabulary_json(request: HttpRequest) -> HttpResponse:
    """Return all that an author may write: every block, and what every lab declares."""
    instructor(request)
    return JsonResponse(vocabulary(), headers={"Cache-Control": "private, max-age=300"})


def editor_context(document: Document) -> dict[str, Any]:
    """Return what the editor's page shows of a text besides the text: for lessons, the blocks that may be put in."""
    blocks = [block for block in BLOCKS if not block.inside]
    return {"is_lesson": document.path.endswith(".md"), "blocks": blocks, "image_types": ",".join(IMAGE_TYPES)}
