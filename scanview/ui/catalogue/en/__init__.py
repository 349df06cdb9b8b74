"""Every sentence of the client in English, by id. The other language has the same ids; a test compares them."""

from scanview.ui.catalogue.en import commands, measuring, panes, problems, screen

TEXT: dict[str, str] = {**screen.TEXT, **commands.TEXT, **problems.TEXT, **measuring.TEXT, **panes.TEXT}
