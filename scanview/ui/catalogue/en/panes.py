"""What is said of the views of a scan and of comparing it with another, in English."""

TEXT: dict[str, str] = {
    "view.side": "Side view",
    "view.top": "Top view",
    "finding.in-view": "{text} · {view}",
    "command.views": "Side view, top view, both",
    "command.other-picture": "Keys to the other picture",
}
