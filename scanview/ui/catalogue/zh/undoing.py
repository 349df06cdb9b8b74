"""What is said of taking a decision back, in Chinese."""

TEXT: dict[str, str] = {
    "command.undo-decision": "撤回上一个决定",
    "status.undo": "撤回 {seconds} 秒  {key_undo_decision}",
    "status.taken-back": "已撤回：{container} 回到您手中",
    "error.nothing-to-undo": "没有可以撤回的决定",
    "remedy.nothing-to-undo": "请先作出决定",
    "error.already-undoing": "正在撤回决定",
    "remedy.already-undoing": "请稍候",
    "error.no-grace": "此处指令立即发出：决定无法撤回",
    "remedy.no-grace": "请通知通道",
    "error.grace-over": "太迟了：撤回时间已过",
    "remedy.grace-over": "请通知通道",
    "error.order-left": "太迟了：指令已发往通道",
    "remedy.order-left": "请通知通道",
    "error.not-your-decision": "该决定由他人或在另一工作站作出",
    "remedy.not-your-decision": "请告知决定人",
    "error.unknown-decision": "中心没有这个决定",
    "remedy.unknown-decision": "请从工作列表打开该扫描",
    "error.withdrawn": "该决定已被撤回",
    "remedy.withdrawn": "请重新决定",
}
