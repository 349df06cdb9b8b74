"""What the histogram, the finder of commands and the way through the controls say in English."""

TEXT: dict[str, str] = {
    "command.histogram": "Histogram",
    "command.find": "Find a command",
    "histogram.title": "Histogram of the picture: transmission",
    "histogram.title-counts": "Histogram of the picture: counts",
    "histogram.spoken": "Half of the pixels lie below {half} %. The window goes from {low} to {high} %.",
    "find.hint": "Find a command in Chinese or English",
    "find.list": "Commands that can be given now",
    "find.none": "No command has such a name, or it means nothing now.",
    "find.held": "{command}: hold {key} down",
    "command.next-control": "To the next control",
    "command.previous-control": "To the previous control",
    "command.press-control": "Press the control",
    "announce.scan": "Scan {container}, risk {risk}",
    "announce.two": "{first}. {second}",
    "picture.spoken": "{container}, {view}. Tools: {tools}.",
    "picture.between": ", ",
    "picture.chosen": "Chosen: {chosen}.",
}
