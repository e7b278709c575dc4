"""Read what a standard says about itself out of the file that holds it."""
