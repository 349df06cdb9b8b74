"""What the filter of findings says in Chinese."""

TEXT: dict[str, str] = {
    "command.filter-findings": "筛选嫌疑",
    "command.score-higher": "提高置信度下限",
    "command.score-lower": "降低置信度下限",
    "filter.score": "置信度 ≥ {score}",
    "filter.score-name": "显示置信度不低于 {score} 的嫌疑",
    "filter.score-hint": "置信度下限（{key_score_higher}，{key_score_lower}）",
    "filter.class-shown": "{label}：{count} 处，显示",
    "filter.class-hidden": "{label}：{count} 处，隐藏",
    "filter.hides": "✕  筛选隐藏了 {count} 处",
    "filter.hides-urgent": "▲  筛选隐藏了 {count} 处，其中高风险 {urgent} 处",
    "filter.all-classes": "全部显示",
    "filter.keys": "1 至 9 开关类别，← → 调整置信度，Del 全部显示，Esc 离开。",
    "error.high-risk-hidden": "筛选隐藏了高风险嫌疑",
    "remedy.high-risk-hidden": "现已显示，请查看后再决定",
}
