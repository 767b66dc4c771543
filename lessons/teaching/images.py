"""The images of a course: shown to its authors while they write."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from lessons.content.files import IMAGE_TYPES, LARGEST_IMAGE, media_type
from lessons.teaching.access import course_of
from lessons.teaching.files import Drafts


@require_safe
def image(request: HttpRequest, slug: str, path: str) -> HttpResponse:
    """Serve an image of a draft."""
    files = Drafts(course_of(request, slug))
    content = files.read(path, LARGEST_IMAGE) if path.lower().endswith(IMAGE_TYPES) else None
    if content is None:
        raise Http404("This course has no such image.")
    return HttpResponse(content, content_type=media_type(path))
