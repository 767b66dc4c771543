"""The app `learning`: who learns, and what they have answered and reached."""

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Learners, their answers and their progress."""

    name = "lessons.learning"
    label = "learning"

    def ready(self) -> None:
        """Listen for people who sign in."""
        from lessons.learning import signals  # noqa: F401
