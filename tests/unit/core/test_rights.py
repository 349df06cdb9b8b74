"""Selecting, reviewing and auditing are apart."""

import pytest

from scanview.core.errors import NotAllowed
from scanview.core.review import Person, Role
from scanview.core.rights import AUDITS, REVIEWS, SUPERVISES, check_audits, check_reviews, check_supervises


def test_nobody_who_reviews_runs_or_audits_the_room():
    assert REVIEWS.isdisjoint(SUPERVISES | AUDITS)
    assert Role.ADMINISTRATOR not in REVIEWS | SUPERVISES | AUDITS


@pytest.mark.parametrize(
    ("check", "may"), [(check_reviews, REVIEWS), (check_supervises, SUPERVISES), (check_audits, AUDITS)]
)
@pytest.mark.parametrize("role", Role)
def test_a_role_may_or_is_told_why_not(check, may, role):
    person = Person(name="Ada", role=role)
    if role in may:
        check(person)
    else:
        with pytest.raises(NotAllowed, match="Ada"):
            check(person)
