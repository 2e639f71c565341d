"""The words that pages are made of: businesses, and what each would write on its page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Business:
    """One trade: what it calls itself and what it offers."""

    noun: str
    """As a request begins with it, e.g. `Bakery`."""
    slogans: tuple[str, ...]
    items: tuple[str, ...]
    """What it offers, one or two words each."""
    links: tuple[str, ...]
    """What its menu may lead to, beside Home and Contact."""
    calls: tuple[str, ...]
    """What is written on its buttons."""


BUSINESSES: tuple[Business, ...] = (
    Business(
        "Bakery",
        ("Fresh bread every day", "Baked before sunrise", "Flour water and time", "The smell of morning"),
        ("Bread", "Cakes", "Coffee", "Rolls", "Pies", "Cookies"),
        ("Menu", "Shop", "Recipes"),
        ("Order now", "See the menu"),
    ),
    Business(
        "Florist",
        ("Flowers for every day", "Say it with roses", "Picked this morning", "A garden in a vase"),
        ("Roses", "Tulips", "Weddings", "Wreaths", "Plants", "Gifts"),
        ("Shop", "Weddings", "Delivery"),
        ("Send flowers", "Shop now"),
    ),
    Business(
        "Law firm",
        ("Clear advice you can trust", "On your side in court", "Law in plain words", "We listen first"),
        ("Family law", "Contracts", "Taxes", "Estates", "Labour law", "Housing"),
        ("Team", "Services", "Cases"),
        ("Book a call", "Ask a lawyer"),
    ),
    Business(
        "Yoga studio",
        ("Breathe in and let go", "Find your balance", "Strong and calm", "Time for yourself"),
        ("Morning yoga", "Evening yoga", "Meditation", "Retreats", "Pilates", "Kids"),
        ("Classes", "Teachers", "Prices"),
        ("Join a class", "Try it free"),
    ),
    Business(
        "Restaurant",
        ("Good food and good friends", "A taste of the coast", "Slow food fast smiles", "Dinner is served"),
        ("Starters", "Pasta", "Fish", "Desserts", "Wine", "Lunch"),
        ("Menu", "Events", "Gallery"),
        ("Book a table", "See the menu"),
    ),
    Business(
        "Book shop",
        ("Stories for long evenings", "Lose yourself in a page", "New and old books", "Every shelf a journey"),
        ("Novels", "Poetry", "History", "Comics", "Travel", "Cooking"),
        ("Books", "Authors", "Events"),
        ("Browse books", "Find a story"),
    ),
    Business(
        "Bike repair",
        ("Back on the road today", "We fix every bike", "Two wheels one love", "Ride on"),
        ("Repairs", "Tyres", "Brakes", "Lights", "Rentals", "Helmets"),
        ("Services", "Prices", "Rentals"),
        ("Book a repair", "Get a price"),
    ),
    Business(
        "Dentist",
        ("A smile for life", "Gentle care for teeth", "No fear no pain", "Your smile matters"),
        ("Check ups", "Cleaning", "Braces", "Whitening", "Implants", "Children"),
        ("Team", "Services", "Hours"),
        ("Book a visit", "Call us"),
    ),
    Business(
        "Travel agency",
        ("See the world slowly", "Your next trip starts here", "Far away and back", "Pack your bags"),
        ("Islands", "Mountains", "Cities", "Deserts", "Cruises", "Trains"),
        ("Trips", "Offers", "Guides"),
        ("Plan a trip", "See offers"),
    ),
    Business(
        "Music school",
        ("Play your first song", "Music for all ages", "Learn to listen", "Find your sound"),
        ("Piano", "Guitar", "Drums", "Violin", "Singing", "Theory"),
        ("Lessons", "Teachers", "Concerts"),
        ("Start today", "Book a lesson"),
    ),
    Business(
        "Creative agency",
        ("Ideas that move people", "We draw outside the lines", "Brands with a voice", "Make it bold"),
        ("Branding", "Web design", "Photos", "Films", "Print", "Strategy"),
        ("Work", "Team", "Ideas"),
        ("Start a project", "See our work"),
    ),
    Business(
        "Animal shelter",
        ("Every pet needs a home", "Adopt a friend", "Paws and second chances", "Love has four legs"),
        ("Dogs", "Cats", "Rabbits", "Birds", "Horses", "Ponies"),
        ("Animals", "Adopt", "Help"),
        ("Adopt now", "Give today"),
    ),
    Business(
        "Garden centre",
        ("Grow something good", "Alive all year", "Seeds of a better summer", "Dig in"),
        ("Seeds", "Trees", "Herbs", "Tools", "Pots", "Soil"),
        ("Plants", "Tools", "Advice"),
        ("Shop plants", "Get advice"),
    ),
    Business(
        "Gym",
        ("Stronger every week", "Train with friends", "No excuses", "Sweat and smile"),
        ("Weights", "Boxing", "Cycling", "Swimming", "Coaching", "Sauna"),
        ("Classes", "Trainers", "Prices"),
        ("Join now", "Free trial"),
    ),
    Business(
        "Museum",
        ("Where the past is alive", "Look closer", "A thousand years of art", "Come and wonder"),
        ("Paintings", "Sculpture", "Photos", "Maps", "Coins", "Masks"),
        ("Visit", "Shows", "Shop"),
        ("Buy tickets", "Plan a visit"),
    ),
    Business(
        "Software company",
        ("Software that stays out of the way", "Work less do more", "Simple tools for teams", "Ship it on Friday"),
        ("Planning", "Billing", "Reports", "Support", "Security", "Backups"),
        ("Product", "Prices", "Docs"),
        ("Try it free", "Get a demo"),
    ),
)

PEOPLE: tuple[str, ...] = (
    *("Rosa", "Marten", "Ines", "Otto", "Amara", "Felix", "Greta", "Hugo", "Leila", "Nils", "Olive", "Pablo"),
    *("Quinn", "Rafi", "Selma", "Tomas", "Ursula", "Vera", "Willow", "Yara"),
)
PLACES: tuple[str, ...] = (
    *("Harbour", "Hilltop", "Old Town", "River", "Station", "Corner", "Garden", "Northside", "Lakeside", "Sunny"),
    *("Silver", "Golden"),
)
"""With PEOPLE what a business may be called by: `Rosa Bakery`, `Harbour Bakery`."""

CLOSINGS: tuple[str, ...] = (
    "Open from six",
    "See you soon",
    "Call us any time",
    "Find us at the market",
    "Made with care",
    "Closed on Mondays",
    "Come and say hello",
    "Since 1984",
)
"""What is written at the foot of a page."""

ABOUT: tuple[tuple[str, str], ...] = (
    ("About us", "We are a team of friends who love their work"),
    ("Our story", "It all began with one room and two friends"),
    ("Why us", "We take our time and we keep our word"),
    ("How we work", "You tell us what you need and we do the rest"),
)
"""Heading and paragraph."""

QUOTES: tuple[tuple[str, str], ...] = (
    ("I would come back every week", "Dana"),
    ("Friendly people and fair prices", "Sam"),
    ("Simply the best in town", "Mia"),
    ("They thought of everything", "Jon"),
)
"""What a customer says, and who it is."""

LISTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Opening hours", ("Monday to Friday", "Saturday morning", "Closed on Sunday")),
    ("What you get", ("Good advice", "Fair prices", "Fast service")),
    ("Good to know", ("Free parking", "Cards welcome", "Dogs welcome")),
)
"""Heading and items."""

FORMS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Write to us", ("Name", "Message"), "Send"),
    ("Stay in touch", ("Name", "Email"), "Sign up"),
    ("Ask a question", ("Email", "Question"), "Ask"),
)
"""Heading, labels, and what is written on the button."""

MOODS: tuple[str, ...] = (
    *("friendly", "clean", "modern", "bold", "calm", "warm", "simple", "playful", "elegant", "professional"),
    *("fresh", "inviting"),
)
"""How a request calls the look it wants: it says as little in our pages as in most requests."""
