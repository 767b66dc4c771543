"""Links that reproduce a moment: the recording itself, in a URL."""

from cluster_engine.recording import Recording
from django.urls import reverse


def share_url(recording: Recording, at: float) -> dict[str, str]:
    """Return the link to a moment of a recording, and the recording's text."""
    text = recording.prefix(at).to_text()
    return {"url": f"{reverse('lab-shared', args=[text])}?at={at:g}", "text": text}
