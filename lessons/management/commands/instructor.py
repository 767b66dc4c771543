"""`manage.py instructor NAME [--revoke]`: say who may write courses."""

from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lessons.teaching.rights import INSTRUCTORS


class Command(BaseCommand):
    """Make someone an instructor, or end it."""

    help = "Let someone with an account write courses; with --revoke, not any more."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the name of an account."""
        parser.add_argument("name", help="the name under which they sign in")
        parser.add_argument("--revoke", action="store_true", help="take the right back")

    def handle(self, *args: Any, name: str, revoke: bool, **options: Any) -> None:
        """Add to the group, or remove from it."""
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account “{name}”; sign up on the site first.")
        group, _ = Group.objects.get_or_create(name=INSTRUCTORS)
        if revoke:
            user.groups.remove(group)
        else:
            user.groups.add(group)
        self.stdout.write(f"{name} is {'no longer an' if revoke else 'an'} instructor.")
