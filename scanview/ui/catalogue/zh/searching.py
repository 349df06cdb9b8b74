"""Searching for a scan from the worklist, in Chinese."""

TEXT: dict[str, str] = {
    "command.search-worklist": "查找图像",
    "search.placeholder": "查找 …  {key}",
    "search.hint": "输入箱号、车牌或通道的一部分。历史图像一并查找，审像员只能查到本人审结的。"
    "Enter：转到结果；Esc：结束查找。（{key}）",
    "search.asking": "正在查找历史图像 …",
    "search.more": "还有更多历史图像，向下滚动继续。",
    "search.all": "已查找全部图像。",
    "search.failed": "▲  未能查找历史图像：{why}",
    "search.empty": "没有符合的图像。",
}
