"""A class: who runs it, who is in it, what is in front of it now, and what it was asked; and codes that led to none."""

from typing import Any

from django.conf import settings
from django.db import models

from lessons.classes.codes import LENGTH, new_code
from lessons.classes.names import LONGEST


class Classroom(models.Model):
    """A class on a course. What is in front of it lies here, so that every server process shows the same.

    `lesson` and `block` name what is shown, "" when nothing is; `run` is the lab that is driven, where a lab is shown;
    who drives it stands in the run. `version` counts the changes of all this.
    """

    name = models.CharField(max_length=80)
    course = models.SlugField(max_length=60)  # "built-in", or that of a course of the database
    code = models.CharField(max_length=LENGTH, unique=True, default=new_code, editable=False)
    instructor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="classrooms")
    is_open = models.BooleanField(default=True)  # whether one can join
    archived = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    lesson = models.CharField(max_length=200, blank=True, default="")  # a lesson's key
    block = models.CharField(max_length=100, blank=True, default="")
    run = models.ForeignKey("labs.Run", null=True, blank=True, on_delete=models.SET_NULL, related_name="classrooms")
    poll = models.ForeignKey("Poll", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A learner in a class, by the name they gave. `folded` is the name as it is compared.

    `own_run` is set while they explore on their own, and don't follow.
    """

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="members")
    learner = models.ForeignKey("learning.Learner", on_delete=models.CASCADE, related_name="members")
    name = models.CharField(max_length=LONGEST)
    folded = models.CharField(max_length=LONGEST * 3)  # one letter folds to three at most
    own_run = models.ForeignKey("labs.Run", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    joined = models.DateTimeField(auto_now_add=True)
    last_seen = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("folded",)
        constraints = [
            models.UniqueConstraint(fields=["classroom", "learner"], name="one_member_a_learner"),
            models.UniqueConstraint(fields=["classroom", "folded"], name="one_member_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Poll(models.Model):
    """A quiz or a prediction that a whole class is asked.

    `closed` is None while votes are taken. Counts are seen by learners when `is_shown`. `outcome` is what the run said,
    for a prediction, None while it has not decided.
    """

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="polls")
    lesson = models.CharField(max_length=200)
    block = models.CharField(max_length=100)
    is_shown = models.BooleanField(default=True)
    closed = models.DateTimeField(null=True, blank=True)
    outcome: Any = models.JSONField(null=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.lesson}#{self.block} in {self.classroom}"


class Vote(models.Model):
    """One member's answer to a poll, as the exercise's form gives it: a list of texts."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="votes")
    answer = models.JSONField()
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["poll", "member"], name="one_vote_a_member")]

    def __str__(self) -> str:
        return f"{self.member} on {self.poll}"


class WrongCode(models.Model):
    """That a code was given which no class has. It is kept as long as it counts against whoever gave it."""

    by = models.CharField(max_length=64, db_index=True)  # a keyed hash of an account or of a network's address
    made = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"a wrong code at {self.made:%H:%M}"
