"""The whole network in one process and one thread: real programs on virtual clocks, a virtual network, virtual disks.

Nothing of ScanView is modelled. What the programs take from the standard library and from libzmq is what is virtual
(standard.py), as in FoundationDB's and TigerBeetle's simulators; a run follows from its seed alone.
"""
