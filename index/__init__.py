"""The library: files in, documents, chunks and vectors out, and the builds that are searched."""
