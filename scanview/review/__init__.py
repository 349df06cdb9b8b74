"""The review room's rules: triage, dispatch, decisions, delivery, recognition work, and the desk in front of them."""
