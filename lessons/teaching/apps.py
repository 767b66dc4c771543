"""The app `teaching`: the courses that instructors write."""

from django.apps import AppConfig


class TeachingConfig(AppConfig):
    """Courses of instructors, their documents and their revisions."""

    name = "lessons.teaching"
    label = "teaching"
