"""Signing in carries a guest's work over, whichever way one signs in."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from lessons.learning.learners import GUEST_KEY, adopt


@receiver(user_logged_in)
def carry_over(sender: Any, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> None:
    """Adopt the guest whose key the session remembers: signing in has changed the session's own."""
    if guest := request.session.pop(GUEST_KEY, None):
        adopt(guest, user)
