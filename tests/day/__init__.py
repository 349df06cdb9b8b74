"""A day of the review room at accelerated time: `python -m tests.day.programme` (`make day`)."""
