"""The shelf: scans that a supervisor keeps for everybody to compare with, and how they are put there."""
