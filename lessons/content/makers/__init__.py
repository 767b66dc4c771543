"""What makes typed blocks of scanned ones, one module a family of blocks."""
