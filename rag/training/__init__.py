"""Trains the relevance model: judged passages in, an ONNX model out. It needs torch."""
