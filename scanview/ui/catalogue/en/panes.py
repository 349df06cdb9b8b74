"""What is said of the views of a scan, in English."""

TEXT: dict[str, str] = {
    "view.side": "Side view",
    "view.top": "Top view",
    "finding.in-view": "{text} · {view}",
    "command.views": "Side view, top view, both",
    "command.other-picture": "Keys to the other picture",
    "command.full-screen": "Full screen",
    "command.second-window": "Second picture in its own window",
    "command.hide-worklist": "Hide or show the worklist",
    "second.title": "ScanView — second picture",
    "second.empty": "The second picture stands here: the top view, or the scan that is compared with.",
}
