"""Tasks written by hand: rules as people have them, not as a family makes them."""

from dulcet.benchmarks.backend.synthesis.draft import Draft

TRIBE = Draft(
    name="recognize_tribe",
    arguments=("members", "years_documented", "has_council", "has_treaty", "language_speakers"),
    body=(
        "if has_treaty:",
        "    return 'federal'",
        "if members >= 150 and years_documented > 90:",
        "    return 'federal' if has_council else 'pending'",
        "if members >= 50 or language_speakers > 12:",
        "    return 'state'",
        "return 'not recognized'",
    ),
    inputs={
        "members": (20, 49, 50, 51, 149, 150, 151, 400),
        "years_documented": (10, 89, 90, 91, 200),
        "has_council": (True, False),
        "has_treaty": (False, False, False, True),
        "language_speakers": (0, 11, 12, 13, 60),
    },
    purpose="tells whether a tribe is recognized, and by whom",
)

PARKING = Draft(
    name="parking_fee",
    arguments=("minutes", "weekend", "resident"),
    body=(
        "if minutes <= 20:",
        "    return 0",
        "hours = (minutes + 59) // 60",
        "rate = 2 if weekend else 4",
        "fee = min(24, rate * hours)",
        "return fee // 2 if resident else fee",
    ),
    inputs={
        "minutes": (5, 20, 21, 59, 60, 61, 121, 190, 355, 361, 700, 800),
        "weekend": (True, False),
        "resident": (True, False),
    },
    purpose="computes what a car owes when it leaves our car park",
)

LIBRARY_FINE = Draft(
    name="library_fine",
    arguments=("days_late", "item", "member_type"),
    body=(
        "if member_type == 'staff' or days_late <= 3:",
        "    return 0",
        "rates = {'book': 2, 'film': 5}",
        "fine = rates.get(item, 1) * (days_late - 3)",
        "return min(fine, 40)",
    ),
    inputs={
        "days_late": (0, 3, 4, 5, 10, 11, 12, 23, 24, 50),
        "item": ("book", "film", "map"),
        "member_type": ("staff", "student", "guest"),
    },
    purpose="computes the fine for things brought back late",
)

TEAM_NAME = Draft(
    name="pick_captain",
    arguments=("players", "minimum_games"),
    body=(
        "able = [p for p in players if p['games'] >= minimum_games and not p['injured']]",
        "if not able:",
        "    return 'nobody'",
        "best = max(able, key=lambda p: (p['goals'], -p['age']))",
        "return best['name']",
    ),
    inputs={
        "players": (
            [],
            [{"name": "Ida", "games": 9, "goals": 4, "age": 30, "injured": False}],
            [{"name": "Bo", "games": 5, "goals": 4, "age": 22, "injured": True}],
            [
                {"name": "Ann", "games": 9, "goals": 4, "age": 30, "injured": False},
                {"name": "Cy", "games": 8, "goals": 4, "age": 24, "injured": False},
            ],
            [
                {"name": "Eve", "games": 10, "goals": 7, "age": 33, "injured": False},
                {"name": "Dan", "games": 8, "goals": 2, "age": 21, "injured": False},
            ],
            [
                {"name": "Max", "games": 7, "goals": 9, "age": 19, "injured": True},
                {"name": "Pia", "games": 8, "goals": 3, "age": 27, "injured": False},
            ],
        ),
        "minimum_games": (5, 8, 9, 10),
    },
    purpose="picks the captain of our team",
)

HAND_WRITTEN = {"tribe": TRIBE, "parking": PARKING, "library_fine": LIBRARY_FINE, "captain": TEAM_NAME}
