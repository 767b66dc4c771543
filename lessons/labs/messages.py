"""What a browser may say, decoded strictly: anything else is answered with a sentence."""

from typing import Any

import msgspec

LARGEST = 64 * 1024  # bytes of one message


class Said(msgspec.Struct, tag_field="do", frozen=True, forbid_unknown_fields=True):
    """Something a browser said; `ref` comes back with the answer."""


class Act(Said, tag="act"):
    """Let an action happen at a moment (virtual ms)."""

    at: float
    action: dict[str, Any]
    ref: str = ""


class Play(Said, tag="play"):
    """Play on."""


class Pause(Said, tag="pause"):
    """Pause."""


class Speed(Said, tag="speed"):
    """Play at this many virtual seconds a wall second."""

    value: float


class Seek(Said, tag="seek"):
    """Go to a moment."""

    to: float


class Step(Said, tag="step"):
    """Go to the next (1) or the previous (-1) event."""

    by: int = 1


class Switch(Said, tag="switch"):
    """Show another branch."""

    branch: int


class Ask(Said, tag="ask"):
    """Which of these actions are impossible at a moment, and why?"""

    at: float
    actions: list[dict[str, Any]]
    ref: str = ""


class Share(Said, tag="share"):
    """Give me a link to this very moment."""

    at: float
    ref: str = ""


class Ack(Said, tag="ack"):
    """Frame `n` arrived."""

    n: int


Message = Act | Play | Pause | Speed | Seek | Step | Switch | Ask | Share | Ack

_decoder = msgspec.json.Decoder(Message)


class Malformed(ValueError):
    """A message that says nothing this server knows."""


def decode(text: str) -> Message:
    """Return the message; raise Malformed with what is wrong."""
    if len(text) > LARGEST:
        raise Malformed(f"A message may have {LARGEST:,} bytes; this one has {len(text):,}.")
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(f"This message was not understood: {error}.") from error
