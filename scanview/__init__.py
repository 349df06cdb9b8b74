"""ScanView: networked central review of container X-ray scans."""

__version__ = "0.1.0"
