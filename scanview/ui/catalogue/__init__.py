"""The sentences of the client: a folder for each language, in it a file for each part of the screen."""
