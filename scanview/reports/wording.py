"""The words of a report in both languages. Every id has an English and a Chinese text with the same places."""

from collections.abc import Callable

Speak = Callable[..., str]
"""The text of an id, with its places filled."""

LANGUAGES = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    "title": ("The review room's work", "集中审像工作报告"),
    "subtitle": ("Clearance time and figures", "通关时效与统计"),
    "period": ("Period", "统计期间"),
    "span": ("{since} to {until} ({zone})", "{since} 至 {until}（{zone}）"),
    "port": ("Port", "口岸"),
    "all-ports": ("All ports", "全部口岸"),
    "created": ("Made at", "生成时间"),
    "source": ("Source", "数据来源"),
    "source-text": ("{source}, ledger of {entries} entries", "{source}，账本共 {entries} 条"),
    "scans": ("Scans that arrived", "到达的扫描"),
    "page": ("Page {page} of {pages}", "第 {page} 页，共 {pages} 页"),
    "more": ("{count} more stand in the spreadsheet.", "另有 {count} 条见电子表格。"),
    "no-data": ("Nothing was recorded in this period.", "该期间没有记录。"),
    "key-figures": ("Key figures", "主要指标"),
    "figure": ("Figure", "指标"),
    "value": ("Value", "数值"),
    "interval": ("95 % interval", "95 % 置信区间"),
    "of": ("of", "样本数"),
    "by-time": ("By time", "按时间"),
    "by-hour": ("By hour of the day", "按一天中的小时"),
    "by-port": ("By port", "按口岸"),
    "by-lane": ("By lane", "按通道"),
    "by-analyst": ("By person", "按审像员"),
    "reasons": ("Reasons of holds", "布控原因"),
    "use": ("Use of the lanes", "通道利用"),
    "interruptions": ("Interruptions", "中断记录"),
    "stages": ("Clearance time by stage", "各环节通关时效"),
    "definitions": ("What the figures mean", "指标定义"),
    "time": ("Time", "时间"),
    "hour": ("Hour", "小时"),
    "lane": ("Lane", "通道"),
    "analyst": ("Person", "审像员"),
    "stage": ("Stage", "环节"),
    "reason": ("Reason", "原因"),
    "began": ("Began", "开始"),
    "ended": ("Ended", "结束"),
    "lasts": ("lasts", "仍在持续"),
    "lasted": ("Lasted", "时长"),
    "cause": ("Cause", "原因"),
    "note": ("Note", "说明"),
    "explained-by": ("Said by", "说明人"),
    "arrived": ("Arrived", "到达"),
    "decided": ("Decided", "已判定"),
    "released": ("Released", "放行"),
    "held": ("Held", "布控查验"),
    "share-held": ("Share held", "布控率"),
    "direct": ("Direct release share", "机检直放率"),
    "missed": ("Measured miss rate of direct release", "机检直放实测漏检率"),
    "agreed": ("Agreement of second review", "复审一致率"),
    "hit": ("Hit rate of holds", "布控查获率"),
    "recognised": ("Recognised by a machine", "智能识别率"),
    "withdrawn": ("Taken back", "撤回"),
    "refused": ("Orders refused", "被拒指令"),
    "count": ("Count", "次数"),
    "mean": ("Mean", "平均"),
    "p50": ("Median", "中位数"),
    "p90": ("90 %", "90 %"),
    "p95": ("95 %", "95 %"),
    "p99": ("99 %", "99 %"),
    "queue-p50": ("Waiting, median", "等待中位数"),
    "queue-p90": ("Waiting, 90 %", "等待 90 %"),
    "decision-p50": ("Deciding, median", "判图中位数"),
    "decision-p90": ("Deciding, 90 %", "判图 90 %"),
    "clearance-p50": ("Clearance, median", "通关中位数"),
    "clearance-p90": ("Clearance, 90 %", "通关 90 %"),
    "connected": ("Connected", "在线"),
    "working": ("At work", "作业"),
    "lost": ("Down", "停机"),
    "availability": ("Availability", "可用率"),
    "utilisation": ("Utilisation", "利用率"),
    "unexplained": ("Down, unexplained", "未说明停机"),
    "stage.scan": ("Scan", "扫描"),
    "stage.queue": ("Waiting", "等待"),
    "stage.decision": ("Deciding", "判图"),
    "stage.order": ("Order", "指令"),
    "stage.gate": ("Gate", "卡口"),
    "stage.clearance": ("Clearance", "通关"),
    "held-suspect-object": ("Suspect object", "可疑物品"),
    "held-goods-differ": ("Goods differ", "货物不符"),
    "held-too-dense": ("Too dense", "密度过高"),
    "held-poor-image": ("Poor image", "图像不佳"),
    "held-instruction": ("Instruction", "布控指令"),
    "held-other": ("Other", "其他"),
    "held-by-mark": ("Mark without a reason", "仅有标记"),
    "cause.": ("unexplained", "未说明"),
    "cause.maintenance": ("maintenance", "维护"),
    "cause.fault": ("fault", "故障"),
    "cause.no-traffic": ("no traffic", "无车流"),
    "cause.power": ("power", "供电"),
    "cause.network": ("network", "网络"),
    "cause.room": ("the room itself", "审像中心停止"),
    "cause.other": ("other", "其他"),
    "chart.throughput": ("Decided scans: released and held", "判定数量：放行与布控"),
    "chart.waiting": ("Waiting for an analyst: median and 90 %", "等待审像：中位数与 90 %"),
    "chart.stages": ("Mean clearance time by stage and port", "各口岸各环节平均时效"),
    "chart.lanes": ("Use of the lanes: at work, connected, down", "通道：作业、在线、停机"),
    "define.scan": (
        "Scan: from the scan's first column at the hub to the stored scan, or to the analyst who opened it earlier.",
        "扫描：从首列数据到达中心到扫描完整保存；若审像员提前打开，则到打开为止。",
    ),
    "define.queue": (
        "Waiting: from there to the person who decided; what others opened and gave back counts as waiting.",
        "等待：其后到判定者打开为止；他人打开后退回的时间计入等待。",
    ),
    "define.decision": (
        "Deciding: from opening the scan to the verdict that stands.",
        "判图：从打开扫描到有效结论。",
    ),
    "define.order": (
        "Order: from the verdict to the order's leaving, with the time in which it can be taken back.",
        "指令：从结论到指令发出，含可撤回时间。",
    ),
    "define.gate": (
        "Gate: from the order's leaving to the gate's signed receipt.",
        "卡口：从指令发出到卡口签名回执。",
    ),
    "define.clearance": (
        "Clearance: from the first column to the gate's receipt. The five stages of a scan add up to it.",
        "通关：从首列数据到卡口回执；同一扫描的五个环节之和即为通关时间。",
    ),
    "define.quantile": (
        "Medians and other quantiles are read from histograms and off by {error} of themselves at most; means are "
        "exact.",
        "中位数等分位数由直方图得出，误差不超过其自身的 {error}；平均值是精确的。",
    ),
    "define.hour": (
        "A duration belongs to the hour in which it ended. Days and hours are those of {zone}.",
        "时长计入其结束的小时；日期与小时按 {zone}。",
    ),
    "define.decided": (
        "Decided: scans with a verdict that stands. A verdict that was taken back is counted as such only.",
        "已判定：结论有效的扫描；撤回的结论只计为撤回。",
    ),
    "define.direct": (
        "Direct release share: scans released by rules without a person, of all decided ones.",
        "机检直放率：由规则直接放行（无人审像）的扫描占全部已判定扫描的比例。",
    ),
    "define.missed": (
        "Measured miss rate: of scans that rules would have released and a random draw gave to a person, "
        "those that the person held and no inspection found harmless.",
        "实测漏检率：规则本可直放、经随机抽取交人工审像的扫描中，被布控且查验未排除的比例。",
    ),
    "define.agreed": (
        "Agreement: of scans that a second person judged without knowing the first opinion, those with the same "
        "verdict.",
        "复审一致率：双盲复审的扫描中两次结论相同的比例。",
    ),
    "define.hit": (
        "Hit rate: of held containers that were opened, those in which something was found.",
        "布控查获率：已开箱查验的布控集装箱中有查获的比例。",
    ),
    "define.interval": (
        "Intervals are Wilson's, and hold the true share in 95 of 100 repetitions.",
        "区间为 Wilson 区间，100 次重复中有 95 次包含真实比例。",
    ),
    "define.use": (
        "Utilisation: time in which scans came in, of the time connected. Availability: time connected, of connected "
        "and down; time before a lane's first connection is neither.",
        "利用率：扫描作业时间占在线时间的比例。可用率：在线时间占在线与停机时间之和的比例；首次连接之前不计。",
    ),
    "define.projected": (
        "Scans with projected threats are never counted as real work.",
        "含投影威胁的扫描从不计入实际工作。",
    ),
}
"""By id: English, Chinese."""


def speaker(language: str) -> Speak:
    """What speaks `language`, "zh" or "en"."""
    place = 1 if language == "zh" else 0

    def speak(id: str, **places: object) -> str:
        return WORDS[id][place].format(**places)

    return speak


def duration_text(seconds: float) -> str:
    """A span of time as figures: 4.2 s, 1:05, 2:05:10. The same in every language."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, second = divmod(round(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def share_text(share: float) -> str:
    """A share in percent, with as many figures as small ones need."""
    percent = 100 * share
    return f"{percent:.1f} %" if percent >= 1 or percent == 0 else f"{percent:.3f} %"
