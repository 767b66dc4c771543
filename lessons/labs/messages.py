"""What a browser may say, decoded strictly: anything else is answered with a sentence."""

from typing import Annotated, Any, Literal

import msgspec

LARGEST = 64 * 1024  # bytes of one message
MOST_ASKED = 200

Ref = Annotated[str, msgspec.Meta(max_length=100)]
Action = dict[str, Any]


class Said(msgspec.Struct, tag_field="do", frozen=True, forbid_unknown_fields=True):
    """Something a browser said; a `ref` comes back with the answer."""

    ref: Ref = ""


class Act(Said, tag="act", kw_only=True):
    """Let an action happen at a moment (virtual ms)."""

    at: float
    action: Action


class Play(Said, tag="play"):
    """Play on."""


class Pause(Said, tag="pause"):
    """Pause."""


class Speed(Said, tag="speed", kw_only=True):
    """Play at this many virtual seconds a wall second."""

    value: float


class Seek(Said, tag="seek", kw_only=True):
    """Go to a moment."""

    to: float


class Step(Said, tag="step", kw_only=True):
    """Go to the next (1) or the previous (-1) event."""

    by: Literal[1, -1] = 1


class Switch(Said, tag="switch", kw_only=True):
    """Show another branch."""

    branch: int


class Ask(Said, tag="ask", kw_only=True):
    """Which of these actions are impossible at a moment, and why?"""

    at: float
    actions: Annotated[list[Action], msgspec.Meta(max_length=MOST_ASKED)]


class Share(Said, tag="share", kw_only=True):
    """Give me a link to this very moment."""

    at: float


class Order(Said, tag="order", kw_only=True):
    """In which order did the operations up to a moment take effect, and how far does an order through this one come?

    With `whole` the operations themselves are wanted, too: a browser that has just come has not seen them begin.
    """

    at: float
    through: int | None = None
    whole: bool = False


class Explore(Said, tag="explore", kw_only=True):
    """Find a schedule of the run's program that fails, or prove that there is none."""

    question: Literal["find", "prove"]


class Search(Said, tag="search", kw_only=True):
    """Find a run that goes on from a moment and reaches a goal, breaks an invariant or makes an expression true."""

    at: float
    wanted: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Cancel(Said, tag="cancel", kw_only=True):
    """End the long work that was asked for under a ref."""

    work: Ref


class Why(Said, tag="why", kw_only=True):
    """Why did this invariant break at that moment?"""

    invariant: Annotated[str, msgspec.Meta(max_length=100)]
    at: float


class Ack(Said, tag="ack", kw_only=True):
    """Frame `n` arrived."""

    n: int


Message = (
    Act | Play | Pause | Speed | Seek | Step | Switch | Ask | Share | Order | Why | Explore | Search | Cancel | Ack
)

_decoder = msgspec.json.Decoder(Message)


class Malformed(ValueError):
    """A message that says nothing this server knows."""


def decode(text: str) -> Message:
    """Return the message; raise Malformed with what is wrong."""
    if len(text) > LARGEST:
        raise Malformed(f"A message may have {LARGEST:,} bytes; this one has {len(text):,}.")
    if r"\u0000" in text or "\0" in text:
        raise Malformed("This message was not understood: it holds a null character.")
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise Malformed(f"This message was not understood: {error}.") from error
