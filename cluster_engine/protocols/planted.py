"""Planted bugs: mistakes that a configuration can name, so that one sees which promise breaks without the right way."""

NO_BUG = "none"
