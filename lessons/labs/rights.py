"""Who may act in a run: the learner it belongs to, or who drives it, for as long as their session lasts."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import Q

from lessons.labs.models import Run
from lessons.learning.learners import learner_of_scope

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


def may_act(scope: dict[str, Any], run_id: str) -> bool:
    """Say whether a socket's learner may act in a run now; a socket outlives its session, the right does not."""
    learner = learner_of_scope(scope)
    if learner is None or not session_lasts(scope):
        return False
    return Run.objects.filter(Q(driver=learner) | Q(driver=None, learner=learner), pk=run_id).exists()


def session_lasts(scope: dict[str, Any]) -> bool:
    """Say whether the session with which a socket was opened is still there."""
    return bool(SessionStore().exists(scope["session"].session_key))
