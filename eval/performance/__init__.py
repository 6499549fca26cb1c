"""Time and memory of answers and of an ingest, measured in one run."""
