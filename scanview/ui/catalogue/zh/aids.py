"""What the histogram, the finder of commands and the way through the controls say in Chinese."""

TEXT: dict[str, str] = {
    "command.histogram": "直方图",
    "command.find": "查找命令",
    "histogram.title": "当前画面直方图：透射率",
    "histogram.title-counts": "当前画面直方图：计数值",
    "histogram.spoken": "半数像素低于 {half} %。窗口范围 {low} 至 {high} %。",
    "find.hint": "输入中文或英文查找命令",
    "find.list": "当前可用的命令",
    "find.none": "没有此名称的命令，或当前不可用。",
    "find.held": "{command}：按住 {key}",
    "command.next-control": "到下一个控件",
    "command.previous-control": "到上一个控件",
    "command.press-control": "按下当前控件",
    "announce.scan": "图像 {container}，风险 {risk}",
    "announce.two": "{first}。{second}",
    "picture.spoken": "{container}，{view}。工具：{tools}。",
    "picture.between": "、",
    "picture.chosen": "已选中：{chosen}。",
}
