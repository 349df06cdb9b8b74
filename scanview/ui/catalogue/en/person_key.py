"""The key that a person signs their decisions with, in English."""

TEXT: dict[str, str] = {
    "person-key.readying": "Your key: being readied …",
    "person-key.certified": "✓ Your signature is certified",
    "person-key.waiting": "▲ Your key {key} waits for its certificate",
    "person-key.unusable": "▲ Your key cannot be used here",
    "person-key.name": "Your signature",
    "person-key.hint": "Every decision is signed with your own key {key}; a gate opens for no release without it",
    "error.key-waits": "Nobody has certified your key yet, so no gate would open for your release",
    "remedy.key-waits": "Ask who keeps the authority to certify your key, shown below; you may hold and escalate",
    "error.key-unusable": "Your key cannot be read on this workstation, so nothing can be signed",
    "remedy.key-unusable": "Free disk space and sign in again; you may hold and escalate meanwhile",
    "error.uncertified": "Your key has no certificate at this hub",
    "remedy.uncertified": "Sign in again, and ask who keeps the authority to certify you",
    "error.certificate-not-in-force": "Your certificate is not in force",
    "remedy.certificate-not-in-force": "Sign in again: a new one is asked for",
    "error.other-statement": "What was signed is not this decision",
    "remedy.other-statement": "Decide again",
}
