"""Who is learning: found by account or by session, made on demand, merged when a guest signs in."""

import secrets
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest

from lessons.learning.models import Learner, Result

merging = Signal()  # a guest is about to become part of an account: guest=, account=
GUEST_KEY = "guest"  # in the session: the name by which the guest's learner is found


def learner_of(request: HttpRequest) -> Learner:
    """Return the learner of a request, making one (and a session) on demand."""
    if request.user.is_authenticated:
        return Learner.objects.get_or_create(user=request.user)[0]
    if GUEST_KEY not in request.session:
        request.session[GUEST_KEY] = secrets.token_urlsafe(24)
    return Learner.objects.get_or_create(session_key=request.session[GUEST_KEY], user=None)[0]


def known_learner(request: HttpRequest) -> Learner | None:
    """Return the learner of a request if there is one already."""
    return _known(request.user, request.session.get(GUEST_KEY))


def learner_of_scope(scope: dict[str, Any]) -> Learner | None:
    """Return the learner of a websocket's scope, or None; sync, for `with_database`."""
    return _known(scope.get("user"), scope["session"].get(GUEST_KEY) if "session" in scope else None)


def _known(user: Any, session_key: str | None) -> Learner | None:
    if user is not None and user.is_authenticated:
        return Learner.objects.filter(user=user).first()
    return Learner.objects.filter(session_key=session_key, user=None).first() if session_key else None


@transaction.atomic
def adopt(session_key: str | None, user: AbstractBaseUser) -> Learner:
    """Carry everything of a guest's session over to an account; the better result of two wins."""
    guest = Learner.objects.filter(session_key=session_key, user=None).first() if session_key else None
    account = Learner.objects.filter(user=user).first()
    if guest is None:
        return account or Learner.objects.create(user=user)
    if account is None:
        guest.user, guest.session_key = user, ""
        guest.save()
        return guest
    _merge(guest, account)
    return account


def _merge(guest: Learner, account: Learner) -> None:
    for result in guest.results.all():
        kept = account.results.filter(lesson=result.lesson, block=result.block).first()
        if kept is None:
            result.learner = account
            result.save()
        else:
            _keep_better(kept, result)
    for visit in guest.visits.all():
        account.visits.get_or_create(lesson=visit.lesson)
    guest.attempts.update(learner=account)
    guest.runs.update(learner=account)
    guest.driven.update(driver=account)
    merging.send(Learner, guest=guest, account=account)
    guest.delete()


def _keep_better(kept: Result, other: Result) -> None:
    tries = kept.tries + other.tries
    if (other.correct or False, other.points) > (kept.correct or False, kept.points):
        for field in ("answer", "outcome", "correct", "points", "proof"):
            setattr(kept, field, getattr(other, field))
    kept.tries = tries
    kept.save()
