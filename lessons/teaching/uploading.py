"""Images brought by drag or by button: put beside the lesson under a name that is free."""

import re
from posixpath import dirname

from django.contrib.auth.models import User
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, JsonResponse
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from lessons.content.files import LARGEST_IMAGE
from lessons.teaching.access import document_of, instructor
from lessons.teaching.archive import Refused
from lessons.teaching.models import Course, Revision
from lessons.teaching.shelf import add

LONGEST_NAME = 60
LOOKS = {  # how the bytes of an image begin, by how its name ends
    ".png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    ".jpg": re.compile(rb"\xff\xd8\xff"),
    ".gif": re.compile(rb"GIF8[79]a"),
    ".webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    ".avif": re.compile(rb"....ftyp(?:avif|avis)", re.DOTALL),
}


@require_POST
def upload(request: HttpRequest, slug: str, path: str) -> JsonResponse:
    """Add an image beside a lesson; the answer has the name by which the lesson shows it, or says why not."""
    document = document_of(request, slug, path)
    try:
        file = request.FILES.get("file")
        if not isinstance(file, UploadedFile):
            raise Refused("Choose an image first.")
        name = keep_image(document.course, dirname(document.path), file, instructor(request))
    except RequestDataTooBig:
        return JsonResponse({"problem": f"An image has at most {LARGEST_IMAGE:,} bytes."}, status=400)
    except Refused as error:
        return JsonResponse({"problem": str(error)}, status=400)
    return JsonResponse({"name": name})


def keep_image(course: Course, folder: str, file: UploadedFile, author: User) -> str:
    """Keep an image in a folder of a course and return its name there; raise Refused for what is none."""
    return _kept(course, folder, _stem(file.name or ""), _content(file), author)


def _content(file: UploadedFile) -> bytes:
    """Return the bytes of an image; one that is too large is not even read."""
    if file.size is None or file.size > LARGEST_IMAGE:
        raise Refused(f"An image has at most {LARGEST_IMAGE:,} bytes; this one has more.")
    content: bytes = file.read()
    return content


def _kept(course: Course, folder: str, stem: str, content: bytes, author: User) -> str:
    """Keep an image and return its name; one that lies there already is kept once."""
    ending = next((ending for ending, looks in LOOKS.items() if looks.match(content)), None)
    if ending is None:
        raise Refused(f"This is no image that pages can show; they show {', '.join(LOOKS)}.")
    known = {one.path: one for one in course.documents.filter(path__startswith=f"{folder}/{stem}")}
    for number in range(1, 1_000):
        name = f"{stem}{'' if number == 1 else f'-{number}'}{ending}"
        there = known.get(f"{folder}/{name}")
        if there is not None and bytes(there.draft) == content:
            return name
        if there is None:
            add(course, f"{folder}/{name}", content, author, Revision.What.IMPORTED)
            return name
    raise Refused(f"There are too many images called “{stem}” beside this lesson. Give this one another name.")


def _stem(name: str) -> str:
    return slugify(name.rpartition(".")[0])[:LONGEST_NAME].strip("-_") or "image"
