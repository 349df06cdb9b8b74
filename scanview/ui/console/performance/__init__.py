"""How well people find what was projected into test scans."""
