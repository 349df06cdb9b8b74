"""Finding any command by typing a part of its name, in either language."""
