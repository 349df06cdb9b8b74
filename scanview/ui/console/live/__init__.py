"""The live map: every port with its lanes, what waits in them, who is there, and which machines look."""
