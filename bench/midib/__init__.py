"""A clean-room scorer of the MIDI-B answer key (NCI, 2024), and a generator of keys on synthetic files."""
