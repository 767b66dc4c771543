"""The files of a course in the database: as learners are served them, and as its authors have left them."""

from collections.abc import Hashable, Iterable, Iterator
from functools import cached_property

from django.db.models import Count, Max, QuerySet, Sum
from django.urls import reverse

from lessons.content.course import COURSE_FILE
from lessons.content.files import HEAD, Files, served_image
from lessons.guide.course import GUIDE, guide
from lessons.teaching.models import Course, Document


class Stored:
    """One column of a course's documents as files. The paths are read once: it is made anew for each reading."""

    column: str

    def __init__(self, pk: int, slug: str) -> None:
        self.pk, self.course = pk, slug

    def paths(self) -> Iterable[str]:
        """Return all paths, sorted."""
        return sorted(self._paths)

    def has(self, path: str) -> bool:
        """Say whether there is such a file."""
        return path in self._paths

    def read(self, path: str, most: int) -> bytes | None:
        """Return a file's first `most` bytes, or None."""
        content = self._documents().filter(path=path).values_list(self.column, flat=True).first()
        return None if content is None else bytes(content)[:most]

    def head(self, path: str) -> bytes | None:
        """Return the beginning of a lesson, published or not: who links to one may be published before it."""
        content = Document.objects.filter(course_id=self.pk, path=path).values_list("published", "draft").first()
        return None if content is None else bytes(next(filter(None, content), b""))[:HEAD]

    @cached_property
    def _paths(self) -> frozenset[str]:
        return frozenset(self._documents().values_list("path", flat=True))

    def _documents(self) -> QuerySet[Document]:
        return Document.objects.filter(course_id=self.pk, **{f"{self.column}__isnull": False})


class Published(Stored):
    """What learners are served of a course."""

    column = "published"

    def __init__(self, course: Course) -> None:
        super().__init__(course.pk, course.slug)
        self._stamp = (course.pk, course.created, course.stamp)

    def stamp(self) -> Hashable:
        """Return what changes when something is published, or when another course takes the name."""
        return self._stamp

    def image_address(self, key: str, folder: str, name: str) -> str:
        """Return where learners find an image."""
        return served_image(key, name)


class Drafts(Stored):
    """The drafts of a course, as an author previews and checks them."""

    column = "draft"

    def __init__(self, course: Course) -> None:
        super().__init__(course.pk, course.slug)

    def stamp(self) -> Hashable:
        """Return what changes when a draft is saved, added or removed."""
        found = self._documents().aggregate(Count("pk"), Max("pk"), Sum("version"))
        return tuple(sorted(found.items()))

    def heads(self, but: str) -> list[tuple[str, bytes]]:
        """Return the beginnings of all lessons but one, by path, at one go."""
        lessons = self._documents().filter(path__endswith=".md").exclude(path=but).values_list("path", self.column)
        return [(path, bytes(content[:HEAD])) for path, content in lessons]

    def image_address(self, key: str, folder: str, name: str) -> str:
        """Return where an author finds an image, published or not."""
        return reverse("teach-image", args=[self.course, f"{folder}/{name}"])


class DatabaseShelf:
    """The courses of instructors and the guide to writing them, for those who read lessons and know no database."""

    def files(self, slug: str) -> Files | None:
        """Return the published files of a course, or None where no such course is served."""
        return guide() if slug == GUIDE else next(_served(Course.objects.filter(slug=slug)), None)

    def listed(self) -> Iterable[Files]:
        """Return the published files of the courses that learners find, in order of their names."""
        return _served(Course.objects.filter(retired=False).order_by("slug"))


def _served(courses: QuerySet[Course]) -> Iterator[Published]:
    return map(Published, courses.filter(documents__path=COURSE_FILE, documents__published__isnull=False))
