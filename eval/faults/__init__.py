"""Replies as a language model may write them, sound ones and ones with a planted fault."""
