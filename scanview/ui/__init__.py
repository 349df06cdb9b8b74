"""The analysts' client. The only user of Qt; it reaches the hub by its session alone."""
