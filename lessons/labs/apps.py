"""The app `labs`: live labs, stored as recordings with an append-only log of actions."""

from django.apps import AppConfig


class LabsConfig(AppConfig):
    """Runs, rooms and the websocket."""

    name = "lessons.labs"
    label = "labs"
