"""What all tests of the site share."""

import pytest

PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages name static files as they are: hashing them is tested where it is the subject."""
    settings.STORAGES = PLAIN_STATIC
