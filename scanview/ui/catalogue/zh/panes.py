"""What is said of the views of a scan, in Chinese."""

TEXT: dict[str, str] = {
    "view.side": "侧视图",
    "view.top": "顶视图",
    "finding.in-view": "{text} · {view}",
    "command.views": "侧视图、顶视图或两者",
    "command.other-picture": "按键转到另一幅图像",
    "command.full-screen": "全屏",
    "command.second-window": "第二幅图像使用独立窗口",
    "command.hide-worklist": "隐藏或显示任务列表",
    "second.title": "ScanView — 第二幅图像",
    "second.empty": "第二幅图像显示在这里：顶视图或比对图像。",
}
