"""The end of a shift, in English."""

TEXT: dict[str, str] = {
    "command.end-shift": "End the shift",
    "shift.title": "End your shift?",
    "shift.gives-back": "The scan on the screen goes back to the queue, for anybody.",
    "shift.keeps-marks": "Marks that are not decided stay on this workstation, for when you take the scan again.",
    "shift.signs-out": "You are signed out. Your note is shown to everybody who signs in within 24 hours.",
    "shift.note": "Note for the next shift (optional)",
    "shift.note-hint": "Enter ends the shift, Esc goes on working.",
    "shift.end": "End the shift  Enter",
    "shift.ending": "Ending …",
    "shift.back": "Go on working  Esc",
    "shift.notes": "Left by the last shifts",
    "shift.left": "{time}  {name}: {note}",
    "shift.button": "End shift  {key_end_shift}",
    "shift.break": "Break  {key_take_break}",
    "shift.come-back": "Back at work  {key_take_break}",
    "error.decisions-on-the-way": "Decisions of yours have not reached the hub yet",
    "remedy.decisions-on-the-way": "Wait until the lowest line says that they are saved",
}
