"""What people learn by: being told what a virtual scan was, and practising on cases."""
