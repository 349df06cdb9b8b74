"""Triage by rules that a supervisor edits: what a rule file may say, what it makes of a scan, what it would have done.

Pure: no clock, no chance, no catalogue. `review/triage.py` brings the scan, the hour and the draws.
"""
