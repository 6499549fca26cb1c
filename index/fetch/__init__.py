"""Bringing literature into the documents folder, as files that `alsqa index` then reads.

A `Source` (a search in PubMed, a list of identifiers, a search in Europe PMC) plans which files
there are to be and downloads them; `fetching` drives it; `FetchFolder` keeps files and progress,
so that the same command goes on after any fault. Nothing here runs unless `alsqa fetch` is called.
"""
