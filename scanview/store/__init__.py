"""What is kept: the catalogue, the ledger and the scan files. The only user of SQL."""
