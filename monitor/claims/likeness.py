"""Which of the sides that a text names is the likeliest loser: each is weighed by how, where and in what part it is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from monitor.claims.context import SideContext
from monitor.claims.scene import PLACES, TOWN, Named

_MOST = 24  # sides looked at on either hand of a count, so that the time stays linear in the text
_REPEAT = 0.25  # what each further mention of a side adds, up to _MOST_REPEATS of them
_MOST_REPEATS = 3
_TOKEN = 0.06  # what a token of distance takes in the same sentence, up to _FARTHEST tokens
_FARTHEST = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each kind of mention speaks for its side; what is above 0 in sum is taken.

    ``details`` by the key of sides.toml, or of ``PLACES``; the other weights are added. ``earlier`` and ``later`` are what a
    sentence before or after takes, ``step`` what each further one takes. ``guilty`` is for a side that attacks elsewhere in
    the text, ``strange`` for a town of a country that is not named, ``groups`` for the persons beside the mention.
    """

    details: Mapping[str, float]
    located: float
    target: float
    actor: float
    source: float
    flag: float
    earlier: float
    later: float
    step: float
    guilty: float
    margin: float = 0.0
    strange: float = 0.0
    groups: Mapping[str, float] = field(default_factory=dict)


def likeliest(
    context: SideContext, at: int, weights: Weights, is_allowed: Callable[[str], bool], *, reach: int | None = None
) -> str | None:
    """Return the side that most speaks for, for a count at token ``at``; ``None`` where nothing does or two are as likely.

    ``reach`` is how many sentences before and after are looked at, flags then left out; ``None`` for all.
    """
    scene = context.scene
    scores: dict[str, float] = {}
    here = scene.sentence_of(context.first)
    for one in scene.around(at, most=_MOST):
        if is_allowed(one.side) and (reach is None or abs(one.sentence - here) <= reach):
            score = _score(one, context, at, weights, here)
            scores[one.side] = max(scores.get(one.side, score), score)
    if reach is None:
        for side in scene.flags:
            if is_allowed(side):
                score = weights.flag + (weights.actor if side in scene.actors else 0.0)
                scores[side] = max(scores.get(side, score), score)
    scores = {side: score for side, score in scores.items() if score > 0}
    for side in scores:
        scores[side] += _REPEAT * min(scene.counts.get(side, 1) - 1, _MOST_REPEATS)
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    if not ranked:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < weights.margin:
        return None
    return ranked[0][0]


def _score(one: Named, context: SideContext, at: int, weights: Weights, here: int) -> float:
    score = weights.details.get(one.detail, 0.0)
    score += weights.located * one.is_located + weights.target * one.is_target
    if one.is_actor and not one.is_target:
        score += weights.actor
    elif one.side in context.scene.actors and not one.is_located and one.detail not in PLACES:
        score += weights.guilty
    if one.group is not None:
        score += weights.groups.get(one.group, 0.0)
    source = context.source
    if source is not None and source.first <= one.first < source.last and one.detail not in PLACES:
        score += weights.source
    if one.detail == TOWN and context.scene.spoken and one.side not in context.scene.spoken:
        score += weights.strange
    if one.sentence == here:
        score -= _TOKEN * min(abs(one.first - at), _FARTHEST)
    elif one.sentence < here:
        score += weights.earlier + weights.step * (here - one.sentence - 1)
    else:
        score += weights.later + weights.step * (one.sentence - here - 1)
    return score
