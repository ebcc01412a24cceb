"""What de-identification tools leave behind, side by side on the planted set of the residue test."""
