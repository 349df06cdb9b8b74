"""How well people find things, in Chinese."""

TEXT: dict[str, str] = {
    "console.page.performance": "审像绩效",
    "performance.person": "审像员",
    "performance.threats": "含威胁",
    "performance.clean": "无威胁",
    "performance.hits": "命中率",
    "performance.false-alarms": "误报率",
    "performance.sensitivity": "d_a",
    "performance.search": "判图用时",
    "performance.elsewhere": "因其他原因布控",
    "performance.figure": "{value}（{low}–{high}）",
    "performance.means": "仅统计真值已知的测试图像。d_a：斜率 0.6 时的辨别力，与判断标准无关，越高越好。"
    "判图用时：从打开到决定的中位数。括号内为 95 % 置信区间；区间重叠时不能区分两人高下。",
    "performance.table": "全部人员表",
    "performance.chart.rates": "命中率与误报率（%）",
    "performance.chart.sensitivity": "辨别力 d_a",
    "performance.chart.search": "判图用时中位数",
    "performance.choose.period": "统计期间",
    "performance.choose.what": "导出内容",
    "performance.choose.form": "文件格式",
    "performance.button-name.refresh": "重新查询绩效",
    "performance.button-name.export": "将所选内容写入文件",
    "performance.nothing": "该期间没有审结测试图像",
    "performance.count": "该期间有 {count} 人审结测试图像",
}
