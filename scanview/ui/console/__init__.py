"""The console: the second page of the window, on which supervisors and auditors see and steer the whole room."""
