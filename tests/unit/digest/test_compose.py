"""What an edition holds, and in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations

from monitor.digest import compose, corrections
from monitor.model.claim import Kind, Polarity
from monitor.model.edition import ChannelCoverage, Coverage, Edition
from monitor.model.finding import Citation, Finding, OriginBasis, Relation, Status, StatusChange
from tests.builders import DAY, WINDOW, at, citation, claim, coverage, finding, incident, read_post


def composed(*findings: Finding, evidence: Sequence[Citation] = (), min_severity: int = 1) -> Edition:
    return compose(
        "daily",
        WINDOW,
        findings=findings,
        incidents=[incident()],
        evidence={"incident-1": evidence},
        coverage=coverage(sample_a=3),
        corrections=(),
        min_severity=min_severity,
    )


def test_an_origin_answers_once_with_its_latest_figure() -> None:
    army = citation(2, post="sample_army/1", origin="FAMa")
    first = citation(17, post="sample_a/1", origin="CSP", date=at(2))
    then = citation(47, post="sample_b/5", origin="CSP", date=at(9))
    (question,) = composed(finding(army, first), finding(army, then, severity=3)).contradictions
    assert [str(answer.cited.quantity) for answer in question.answers] == ["2", "47"]
    assert [str(told.quantity) for told in question.answers[1].earlier] == ["17"]


def test_who_only_repeats_a_figure_is_a_copy_and_the_first_post_is_cited() -> None:
    army = citation(2, post="sample_army/1")
    first = citation(47, post="sample_a/1", origin="sample_a", date=at(2))
    copy = citation(47, post="sample_b/9", origin="sample_a", basis=OriginBasis.COPY, date=at(3))
    (question,) = composed(
        finding(army, copy), finding(army, first), finding(first, copy, relation=Relation.SAME_ORIGIN)
    ).contradictions
    assert question.answers[1].cited == first
    assert question.answers[1].copies == (copy,)


def test_one_speaker_with_two_figures_answers_by_channel() -> None:
    one = citation(12, post="sample_a/1", origin="CSP")
    other = citation(20, post="sample_b/1", origin="CSP")
    (question,) = composed(finding(one, other, relation=Relation.DISTORTION)).contradictions
    assert [answer.cited for answer in question.answers] == [one, other]


def test_severity_comes_before_origins_and_origins_before_novelty() -> None:
    def ask(name: str, *, severity: int, origins: int, hour: float) -> list[Finding]:
        ends = [citation(10 * (n + 1), post=f"sample_{n}/1", date=at(hour)) for n in range(origins)]
        return [finding(ends[0], end, severity=severity, incident=name) for end in ends[1:]]

    asked = [
        *ask("old", severity=2, origins=2, hour=1),
        *ask("new", severity=2, origins=2, hour=8),
        *ask("many", severity=2, origins=4, hour=1),
        *ask("grave", severity=3, origins=2, hour=1),
    ]
    assert [question.incident for question in composed(*asked).contradictions] == ["grave", "many", "new", "old"]


def ended(hour: float, status: Status = Status.RESOLVED) -> Finding:
    change = StatusChange(status=status, at=at(hour), reason="the post was deleted")
    ends = citation(2, date=at(-30)), citation(47, post="sample_b/1", date=at(-20))
    return finding(*ends, severity=3, status=status, incident="ended", history=[change])


def test_a_contradiction_that_ended_in_the_window_is_settled() -> None:
    light = finding(citation(2), citation(3, post="sample_b/1"), severity=1, incident="light")
    edition = composed(ended(3), light)
    assert [question.incident for question in edition.settled] == ["ended"]
    assert [question.incident for question in edition.contradictions] == ["light"]
    assert [question.incident for question in edition.disputed] == ["light", "ended"]


def test_a_contradiction_that_ended_before_the_window_is_told_no_more() -> None:
    assert composed(ended(-5)).disputed == ()


def test_the_order_of_findings_does_not_matter() -> None:
    army, rebels, camp = citation(2), citation(47, post="sample_b/1"), citation(10, post="sample_c/1")
    findings = [finding(army, rebels, severity=3), finding(army, camp), finding(camp, rebels)]
    assert len({composed(*order) for order in permutations(findings)}) == 1


def test_contradictions_below_the_severity_are_only_counted() -> None:
    grave = finding(citation(2), citation(47, post="sample_b/1"), severity=3, incident="grave")
    light = finding(citation(2), citation(3, post="sample_b/1"), severity=1, incident="light")
    edition = composed(grave, light, min_severity=2)
    assert [question.incident for question in edition.contradictions] == ["grave"]
    assert edition.folded == 1


def test_an_open_contradiction_with_nothing_new_stands_from_before() -> None:
    before = finding(citation(2, date=at(-30)), citation(47, post="sample_b/1", date=at(-20)))
    edition = composed(before)
    assert edition.contradictions == ()
    assert [question.incident for question in edition.standing] == ["incident-1"]


def test_a_new_figure_of_one_origin_is_news_and_a_repetition_is_not() -> None:
    some, all_ = citation(2, date=at(-30)), citation(47, post="sample_b/1", date=at(-20))
    repeats = citation(47, post="sample_b/2", origin="sample_b", date=at(3))
    moves = citation(50, post="sample_b/3", origin="sample_b", date=at(4))
    assert composed(finding(some, all_), evidence=[some, all_, repeats]).moved == ()
    edition = composed(finding(some, all_), evidence=[some, all_, repeats, moves])
    assert (len(edition.contradictions), len(edition.moved)) == (0, 1)


def test_of_what_stands_from_before_only_the_two_ends_are_told() -> None:
    some, all_ = citation(2, date=at(-30)), citation(47, post="sample_b/1", date=at(-20))
    other = citation(10, post="sample_c/1", date=at(-25))
    edition = composed(finding(some, all_, severity=3), finding(some, other), evidence=[some, all_, other])
    assert set(edition.citations) == {some, all_}


def test_that_a_day_has_passed_is_no_news() -> None:
    change = StatusChange(status=Status.STANDING, at=at(3), reason="neither has moved in 24 hours")
    ends = citation(2, date=at(-30)), citation(47, post="sample_b/1", date=at(-20))
    edition = composed(finding(*ends, status=Status.STANDING, history=[change]))
    assert (len(edition.moved), len(edition.standing)) == (0, 1)


def test_two_that_differ_again_have_moved() -> None:
    change = StatusChange(status=Status.EVOLVING, at=at(3), reason="they differ again")
    ends = citation(2, date=at(-30)), citation(47, post="sample_b/1", date=at(-20))
    assert len(composed(finding(*ends, history=[change])).moved) == 1


def test_a_new_origin_moves_a_contradiction_known_before() -> None:
    some, all_ = citation(2, date=at(-30)), citation(47, post="sample_b/1", date=at(-20))
    other = citation(10, post="sample_c/1", date=at(3))
    edition = composed(finding(some, all_), finding(some, other))
    assert (len(edition.contradictions), len(edition.moved)) == (0, 1)


def silent(*ends: Citation, sides: Sequence[str], heard: Mapping[str, str]) -> tuple[str, ...]:
    """Return the sides found silent on an incident; ``heard`` gives the alignment of each channel followed."""
    followed = [
        ChannelCoverage(channel=channel, posts=1, last_post=at(1), alignment=alignment)
        for channel, alignment in heard.items()
    ]
    edition = compose(
        "daily",
        WINDOW,
        findings=[finding(*ends)],
        incidents=[replace(incident(), sides=tuple(sides))],
        evidence={"incident-1": ends},
        coverage=Coverage(channels=tuple(followed)),
        corrections=(),
        min_severity=1,
    )
    return edition.contradictions[0].silent


def test_a_side_concerned_that_has_a_voice_and_has_not_used_it_is_silent() -> None:
    rebels = replace(citation(47), alignment="CSP")
    paper = citation(2, post="sample_b/1")
    heard = {"sample_a": "CSP", "sample_army": "MLI", "sample_far": "UA"}
    assert silent(rebels, paper, sides=["MLI+WAGNER", "CSP"], heard=heard) == ("MLI",)


def test_a_side_without_a_channel_is_not_called_silent() -> None:
    ends = citation(47), citation(2, post="sample_b/1")
    assert silent(*ends, sides=["MLI"], heard={"sample_a": "CSP"}) == ()


def test_a_side_that_is_quoted_has_spoken() -> None:
    quoted = citation(2, post="sample_b/1", origin="speaker:mli", basis=OriginBasis.SPEAKER)
    assert silent(citation(47), quoted, sides=["MLI"], heard={"sample_army": "mli"}) == ()


def test_a_part_of_a_camp_speaks_for_it_and_a_state_for_its_civilians() -> None:
    ends = replace(citation(47), alignment="WAGNER"), replace(citation(2, post="sample_b/1"), alignment="UA")
    assert silent(*ends, sides=["RU", "civ-UA", "civ"], heard={"sample_a": "RU", "sample_b": "UA"}) == ()


def test_origins_that_agree_make_an_agreement() -> None:
    one, other = citation(7), citation(7, post="sample_b/1")
    edition = composed(finding(one, other, relation=Relation.CORROBORATE))
    assert [answer.cited for answer in edition.agreements[0].answers] == [one, other]


def test_one_origin_repeated_is_no_agreement() -> None:
    one, other = citation(7, origin="CSP"), citation(7, post="sample_b/1", origin="CSP")
    assert composed(finding(one, other, relation=Relation.SAME_ORIGIN)).agreements == ()


def test_a_channel_and_the_source_that_it_names_are_no_agreement() -> None:
    one, other = citation(7), citation(7, post="sample_a/2", origin="FAMa")
    assert composed(finding(one, other, relation=Relation.CORROBORATE)).agreements == ()


def test_an_agreement_lists_only_the_answers_that_meet() -> None:
    one, other = citation(5), citation(5, post="sample_b/1")
    more = citation("3..", post="sample_c/1")
    (question,) = composed(finding(one, other, relation=Relation.CORROBORATE), evidence=[one, other, more]).agreements
    assert [answer.cited for answer in question.answers] == [one, other]


def test_an_origin_that_has_moved_on_agrees_no_more() -> None:
    one, other = citation(5), citation(5, post="sample_b/1", origin="CSP")
    moved = citation(9, post="sample_b/2", origin="CSP", date=at(6))
    made = composed(finding(one, other, relation=Relation.CORROBORATE), evidence=[one, other, moved])
    assert made.agreements == ()


def test_to_deny_another_figure_leaves_ones_own() -> None:
    own = citation(2, origin="FAMa")
    theirs = citation(47, post="sample_b/1", origin="CSP")
    denies = citation(47, post="sample_a/2", origin="FAMa", polarity=Polarity.DENIED, date=at(5))
    (question,) = composed(finding(own, theirs), finding(denies, theirs)).contradictions
    assert [answer.cited for answer in question.answers] == [own, theirs, denies]
    assert all(answer.earlier == () for answer in question.answers)


def test_figures_that_agree_stay_in_the_question_they_are_part_of() -> None:
    army, rebels, paper = citation(2), citation(47, post="sample_b/1"), citation(47, post="sample_c/1")
    edition = composed(finding(army, rebels), finding(rebels, paper, relation=Relation.CORROBORATE))
    assert edition.agreements == ()
    assert len(edition.contradictions[0].answers) == 3


def test_an_edit_that_changes_the_figure_is_a_correction() -> None:
    cited = citation(12, date=at(-10), quote="12 killed")
    post = read_post(
        "sample_a/1",
        "12 killed",
        "already 20 killed",
        claims=[[claim(12, text="12 killed")], [claim(20, text="already 20 killed", words="20 killed")]],
        date=at(-10),
        revised_at=[at(4)],
    )
    (correction,) = corrections({WINDOW.start: (cited,)}, [post])
    assert not correction.is_gone
    assert (str(correction.now), correction.now_quote, correction.changed_at) == ("20", "20 killed", at(4))


def test_an_edit_that_leaves_the_figure_is_no_correction() -> None:
    cited = citation(12, date=at(-10), quote="12 killed")
    texts = ("12 killed", "12 killed, the army says")
    post = read_post(
        "sample_a/1", *texts, claims=[[claim(12, text=text)] for text in texts], date=at(-10), revised_at=[at(4)]
    )
    assert corrections({WINDOW.start: (cited,)}, [post]) == ()


def test_an_edit_that_takes_the_words_away_is_a_correction_without_a_figure() -> None:
    cited = citation(12, date=at(-10), quote="12 killed")
    post = read_post("sample_a/1", "12 killed", "Details later", claims=[[], []], date=at(-10), revised_at=[at(4)])
    (correction,) = corrections({WINDOW.start: (cited,)}, [post])
    assert (correction.now, correction.now_quote) == (None, None)


def test_a_denial_in_place_of_the_assertion_is_a_correction() -> None:
    cited = citation(12, date=at(-10), quote="12 killed")
    post = read_post(
        "sample_a/1",
        "12 killed",
        "12 killed: a lie",
        claims=[[], [claim(12, text="12 killed: a lie", polarity=Polarity.DENIED)]],
        date=at(-10),
        revised_at=[at(4)],
    )
    assert len(corrections({WINDOW.start: (cited,)}, [post])) == 1


def test_a_deleted_post_is_a_correction() -> None:
    cited = citation(12, date=at(-10))
    post = read_post("sample_a/1", "12 killed", date=at(-10), deleted_at=at(5))
    (correction,) = corrections({WINDOW.start: (cited,)}, [post])
    assert correction.is_gone
    assert correction.changed_at == at(5)


def test_a_correction_is_told_once() -> None:
    cited = citation(12, date=at(-40))
    post = read_post("sample_a/1", "12 killed", date=at(-40), deleted_at=at(-3))
    told_by_the_last_edition = {WINDOW.start - DAY: (cited,), WINDOW.start: ()}
    assert corrections(told_by_the_last_edition, [post]) == ()


def test_a_claim_cited_by_two_editions_is_corrected_once() -> None:
    cited = citation(12, date=at(-40))
    post = read_post("sample_a/1", "12 killed", date=at(-40), deleted_at=at(3))
    (correction,) = corrections({WINDOW.start - DAY: (cited,), WINDOW.start: (cited,)}, [post])
    assert correction.told_at == WINDOW.start


def test_before_the_first_edition_there_is_nothing_to_correct() -> None:
    assert corrections({}, [read_post("sample_a/1", "12 killed", deleted_at=at(3))]) == ()


def test_losses_of_different_kinds_are_different_questions() -> None:
    killed = finding(citation(2), citation(47, post="sample_b/1"))
    wounded = finding(
        citation(10, kind=Kind.WOUNDED, claim=1), citation(30, kind=Kind.WOUNDED, post="sample_b/1", claim=1)
    )
    assert {question.kind for question in composed(killed, wounded).contradictions} == {Kind.KILLED, Kind.WOUNDED}


def test_an_answer_that_fits_every_other_is_shown_too() -> None:
    some, all_ = citation(50), citation(84, post="sample_b/1")
    at_least = citation("20..", post="sample_c/1")
    edition = composed(finding(some, all_), evidence=[some, all_, at_least])
    assert [answer.cited for answer in edition.contradictions[0].answers] == [at_least, some, all_]


def test_what_is_said_of_other_losses_is_no_answer() -> None:
    some, all_ = citation(50), citation(84, post="sample_b/1")
    wounded = citation(10, kind=Kind.WOUNDED, post="sample_c/1")
    edition = composed(finding(some, all_), evidence=[some, all_, wounded])
    assert len(edition.contradictions[0].answers) == 2


def test_a_figure_taken_back_gives_way_to_one_that_stands() -> None:
    army = citation(2, post="sample_army/1")
    edited = citation(12, origin="sample_a", until=at(4))
    stands = citation(20, origin="sample_a", revision=1, date=at(4))
    (question,) = composed(finding(army, edited), evidence=[edited, stands]).contradictions
    assert question.answers[1].cited == stands
    assert question.answers[1].earlier == (edited,)
