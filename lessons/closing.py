"""Lets Daphne close a websocket with 1012 (service restart), so that browsers know to come back soon.

Daphne closes through a method of Autobahn that lets applications send 1000 and 3000 to 4999 only; the method
beneath it sends any code, and is what Autobahn itself closes with.
"""

from daphne.ws_protocol import WebSocketProtocol


def server_close(protocol: WebSocketProtocol, code: int | None = None) -> None:
    """Close with any code that the protocol knows."""
    protocol.sendCloseFrame(code=1000 if code is None else code)


def allow_restart_code() -> None:
    """Let every websocket of Daphne close so."""
    WebSocketProtocol.serverClose = server_close
