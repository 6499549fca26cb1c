"""The relevance model, measured: what it learns from, its calibration and its card."""
