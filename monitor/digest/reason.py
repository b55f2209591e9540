"""Why a finding stands, in one line of the frame's language: both figures, who gives them, how far they lie apart."""

from math import inf

from monitor.digest.quoting import clean
from monitor.digest.wording import Wording
from monitor.model.finding import Citation, Finding, OriginBasis, Relation

_COARSE = 3  # times: from here on a ratio needs no decimals


def why(finding: Finding, *, say: Wording) -> str:
    """Return the line, as in ``2 (FAMa) against 47 (CSP) and how many times as much``. Names in it are strangers' words, cleaned."""
    frame, a, b = say.frame, finding.a, finding.b
    if (a.kind, a.side) != (b.kind, b.side):
        part, whole = (b, a) if (b.kind, b.side) == (finding.kind, finding.side) else (a, b)
        if whole.quantity.high == 0:
            text = frame.gettext("{part} against none, {whole}")
        else:
            text = frame.gettext("{part} exceeds the whole, {whole}")
        return text.format(part=_of(part, say=say), whole=_of(whole, say=say))
    if finding.relation is Relation.DISTORTION:
        text = frame.gettext("{one} and {other} credit one speaker with {figure} and {other_figure}")
        return text.format(
            one=_channel(a, say=say),
            other=_channel(b, say=say),
            figure=_amount(a, say=say),
            other_figure=_amount(b, say=say),
        )
    text = frame.gettext("{one} against {other}").format(one=_figure(a, say=say), other=_figure(b, say=say))
    ratio = _ratio(a, b)
    return text if ratio is None else f"{text}, \u00d7{ratio}"


def name(cited: Citation) -> str:
    """Name whom a claim comes from: the speaker in the post's words, else the channel or family."""
    if cited.attributed_to is not None and cited.origin.basis is OriginBasis.SPEAKER:
        return clean(cited.attributed_to)
    kind, _, rest = cited.origin.id.partition(":")
    if kind == "channel" and rest == cited.ref.channel.casefold():
        return clean(cited.ref.channel)
    return clean(rest or cited.origin.id)


def _figure(cited: Citation, *, say: Wording) -> str:
    return f"{_amount(cited, say=say)} ({say.frame.isolate(name(cited))})"


def _amount(cited: Citation, *, say: Wording) -> str:
    return say.figure(cited.quantity, polarity=cited.polarity)


def _of(cited: Citation, *, say: Wording) -> str:
    """Write a figure with what it counts, where two count different things."""
    counted = [say.loss(cited.kind, item=None)]
    if cited.side is not None:
        counted.insert(0, clean(say.side(cited.side)))
    return f"{_amount(cited, say=say)} [{', '.join(counted)}] ({say.frame.isolate(name(cited))})"


def _channel(cited: Citation, *, say: Wording) -> str:
    return say.frame.isolate(clean(cited.ref.channel))


def _ratio(a: Citation, b: Citation) -> str | None:
    """Return how many times the lower figure the higher one is at least; ``None`` where that says nothing."""
    if a.polarity is not b.polarity:
        return None
    spans = [(cited.quantity.low or 0, inf if cited.quantity.high is None else cited.quantity.high) for cited in (a, b)]
    lower, upper = sorted(spans)
    if upper[0] <= lower[1] or lower[1] == 0:
        return None
    ratio = upper[0] / lower[1]
    return f"{ratio:.0f}" if ratio >= _COARSE else f"{ratio:.1f}"
