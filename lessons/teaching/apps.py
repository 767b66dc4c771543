"""The app `teaching`: the courses that instructors write."""

from django.apps import AppConfig


class TeachingConfig(AppConfig):
    """Courses of instructors, their documents and their revisions."""

    name = "lessons.teaching"
    label = "teaching"

    def ready(self) -> None:
        """Let the courses of the database be served."""
        from lessons.content.library import serve_from
        from lessons.teaching.files import DatabaseShelf

        serve_from(DatabaseShelf())
