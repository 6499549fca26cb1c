"""The service: the same answers over HTTP and in the page."""
