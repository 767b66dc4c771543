"""How one comes into a class: its code, the address of the page that asks for a name, and that address as a picture."""

from dataclasses import dataclass

import segno
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from lessons.classes.models import Classroom


@dataclass(frozen=True)
class Invitation:
    """What is shown to a room so that all can join."""

    code: str
    address: str
    picture: SafeString  # an SVG

    @property
    def spaced(self) -> str:
        """The code in two halves, as it is read out."""
        return f"{self.code[:3]} {self.code[3:]}"


def invitation(request: HttpRequest, classroom: Classroom) -> Invitation:
    """Return the invitation, with an address that leads to this site as it was asked for."""
    address = request.build_absolute_uri(reverse("join", args=[classroom.code]))
    drawn = segno.make(address, error="m").svg_inline(
        scale=6,
        border=3,
        omitsize=True,
        dark="#1d2129",
        light="#ffffff",
        title="QR code of the address to join",
    )
    return Invitation(classroom.code, address, mark_safe(drawn))
