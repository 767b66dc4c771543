"""`manage.py first_run`: an instructor's account on a fresh installation; its password is printed once."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

NAME = "instructor"


class Command(BaseCommand):
    """Make the first account."""

    help = "Make the instructor's account if there is no account with rights yet, and print its password once."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do nothing where somebody has rights already."""
        users = get_user_model().objects
        if users.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(12)
        users.create_superuser(NAME, password=password)
        self.stdout.write(
            f"Instructor's account: name “{NAME}”, password “{password}”. It is not shown again; /admin/ changes it."
        )
