"""How well burned-in text is found: text of known place on real pictures, and who covers it."""
