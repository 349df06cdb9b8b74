"""What is said of taking a decision back, in English."""

TEXT: dict[str, str] = {
    "command.undo-decision": "Take the last decision back",
    "status.undo": "Undo {seconds} s  {key_undo_decision}",
    "status.taken-back": "Taken back: {container} is yours again",
    "error.nothing-to-undo": "There is no decision to take back",
    "remedy.nothing-to-undo": "Decide first",
    "error.already-undoing": "The decision is being taken back",
    "remedy.already-undoing": "Wait a moment",
    "error.no-grace": "Orders leave at once here: a decision cannot be taken back",
    "remedy.no-grace": "Tell the lane",
    "error.grace-over": "Too late: the time for taking the decision back is over",
    "remedy.grace-over": "Tell the lane",
    "error.order-left": "Too late: the order has left for the lane",
    "remedy.order-left": "Tell the lane",
    "error.not-your-decision": "The decision was made by somebody else, or at another workstation",
    "remedy.not-your-decision": "Tell whoever decided",
    "error.unknown-decision": "The hub does not know this decision",
    "remedy.unknown-decision": "Open the scan from the worklist",
    "error.withdrawn": "This decision was taken back",
    "remedy.withdrawn": "Decide again",
}
