"""Exports of reference managers and records of Europe PMC and Crossref."""
