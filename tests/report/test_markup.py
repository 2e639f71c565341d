from dulcet.report.markup import Markup, escape, join, tag


def test_text_is_escaped_between_tags_and_in_attributes():
    made = tag("p", "<b>&'\"", title='"><script>')
    assert made == '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt;&amp;&#x27;&quot;</p>'


def test_markup_is_not_escaped_twice_and_none_is_nothing():
    assert tag("p", tag("b", "x"), None, [" ", 3]) == "<p><b>x</b> 3</p>"
    assert isinstance(join(["a"]), Markup)


def test_attributes():
    assert tag("meta", http_equiv="X") == '<meta http-equiv="X">'
    assert tag("details", class_="c", open=True, title=None, hidden=False) == '<details class="c" open></details>'


def test_characters_that_hide_or_reorder_text_are_shown():
    assert escape("a\u202eb\x00\ud800") == "a[U+202E]b[U+0000][U+D800]"
    assert escape("é\n\tx") == "é\n\tx"
