"""What was said of the scan on the screen, and saying something to it."""
