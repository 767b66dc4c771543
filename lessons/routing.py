"""Where every websocket leads."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path, re_path

from lessons.classes.consumer import ClassConsumer
from lessons.labs.consumer import LabConsumer

NOWHERE = 4404


class Nowhere(AsyncWebsocketConsumer):
    """Whatever else a websocket asks for: accept, say why not, close."""

    async def connect(self) -> None:
        """Say that nothing is here."""
        await self.accept()
        await self.close(NOWHERE, "There is nothing at this address.")


websocket_urlpatterns = [
    path("ws/labs/<str:run_id>/", LabConsumer.as_asgi()),
    path("ws/classes/<int:pk>/follow/", ClassConsumer.as_asgi()),
    path("ws/classes/<int:pk>/lead/", ClassConsumer.as_asgi()),
    re_path(r"", Nowhere.as_asgi()),
]
