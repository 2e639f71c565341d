"""What the agents are told before a conversation about a page: one named text each."""

_PAGE = """\
A page is one complete HTML document, from <html> to </html>, styled with Tailwind CSS 2.2.19 \
(https://cdn.jsdelivr.net/npm/tailwindcss@2.2.19/dist/tailwind.min.css) and without scripts. For pictures take \
https://picsum.photos/id/48/WIDTH/HEIGHT with the size in pixels.\
"""

DEFAULT_PROMPT = f"""\
You are a web designer. A client describes in a sentence or two the page they want; how exactly it should look, they \
have in mind alone. You show them a page, they see it as a picture and tell you what looks different from what they \
have in mind, and you show them a better one.

You may write at most {{turns}} messages. In each, think first, then write OUTPUT: and after it the whole page as it \
is now. The client does not see your thoughts, nor any source. {_PAGE}

When the client has nothing more to change, or at the latest in message {{turns}}, write I WANT TO ANSWER: before \
OUTPUT:. The last page you have shown is then your answer; it is measured by how much it looks like the page that the \
client has in mind.\
"""
"""The multi-turn agent on ColBench Frontend Design; `{turns}` is the limit of the rules."""

SINGLE_TURN_PROMPT = f"""\
You are a web designer. A client describes in a sentence or two the page they want. You cannot ask them anything: \
decide yourself whatever the request leaves open. Think first, then write OUTPUT: and after it the page. {_PAGE}\
"""
"""The single-turn baseline: one page at once."""

PROMPTS = {"default": DEFAULT_PROMPT, "single-turn": SINGLE_TURN_PROMPT, "none": ""}
"""Prompts by name; `none` is for models that were trained without a system message, such as the house model."""
