"""A guest who signs in stays in their classes, with what they voted."""

from typing import Any

from django.dispatch import receiver

from lessons.classes.models import Member
from lessons.learning.learners import merging
from lessons.learning.models import Learner


@receiver(merging)
def carry_memberships(sender: Any, guest: Learner, account: Learner, **kwargs: Any) -> None:
    """Make the guest's memberships the account's. Where both are in one class, the votes of both are kept as one's."""
    for member in guest.members.all():
        kept = account.members.filter(classroom=member.classroom).first()
        if kept is None:
            member.learner = account
            member.save()
        else:
            _carry_votes(member, kept)


def _carry_votes(member: Member, kept: Member) -> None:
    for vote in member.votes.exclude(poll__votes__member=kept):
        vote.member = kept
        vote.save()
