"""One folder on disk for vectors, arrays and texts: bounded, and safe for several processes."""
