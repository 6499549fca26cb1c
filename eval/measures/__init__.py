"""Measures, a family a file: what was returned and what is right go in, a `Score` comes out.

All are pure functions of one question or one set of questions; `score` says what a score is.
"""
