"""The pixels of an object: what its header says of them, where its frames are, painted ones for the old."""
