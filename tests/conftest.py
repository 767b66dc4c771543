"""What all tests of the site share."""

import pytest
from django.contrib.auth.models import User

PLAIN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory):
    """A folder with nothing in it."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(autouse=True)
def plain_static_files(settings, empty_folder):
    """Pages name static files as they are: hashing and collecting them is tested where it is the subject."""
    settings.STORAGES = PLAIN_STATIC
    settings.STATIC_ROOT = empty_folder


@pytest.fixture
def ada(db: None) -> User:
    """An instructor."""
    return User.objects.create_user("ada", is_staff=True)
