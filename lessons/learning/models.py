"""Learners, what they answered and what they reached."""

from django.conf import settings
from django.db import models

from lessons.content.keys import LONGEST


class Learner(models.Model):
    """Someone who learns: known by a session until they sign up, by their account from then on."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="learner"
    )
    session_key = models.CharField(max_length=40, blank=True, default="", db_index=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.user.get_username() if self.user else f"guest {self.pk}"


class Result(models.Model):
    """What a learner has to show for one exercise, `lesson#block`: the last answer, the best points, the tries.

    For a challenge, `proof` is the recording that reached the goal.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="results")
    lesson = models.CharField(max_length=LONGEST)
    block = models.CharField(max_length=100)
    answer = models.JSONField(null=True)
    outcome = models.JSONField(null=True)  # what the run said, for a prediction
    correct = models.BooleanField(null=True)  # None: committed, and not decided yet
    points = models.FloatField(default=0)
    tries = models.PositiveIntegerField(default=0)
    proof = models.TextField(blank=True, default="")
    first = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True)
    attempt: "Attempt | None" = None  # the try that was graded last, while it is not saved

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson", "block"], name="one_result_an_exercise")]

    def __str__(self) -> str:
        return f"{self.learner}: {self.lesson}#{self.block}"


class Attempt(models.Model):
    """One try at an exercise that was graded, as the grade book counts it.

    `recording` is the run that was graded, up to the virtual moment `at_ms`; "" where no run decides. A prediction is
    one try, once it is decided; practice is one once it is done.
    """

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="attempts")
    lesson = models.CharField(max_length=LONGEST)
    block = models.CharField(max_length=100)
    answer = models.JSONField(null=True)
    correct = models.BooleanField()
    points = models.FloatField(default=0)
    recording = models.TextField(blank=True, default="")
    at_ms = models.FloatField(default=0)
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)
        indexes = [models.Index(fields=["learner", "lesson", "block"])]

    def __str__(self) -> str:
        return f"{self.learner}: {self.lesson}#{self.block}, {self.points:g} points"


class Visit(models.Model):
    """That a learner has opened a lesson."""

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="visits")
    lesson = models.CharField(max_length=LONGEST)
    first = models.DateTimeField(auto_now_add=True)
    last = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["learner", "lesson"], name="one_visit_a_lesson")]

    def __str__(self) -> str:
        return f"{self.learner} in {self.lesson}"
