"""When things were said, where the source has no clock of its own."""

from datetime import UTC, datetime, timedelta

START = datetime(2024, 1, 1, 9, 0, tzinfo=UTC)
"""When a conversation without dates begins."""


def aware(moment: datetime) -> datetime:
    """A moment without time zone, as UTC."""
    return moment.replace(tzinfo=UTC)


def session_start(session: int, gap: timedelta = timedelta(days=7)) -> datetime:
    """When the session (from 1) begins, sessions `gap` apart."""
    return START + (session - 1) * gap


def turn_time(start: datetime, index: int) -> datetime:
    """When turn `index` (from 0) of a session is said: one a minute."""
    return start + timedelta(minutes=index)
