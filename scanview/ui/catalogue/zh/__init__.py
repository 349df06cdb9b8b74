"""Every sentence of the client in Chinese, by id. The other language has the same ids; a test compares them."""

from scanview.ui.catalogue.zh import commands, measuring, panes, problems, screen

TEXT: dict[str, str] = {**screen.TEXT, **commands.TEXT, **problems.TEXT, **measuring.TEXT, **panes.TEXT}
