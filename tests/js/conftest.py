"""What runs the browser's code outside a browser."""

import shutil

import pytest


@pytest.fixture(scope="session", autouse=True)
def node() -> None:
    """Node.js; where it is missing the tests fail and say so."""
    if shutil.which("node") is None:
        pytest.fail("The tests of the browser's code need Node.js: run `make tools`, or install the package nodejs.")
