"""What was found in the container of the scan on the screen."""
