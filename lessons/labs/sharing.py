"""Links that reproduce a moment: the recording itself, in a URL."""

from django.urls import reverse

from cluster_engine.recording import Recording

LONGEST = 8_000  # what servers and browsers on the way take for granted as a URL


class NotShared(ValueError):
    """This moment cannot be put into a link; the message says why."""


def share_url(recording: Recording, at: float) -> dict[str, str]:
    """Return the link to a moment of a recording, and the recording's text."""
    text = recording.prefix(at).to_text()
    if len(text) > LONGEST:
        raise NotShared("This run has too many actions for a link. Share an earlier moment.")
    return {"url": f"{reverse('lab-shared', args=[text])}?at={max(at, 0):.10g}", "text": text}
