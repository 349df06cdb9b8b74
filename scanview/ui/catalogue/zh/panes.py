"""What is said of the views of a scan and of comparing it with another, in Chinese."""

TEXT: dict[str, str] = {
    "view.side": "侧视图",
    "view.top": "顶视图",
    "finding.in-view": "{text} · {view}",
    "command.views": "侧视图、顶视图或两者",
    "command.other-picture": "按键转到另一幅图像",
}
