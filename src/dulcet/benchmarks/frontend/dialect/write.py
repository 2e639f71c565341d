"""A page as lines of the dialect, in the one canonical form: what `parse_page` reads back as the same page."""

from dulcet.benchmarks.frontend.dialect.spec import KINDS, Page, Section


def write_page(page: Page) -> str:
    """All lines of a page."""
    return "\n".join([f"page {page.background}", *map(write_line, page.sections)])


def write_line(section: Section) -> str:
    """One section, e.g. `hero dark blue centred large | Fresh bread | button red Order`."""
    looks = [str(getattr(section, look)) for look in KINDS[section.kind].looks]
    fields = [" ".join([section.kind, *looks]), *(", ".join(texts) for texts in section.texts)]
    if section.button is not None:
        fields.append(f"button {section.button.colour} {section.button.label}")
    return " | ".join(fields)
