"""Arrays to arrays: physics, tone, enhancement, the pyramid and the picture, without files, sockets or windows."""
