"""A period's work as documents: tables and charts as PDF and spreadsheet, in Chinese and English."""
