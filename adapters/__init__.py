"""Where the data comes from: one package per legacy system, all of one shape."""
