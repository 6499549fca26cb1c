"""Measures: how fast the service answers, and (with a question set) how well."""
