"""The words that tasks are made of: domains with their arguments, and sets of labels."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Domain:
    """A corner of the world: what the request is about and which numbers it knows."""

    noun: str
    """Used in function names: `rate_loan`."""
    subject: str
    """Used in requests: `loan applications`."""
    numbers: tuple[str, ...]
    """Arguments that are small whole numbers."""
    category: str
    """An argument that is a word."""
    categories: tuple[str, ...]


DOMAINS: tuple[Domain, ...] = (
    Domain("loan", "loan applications", ("income", "debt", "age", "savings"), "purpose", ("car", "house", "school")),
    Domain(
        "parcel", "parcels we ship", ("weight", "distance", "volume", "stops"), "zone", ("north", "south", "island")
    ),
    Domain(
        "student", "our students", ("score", "absences", "homework", "credits"), "track", ("art", "science", "music")
    ),
    Domain(
        "booking", "hotel bookings", ("nights", "guests", "rooms", "meals"), "season", ("summer", "winter", "spring")
    ),
    Domain("harvest", "the harvest", ("acres", "rain", "moisture", "workers"), "crop", ("wheat", "corn", "rice")),
    Domain("player", "players of our game", ("level", "kills", "coins", "lives"), "role", ("mage", "knight", "archer")),
    Domain("battery", "batteries", ("power", "hours", "load", "heat"), "brand", ("volta", "ampere", "ohm")),
    Domain(
        "reader", "readers of the library", ("books", "days", "fines", "visits"), "card", ("child", "adult", "senior")
    ),
    Domain(
        "applicant", "job applicants", ("years", "tests", "projects", "languages"), "team", ("sales", "design", "legal")
    ),
    Domain("patient", "patients on the ward", ("pulse", "dose", "fever", "weeks"), "ward", ("east", "west", "central")),
    Domain("song", "songs on the radio", ("plays", "likes", "minutes", "shares"), "genre", ("rock", "jazz", "folk")),
    Domain("trip", "bus trips", ("speed", "delay", "riders", "fuel"), "line", ("red", "blue", "green")),
    Domain("recipe", "recipes", ("salt", "sugar", "servings", "eggs"), "course", ("soup", "main", "dessert")),
    Domain("garden", "garden plots", ("width", "shade", "plants", "water"), "soil", ("clay", "sand", "loam")),
)

LABELS: tuple[tuple[str, ...], ...] = (
    ("gold", "silver", "bronze", "tin", "none"),
    ("high", "medium", "low", "minimal", "zero"),
    ("approved", "review", "denied", "waiting", "closed"),
    ("large", "middle", "small", "tiny", "empty"),
    ("urgent", "normal", "later", "never", "unknown"),
    ("strong", "fair", "weak", "poor", "void"),
    ("fast", "steady", "slow", "stuck", "parked"),
    ("alpha", "beta", "gamma", "delta", "omega"),
)
"""Each from best to worst; a task with n outcomes uses the first n, in the order that the family says."""
