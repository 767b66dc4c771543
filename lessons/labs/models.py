"""A learner's lab: what it was opened with, and the append-only log of what was done in it."""

import secrets
from typing import Any

from django.db import models

from cluster_engine.recording import Recording
from lessons.content.keys import LONGEST
from lessons.labs.log import Shared, fold


def new_id() -> str:
    """Return an id that cannot be guessed and reads well in a URL."""
    return secrets.token_urlsafe(9)


class Run(models.Model):
    """A lab under way. Everything shared about it follows from this row and its entries.

    It belongs to `learner`, or to nobody; `driver` is who acts in it where that is somebody else, as in a class.
    What is asked of it stands in its lesson; a run of a draft, which is in no library, has it in `aims`.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    learner = models.ForeignKey("learning.Learner", null=True, on_delete=models.CASCADE, related_name="runs")
    driver = models.ForeignKey("learning.Learner", null=True, on_delete=models.SET_NULL, related_name="driven")
    lesson = models.CharField(max_length=LONGEST, blank=True, default="")
    block = models.CharField(max_length=100, blank=True, default="")
    lab = models.CharField(max_length=100)
    settings = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=1)
    script = models.JSONField(default=list)  # actions it begins with: [[ms, action], …]
    aims = models.JSONField(default=list)
    speed = models.FloatField()
    resume_ms = models.FloatField(default=0)  # where the playhead was when last seen
    created = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["learner", "lesson", "block"])]

    def __str__(self) -> str:
        return f"{self.lab} {self.id}"

    def shared(self) -> Shared:
        """Return what all viewers share: the branches and which one is shown."""
        rows = self.entries.order_by("seq").values_list("kind", "payload")
        return fold(self.script, rows)

    def recording(self, branch: int | None = None) -> Recording:
        """Return the recording of a branch, of the one shown by default."""
        return self.recording_of(self.shared(), branch)

    def recording_of(self, shared: Shared, branch: int | None = None) -> Recording:
        """Return a branch's recording, given the state that was folded already."""
        actions = shared.branches[shared.branch if branch is None else branch].actions
        return Recording.from_json(
            {"lab": self.lab, "settings": self.settings, "seed": self.seed, "actions": [list(a) for a in actions]}
        )


class Entry(models.Model):
    """One line of a run's log. The unique pair (run, seq) is the only arbiter between writers."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="entries")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)  # act, fork or switch
    payload: Any = models.JSONField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="one_entry_a_place")]

    def __str__(self) -> str:
        return f"{self.run_id}#{self.seq} {self.kind}"
