"""The app `classes`: instructors run classes, learners join them."""

from django.apps import AppConfig


class ClassesConfig(AppConfig):
    """Classes, their members, what is in front of them, and polls."""

    name = "lessons.classes"
    label = "classes"

    def ready(self) -> None:
        """Listen for guests who become accounts."""
        from lessons.classes import signals  # noqa: F401
