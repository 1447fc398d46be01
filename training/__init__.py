"""How the outline network is made: from a folder of photographs and masks to a finished ONNX."""
