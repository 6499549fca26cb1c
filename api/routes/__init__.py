"""Routes, a noun a file."""
