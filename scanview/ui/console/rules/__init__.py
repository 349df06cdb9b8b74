"""The rules of triage in the console: what is in force, what it does, and a file that is tried before it is adopted."""
