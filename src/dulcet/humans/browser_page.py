"""The page that a real person sees: the agent's page and the page in mind as pictures, and a field for the answer.

It works without JavaScript and with the keyboard alone. Whatever the agent wrote is escaped; its page is a picture.
"""

from dataclasses import dataclass
from html import escape

LONGEST_REPLY = 1000
"""Characters of one reply (ColBench Frontend Design)."""
REFRESH = 1
"""Seconds between two looks whether the agent is done."""

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 1.5rem; color: #1f2328; background: #fff; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; align-items: start; }
figure { margin: 0; }
figcaption { font-weight: 600; margin-bottom: .25rem; }
img, .none { width: 100%; border: 1px solid #8c959f; }
.none { padding: 3rem 1rem; text-align: center; box-sizing: border-box; }
form { display: flex; gap: .5rem; margin: 1rem 0; }
input { flex: 1; font: inherit; padding: .5rem; }
button { font: inherit; padding: .5rem 1rem; }
.words { white-space: pre-wrap; border-left: 4px solid #0969da; padding-left: .75rem; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } }
"""


@dataclass(frozen=True)
class View:
    """What there is to see and to answer in one turn."""

    turn: int
    request: str
    """What the agent was asked for."""
    target: bytes
    """The page in mind, PNG."""
    shown: bytes | None
    """The agent's page, PNG; None where there is none."""
    words: str = ""
    """What the agent said beside its page."""
    note: str = ""
    """Why there is no picture of the agent's page."""
    said: tuple[str, ...] = ()
    """The person's own replies so far."""


def view_page(view: View) -> str:
    """The page with both pictures and the field."""
    words = f"<p>The designer says:</p><p class='words'>{escape(view.words)}</p>" if view.words else ""
    said = "".join(f"<li>{escape(reply)}</li>" for reply in view.said)
    earlier = f"<h2>What you have said so far</h2><ol>{said}</ol>" if said else ""
    shown = (
        f'<img src="shown-{view.turn}.png" alt="The page as the designer has made it">'
        if view.shown is not None
        else f'<p class="none">{escape(view.note)}</p>'
    )
    return _document(
        f"Turn {view.turn}",
        f"""<h1>Which differences do you see?</h1>
<p>You asked for: {escape(view.request)}</p>
{words}
<form method="post" action="reply" autocomplete="off">
<input type="hidden" name="turn" value="{view.turn}">
<label for="reply">Your answer</label>
<input id="reply" name="reply" maxlength="{LONGEST_REPLY}" autofocus>
<button name="do" value="send">Send</button>
<button name="do" value="leave">Leave</button>
</form>
<div class="pair">
<figure><figcaption>The designer's page</figcaption>{shown}</figure>
<figure><figcaption>What you have in mind (only you see it)</figcaption>
<img src="target-{view.turn}.png" alt="The page that you have in mind"></figure>
</div>
{earlier}""",
    )


def waiting_page() -> str:
    """Shown until the agent has its next page; looks again by itself."""
    text = '<h1 role="status">The designer is at work</h1><p>This page changes by itself.</p>'
    return _document("Please wait", text, refresh=True)


def ended_page() -> str:
    """Shown when the conversation is over."""
    return _document("The end", "<h1>That was it. Thank you!</h1><p>You can close this page.</p>")


def _document(title: str, body: str, *, refresh: bool = False) -> str:
    again = f'<meta http-equiv="refresh" content="{REFRESH}">' if refresh else ""
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} - dulcet</title>{again}
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>
<body>
{body}
</body></html>
"""
