"""Websockets are opened only by our own pages: a browser sends the page's origin, and we compare it."""

import logging
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import validate_host

logger = logging.getLogger(__name__)


class KnownOrigins:
    """Refuses a websocket whose origin is not an allowed host, and logs that it did."""

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass a connection on, or close it before it begins."""
        origin = dict(scope["headers"]).get(b"origin", b"").decode("latin1")
        if validate_host(_host(origin), settings.ALLOWED_HOSTS):
            await self.application(scope, receive, send)
            return
        logger.warning("refused a websocket to %s from the foreign origin %r", scope["path"], origin)
        await send({"type": "websocket.close", "code": 4403})


def _host(origin: str) -> str:
    """Return an origin's host as ALLOWED_HOSTS writes it; "" where it is no origin at all."""
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:  # such as an address that opens a bracket and never closes it
        return ""
    return f"[{host}]" if ":" in host else host
