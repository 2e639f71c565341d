"""Reference functions that the tests of the person share."""

APPROVE = """def approve(income, age, region):
    if income >= 54 and age < 30:
        return 'approved'
    return 'denied'
"""
TIERS = """def rate(score, bonus):
    if score >= 80:
        return 'gold'
    if score >= 60:
        return 'silver'
    if score >= 40:
        return 'bronze'
    return 'none'
"""
POINTS = """def admit(a, grade, c):
    points = 0
    if a > 5:
        points += 2
    if grade == 'x':
        points += 3
    return 'yes' if points >= 4 else 'no'
"""
FEE = """def charge(weight, zone):
    fee = 20 + 3 * max(0, weight - 10)
    if zone == 'far':
        fee += 5
    return fee
"""
DISCOUNT = """def pay(price, years):
    discount = min(30, years * 5)
    total = price - discount
    return round(total, 2)
"""
SELECT = """def keep(items):
    return [item['name'] for item in items if item['price'] > 3 and item['stock'] >= 1]
"""
LOOKUP = """def price(country, amount):
    rates = {'DE': 3, 'FR': 5}
    rate = rates.get(country, 2)
    return rate * amount
"""
RANK = """def best(players, k):
    ranked = sorted(players, key=lambda p: p['score'], reverse=True)
    return [p['name'] for p in ranked[:k]]
"""
RATIO = """def share(total, count):
    if count == 0:
        return 0
    return 100 * total // count
"""
WINDOW = """def is_open(hour, day):
    return 9 <= hour < 18 or day == 'sun'
"""
LABEL = """def label(name, count):
    if count > 1:
        return f"{name} ({count} pieces, please handle with care)"
    return name.strip().upper()
"""
ONE_LINER = "def speed(total_miles, total_minutes): return (total_miles / total_minutes) * 60\n"
ALL = {
    "approve": APPROVE,
    "tiers": TIERS,
    "points": POINTS,
    "fee": FEE,
    "discount": DISCOUNT,
    "select": SELECT,
    "lookup": LOOKUP,
    "rank": RANK,
    "ratio": RATIO,
    "window": WINDOW,
    "label": LABEL,
    "one_liner": ONE_LINER,
}
