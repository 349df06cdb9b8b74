"""A workstation and the hub: what a person does about their own account, and administrators about everybody's."""

from typing import Annotated

from msgspec import Meta

from scanview.core.people import PersonState
from scanview.core.review import Person
from scanview.wire.messages.message import HUB, WORKSTATION, Count, Message, Name, Text

MAX_PEOPLE_LISTED = 5_000

Secret = Annotated[str, Meta(max_length=1_024)]
Code = Annotated[str, Meta(max_length=64)]


class SeatEnded(Message, frozen=True, kw_only=True, tag="seat-ended"):
    """The hub wants the password again before it answers anything more at this workstation."""

    senders = HUB
    code: str
    """`session-expired`, or `account-changed` where what the person may do is not what it was."""


class StillHere(Message, frozen=True, kw_only=True, tag="still-here"):
    """The person has touched keyboard or mouse since the last of these; sent once a minute at most, not answered."""

    senders = WORKSTATION


class ChangePassword(Message, frozen=True, kw_only=True, tag="change-password"):
    """Exchange my password. Answered by PasswordChanged; refused with `wrong-password` or `bad-password`."""

    senders = WORKSTATION
    request: Count
    old: Secret
    new: Secret


class PasswordChanged(Message, frozen=True, kw_only=True, tag="password-changed"):
    """It is; earlier tickets are void, and this one takes their place."""

    senders = HUB
    request: Count
    ticket: str = ""


class OfferSecondFactor(Message, frozen=True, kw_only=True, tag="offer-second-factor"):
    """Make me a secret for codes of time. Answered by SecondFactorOffered; asked for once it is confirmed."""

    senders = WORKSTATION
    request: Count
    password: Secret


class SecondFactorOffered(Message, frozen=True, kw_only=True, tag="second-factor-offered"):
    """The secret in base32, and the otpauth URI that an authenticator reads from a QR code."""

    senders = HUB
    request: Count
    secret: str
    uri: str


class ConfirmSecondFactor(Message, frozen=True, kw_only=True, tag="confirm-second-factor"):
    """A code of the secret that was offered last: from now on one is asked for. Answered by RecoveryCodes."""

    senders = WORKSTATION
    request: Count
    code: Code


class RecoveryCodes(Message, frozen=True, kw_only=True, tag="recovery-codes"):
    """Each takes the place of a code of time once. They are told this once."""

    senders = HUB
    request: Count
    codes: tuple[str, ...]


class AskPeople(Message, frozen=True, kw_only=True, tag="ask-people"):
    """Tell who may sign in; for administrators. Answered by People."""

    senders = WORKSTATION
    request: Count


class People(Message, frozen=True, kw_only=True, tag="people"):
    """Everybody there ever was, by name."""

    senders = HUB
    request: Count
    people: Annotated[tuple[PersonState, ...], Meta(max_length=MAX_PEOPLE_LISTED)]


class AddPerson(Message, frozen=True, kw_only=True, tag="add-person"):
    """Let this person sign in; for administrators. Answered by OneTimePassword."""

    senders = WORKSTATION
    request: Count
    person: Person


class ChangePerson(Message, frozen=True, kw_only=True, tag="change-person"):
    """Give the person of this name this role, port, room, skills and ports; for administrators. Answered by Done.

    Where they sit now, they have to sign in again.
    """

    senders = WORKSTATION
    request: Count
    person: Person


class LockPerson(Message, frozen=True, kw_only=True, tag="lock-person"):
    """Let this person not sign in until they are unlocked; for administrators. Answered by Done."""

    senders = WORKSTATION
    request: Count
    name: Name
    why: Text = ""


class UnlockPerson(Message, frozen=True, kw_only=True, tag="unlock-person"):
    """Let this person sign in again; for administrators. Answered by Done."""

    senders = WORKSTATION
    request: Count
    name: Name


class RemovePerson(Message, frozen=True, kw_only=True, tag="remove-person"):
    """Let this person never sign in again; for administrators. What they did stays theirs. Answered by Done."""

    senders = WORKSTATION
    request: Count
    name: Name


class ResetPassword(Message, frozen=True, kw_only=True, tag="reset-password"):
    """Give this person a one-time password; for administrators. Answered by OneTimePassword."""

    senders = WORKSTATION
    request: Count
    name: Name


class ResetSecondFactor(Message, frozen=True, kw_only=True, tag="reset-second-factor"):
    """Take away this person's second factor, which they have lost; for administrators. Answered by Done."""

    senders = WORKSTATION
    request: Count
    name: Name


class OneTimePassword(Message, frozen=True, kw_only=True, tag="one-time-password"):
    """What the person signs in with once, to choose a password of their own. It is told this once."""

    senders = HUB
    request: Count
    name: str
    password: str
