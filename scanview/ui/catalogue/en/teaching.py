"""What a scan was, and practising, in English."""

TEXT: dict[str, str] = {
    "command.go-on": "Go on after being told",
    "command.practise": "Practise on cases, or end it",
    "outcome.hit": "Found",
    "outcome.elsewhere": "Held, but not for what was in it",
    "outcome.miss": "Missed this time",
    "outcome.false-alarm": "There was nothing to find",
    "outcome.correct-rejection": "Right, there was nothing to find",
    "revealed.hit": "This was a test scan. Projected into it: {thing}. You found it.",
    "revealed.elsewhere": "This was a test scan. Projected into it: {thing}, outlined in the picture; "
    "what you marked lies elsewhere.",
    "revealed.miss": "This was a test scan. Projected into it: {thing}, outlined in the picture. Take a "
    "moment to see what it looks like there.",
    "revealed.false-alarm": "This was a test scan: a copy of one that was released before. If you are sure of "
    "what you saw, show it to your supervisor.",
    "revealed.correct-rejection": "This was a test scan: a copy of one that was released before, as it was.",
    "teaching.harmless": "No order goes to any lane.",
    "teaching.place": "Projected: {thing}",
    "teaching.go-on": "Go on",
    "practice.heading": "Practice: nothing you decide here has any effect",
    "practice.progress": "Found {hits} of {threats} · held for nothing {alarms} of {clean}",
    "practice.no-case": "There is no case to practise on yet. Supervisors put some into the library.",
    "practice.leave": "End practice",
    "judged.hit": "In this case: {thing}. You found it.",
    "judged.elsewhere": "In this case: {thing}, outlined in the picture; what you marked lies elsewhere.",
    "judged.miss": "In this case: {thing}, outlined in the picture. Take a moment to see what it looks like.",
    "judged.false-alarm": "This case was released: nothing was found in it.",
    "judged.correct-rejection": "This case was released: nothing was found in it.",
    "error.no-case": "This scan is no case to practise on any more",
    "remedy.no-case": "Take the next case",
}
