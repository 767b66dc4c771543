"""The setting by which a lab plants a mistake."""

from collections.abc import Mapping

from cluster_engine.labs.declaration import Setting
from cluster_engine.protocols.planted import NO_BUG


def bug_setting(bugs: Mapping[str, str], text: str = "A mistake in every server.") -> Setting:
    """Return the setting that plants one of these mistakes; what each is ends with the invariant that it breaks."""
    return Setting("bug", "choice", NO_BUG, choices=(NO_BUG, *bugs), label="Planted bug", help=text, meanings=bugs)
