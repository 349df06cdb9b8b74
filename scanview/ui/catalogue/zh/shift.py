"""The end of a shift, in Chinese."""

TEXT: dict[str, str] = {
    "command.end-shift": "交班",
    "shift.title": "确定交班？",
    "shift.gives-back": "屏幕上的图像将退回队列，可派给任何人。",
    "shift.keeps-marks": "未决定图像上的标记保留在本工作站，再次打开该图像时仍在。",
    "shift.signs-out": "您将退出登录。留言向 24 小时内登录的所有人显示。",
    "shift.note": "给下一班的留言（可不填）",
    "shift.note-hint": "Enter：交班；Esc：继续工作。",
    "shift.end": "交班  Enter",
    "shift.ending": "正在交班 …",
    "shift.back": "继续工作  Esc",
    "shift.notes": "上一班留言",
    "shift.left": "{time}  {name}：{note}",
    "shift.button": "交班  {key_end_shift}",
    "shift.break": "休息  {key_take_break}",
    "shift.come-back": "返岗  {key_take_break}",
    "error.decisions-on-the-way": "您有决定尚未送达中心",
    "remedy.decisions-on-the-way": "请等底栏显示“已保存”",
}
