"""Texts that a stranger could post to break a digest, each with what it tries, and an edition full of one."""

from monitor.digest import compose
from monitor.model.edition import ChannelCoverage, Correction, Coverage, Edition
from tests.builders import WINDOW, at, citation, finding, quantity

HOSTILE = {
    "closes the tag and opens another": "</b></a><b>bold",
    "opens a link": '<a href="https://evil.example">12 killed</a>',
    "script": "<script>alert(1)</script>",
    "image with a handler": "<img src=x onerror=alert(1)>",
    "leaves an attribute": '" onmouseover="alert(1)',
    "ready-made character references": "&lt;b&gt; &amp;amp; &#60;i&#62;",
    "unfinished reference": "&#x3c;b&#x3e &am",
    "comment and declaration": "<!-- --><!DOCTYPE x><![CDATA[ x ]]>",
    "unclosed tag": "<b <i <u",
    "markdown": "**12** [killed](https://evil.example) `x` ||spoiler||",
    "bare address": "https://evil.example/?q=1 www.evil.example evil.com/path",
    "javascript address": "javascript:alert(1)",
    "telegram address": "tg://resolve?domain=evil t.me/evil ton://transfer/x",
    "mention, hashtag, cashtag, command": "@evil_channel #tag $USD /start@bot",
    "mail address": "someone@evil.example",
    "right-to-left override": "killed \u202e21\u202c Malian soldiers",
    "unclosed embeddings": "\u202a\u202b\u202d\u202e12",
    "unclosed isolates": "\u2066\u2067\u206812",
    "stray pop": "12\u2069\u202c\u2069 killed",
    "marks of direction": "\u200e\u200f\u061c12",
    "zero-width characters in a number": "1\u200b2\u200c3\u2060 \ufeffkilled",
    "soft hyphen": "sol\u00addiers",
    "letters that show nothing": "12\u115f\u1160\u3164\uffa0\u2800 killed\u034f",
    "tag characters": "12\U000e0041\U000e0042\U000e007f killed",
    "nul and bell": "12\x00\x07 killed\x1b[31m",
    "carriage returns and line separators": "12\r\nkilled\u2028today\u2029\x0b\x0c\x85now",
    "a tower of marks": "1" + "\u0301" * 500 + "2",
    "a mark with no base": "\u0301\u0489killed",
    "lone surrogates": "12 \ud800 killed \udfff",
    "private use and noncharacters": "12 \ue000\ufdd0\ufffe\U0010ffff",
    "one word of 100 kB": "a" * 100_000,
    "one mark-laden word of 100 kB": "e\u0301" * 50_000,
    "astral letters": "\U0001d400" * 3_000,
    "families without end": "\U0001f469\u200d" * 2_000 + "\U0001f467",
    "flags": "\U0001f1f2\U0001f1f1" * 1_000,
    "skin tones": "\U0001f44b\U0001f3ff" * 1_000,
    "arabic with markup": "<b>\u0645\u0642\u062a\u0644 12\u202e</b>",
    "formula": '=HYPERLINK("https://evil.example";"12")',
    "only spaces": " \t\u00a0\u3000 ",
    "nothing": "",
    "entities nested without end": "&amp;" * 20_000,
    "entity definitions that grow": '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>&b;&b;',
    "numeric references of what shows nothing": "&#8238;12&#x200b;&#0;&#xD800;&#1114112;",
    "a thousand open tags": "<b>" * 1_000 + "12",
    "a thousand quotation marks": "\"'" * 1_000,
    "telegram's own tags": '<tg-spoiler>12</tg-spoiler><tg-emoji emoji-id="1">x</tg-emoji><blockquote>y</blockquote>',
    "code and preformatted": "<pre><code class=language-python>12</code></pre>",
    "a link to a user": '<a href="tg://user?id=1">killed</a>',
    "javascript address with a tab and mixed case": "JaVa\tScript:alert(1) java\nscript:alert(1)",
    "javascript address in references": "&#106;&#97;&#118;&#97;&#115;&#99;ript:alert(1)",
    "data and file addresses": "data:text/html,<script>alert(1)</script> file:///etc/passwd vbscript:x",
    "address that hides another": "https://t.me@evil.example/12 https://evil.example#t.me/sample_a/1",
    "address in letters that look alike": "https://t.m\u0435/sample_a/1 \u0430pple.example",
    "address with a space that does not break": "https://evil\u00a0.example/ https:\u200b//evil.example",
    "svg that runs": "<svg/onload=alert(1)><animate onbegin=alert(1) attributeName=x>",
    "style that loads": "<style>@import 'https://evil.example/x.css'</style><link rel=stylesheet href=//evil.example>",
    "end of a script": "</script><script>alert(1)</script>",
    "end of a title and a style": "</title></style><h1>12</h1>",
    "template braces": "{number} {{7*7}} ${7*7} %s %(x)s {0.__class__}",
    "formula with a plus": "+1+cmd|' /C calc'!A0",
    "formula with a minus": "-2+3+cmd|' /C calc'!A0",
    "formula with an at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula after a tab": "\t=1+1\r=2+2",
    "terminal sequences": "\x1b]0;evil\x07\x1b[2J12\x9b31m",
    "a mark that overlays": "12\u0336 k\u0338illed\u20dd",
    "bidi override inside a word": "k\u202ei\u2067l\u2069led 1\u061c2",
    "variation selectors": "1\ufe00\ufe0f2\U000e0100\U000e01ef",
    "interlinear annotation": "12\ufff9killed\ufffa21\ufffb",
    "byte order marks": "\ufeff12\ufffe\ufeff",
    "musical and format controls": "12\U0001d173\U0001d17a\U000110bd",
    "spaces of every width": "1\u20002\u20033\u200a4\u202f5\u205f6\u16807",
    "lines without end": "12\n" * 5_000,
    "digits of other scripts": "\u0661\u0662 \u06f1\u06f2 \u0967\u0968 \uff11\uff12",
    "a number of 4,000 digits": "9" * 4_000,
    "arabic ligature and tatweel without end": "\ufdfd" * 500 + "\u0640" * 500,
    "a conjunct without end": "\u0915\u094d" * 2_000,
    "hangul jamo without end": "\u1100\u1161\u11a8" * 1_000,
    "one right-to-left word of 100 kB": "\u0645" * 100_000,
    "quotation marks that close the quote": "12\u201d \u2014 \u201c21 killed",
    "a heading of the digest itself": "12\n\nNot shown: 0\n\U0001f534 1. Mali, killed: 99",
}


def hostile_edition(text: str) -> Edition:
    """Return an edition in which ``text`` stands wherever a stranger's words can."""
    ends = [
        citation(figure, post=post, quote=text, attributed_to=text, item=text, side=text or None)
        for figure, post in ((2, f"{text}/1"), (47, "sample_b/1"))
    ]
    found = finding(*ends, place=text, reason=text, severity=3)
    heard = Coverage(channels=(ChannelCoverage(channel=text, posts=0, last_post=None, state=text or "ok", holes=1),))
    corrected = Correction(
        told_at=WINDOW.start, cited=ends[0], changed_at=at(1), is_gone=False, now=quantity(3), now_quote=text
    )
    return compose(
        text,
        WINDOW,
        findings=[found],
        incidents=[],
        evidence={},
        coverage=heard,
        corrections=[corrected],
        min_severity=1,
    )
