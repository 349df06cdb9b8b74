"""Models of others beside ours: ONNX files with a descriptor, and Python entry points, as a table names them."""
