"""Measurements of the product, each a module with `main(arguments) -> exit status`."""
