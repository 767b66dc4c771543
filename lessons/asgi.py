"""The site as an ASGI application: pages over HTTP, labs over websockets, a goodbye when the server stops."""

import gc
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lessons.settings")
pages = get_asgi_application()  # Django must be set up before anything imports its models

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from lessons.origins import KnownOrigins  # noqa: E402
from lessons.routing import websocket_urlpatterns  # noqa: E402
from lessons.stopping import SaysGoodbye  # noqa: E402

sockets = SaysGoodbye(KnownOrigins(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))))
application = ProtocolTypeRouter({"http": pages, "websocket": sockets})

# What was imported stays for ever. A full collection that walks it stops every room for hundreds of milliseconds.
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 10, 1_000)
