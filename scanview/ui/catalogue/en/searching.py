"""Searching for a scan from the worklist, in English."""

TEXT: dict[str, str] = {
    "command.search-worklist": "Search for a scan",
    "search.placeholder": "Search …  {key}",
    "search.hint": "A part of the container, plate or lane. Older scans are searched too; analysts find those they "
    "decided themselves. Enter: on to what was found. Esc: end the search.  ({key})",
    "search.asking": "Searching older scans …",
    "search.more": "More older scans match: scroll on.",
    "search.all": "All scans were searched.",
    "search.failed": "▲  Older scans are not searched: {why}",
    "search.empty": "No scan like that.",
}
