"""Codes are not found by guessing: whoever has given too many wrong ones waits before another is even looked up.

Only wrong codes count, so a whole room behind one address may join at once. They are counted in the database, so that
several server processes count together, under a name from which nobody's address can be read.
"""

import logging
from datetime import timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.timezone import now

from lessons.classes.codes import read_code
from lessons.classes.joining import found_by_code
from lessons.classes.models import Classroom, WrongCode

logger = logging.getLogger(__name__)

WINDOW = timedelta(minutes=10)
MOST_WRONG = 100  # within the window; thirty people may each mistype theirs three times
MOST_WRONG_ACCOUNT = 20  # of one who is signed in, who is counted alone
TOO_MANY = (
    "Too many wrong codes have come from {} in the last {} minutes. Wait a few minutes, then try again. Classes that"
    " you are in already stay open to you."
)


class TooManyGuesses(ValueError):
    """Nothing was looked up; the message says why, and until when."""


def look_up(request: HttpRequest, text: str) -> Classroom | None:
    """Return the class that somebody means who gave a code, None if there is none; raise TooManyGuesses."""
    code = read_code(text)
    if code is None:
        return None  # it could not have been a hit
    by, most, whose = _who(request)
    recent = WrongCode.objects.filter(by=by, made__gt=now() - WINDOW)
    if recent.count() >= most:
        raise TooManyGuesses(TOO_MANY.format(whose, WINDOW.seconds // 60))
    found = found_by_code(code)
    if found is None:
        WrongCode.objects.filter(made__lte=now() - WINDOW).delete()
        WrongCode.objects.create(by=by)
        if recent.count() == most:
            logger.warning("too many wrong class codes came from one place; it waits")
    return found


def _who(request: HttpRequest) -> tuple[str, int, str]:
    """Return who is counted, by a name that tells nothing; how many wrong codes they may give; and what they are."""
    if request.user.is_authenticated:
        return _hidden(f"account {request.user.pk}"), MOST_WRONG_ACCOUNT, "this account"
    return _hidden(_network(_address(request))), MOST_WRONG, "your network"


def _address(request: HttpRequest) -> str:
    """Return where a request comes from: what a proxy has added last, where one stands in front."""
    passed_on: str = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_TLS else ""
    return passed_on.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def _network(address: str) -> str:
    """Return the address, or of IPv6 the network: one household has as many addresses there as it likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ip_network((found, 64), strict=False))


def _hidden(who: str) -> str:
    return salted_hmac("class codes", who, algorithm="sha256").hexdigest()
