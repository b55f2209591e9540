"""The report in a real browser, headless and without a network."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from monitor.digest import LANGUAGES, compose, render_report
from monitor.model.edition import Edition
from tests.builders import WINDOW, at, citation, coverage, finding, incident
from tests.unit.digest.hostile import HOSTILE, hostile_edition

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
ZONE = ZoneInfo("Europe/Kyiv")
QUESTIONS, ANSWERS = 200, 10  # 2,000 claims
SIDES, PLACES = ("MLI", "RU", "UA", "civ-UA"), ("Tinzaouaten", "Pokrovsk", "Тінзаватен", "تينزواتين")

pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@dataclass
class Seen:
    """What a page complained of and asked for."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


def opened(browser: Browser, path: Path, *, width: int = 1_000) -> tuple[Page, Seen]:
    page, seen = browser.new_page(viewport={"width": width, "height": 800}), Seen()
    page.on("console", lambda message: seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(path.as_uri())
    return page, seen


def large() -> Edition:
    findings = []
    for number in range(QUESTIONS):
        side, place = SIDES[number % len(SIDES)], PLACES[number // 2 % len(PLACES)]
        ends = [
            citation(
                10 * (origin + 1),
                post=f"sample_{origin}/{number + 1}",
                side=side,
                date=at(origin),
                quote="قُتل 47 <b>двохсотих</b> killed",
            )
            for origin in range(ANSWERS)
        ]
        findings += [
            finding(ends[0], end, incident=f"incident-{number}", side=side, place=place, severity=1 + number % 3)
            for end in ends[1:]
        ]
    return compose(
        "daily",
        WINDOW,
        findings=findings,
        incidents=[incident()],
        evidence={},
        coverage=coverage(sample_0=3),
        corrections=(),
        min_severity=1,
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "daily.html"
    path.write_text(render_report(large(), zone=ZONE), encoding="utf-8")
    return path


def test_filters_show_what_they_say_and_can_be_taken_off(browser: Browser, report: Path) -> None:
    page, seen = opened(browser, report)
    expect(page.locator("output")).to_have_text(f"{QUESTIONS} of {QUESTIONS} shown")
    page.get_by_label("Side").select_option(label="Ukraine")
    expect(page.locator("article:visible")).to_have_count(QUESTIONS // len(SIDES))
    headings = page.locator("article:visible h3").all_text_contents()
    assert all("Ukraine, killed" in heading for heading in headings)
    page.get_by_label("Severity").select_option(label="3 major")
    page.get_by_label("Place").select_option(label="Pokrovsk")
    expect(page.locator("article:visible").filter(has_not_text="Pokrovsk")).to_have_count(0)
    found = page.locator("article:visible").count()
    assert 0 < found < QUESTIONS // len(SIDES)
    expect(page.locator("output")).to_have_text(f"{found} of {QUESTIONS} shown")
    expect(page.locator("main details[data-f]:visible")).to_have_count(found)
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("article:visible")).to_have_count(QUESTIONS)
    page.get_by_label("Channel").select_option(label="sample_3")
    page.get_by_label("Kind").select_option(label="killed")
    expect(page.locator("article:visible")).to_have_count(QUESTIONS)
    assert seen.complaints == []


def test_it_asks_for_nothing_but_itself(browser: Browser, report: Path) -> None:
    page, seen = opened(browser, report)
    page.wait_for_load_state("networkidle")
    assert seen.requests == [report.as_uri()]
    assert seen.complaints == []


def test_two_thousand_claims_open_within_two_seconds(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report)
    took_ms = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    assert page.locator("article > ol > li").count() == QUESTIONS * ANSWERS
    assert 0 < took_ms < 2_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["one word of 100 kB", "telegram address"])
def test_a_narrow_phone_scrolls_only_down(browser: Browser, tmp_path: Path, language: str, words: str) -> None:
    path = tmp_path / "daily.html"
    path.write_text(render_report(hostile_edition(HOSTILE[words]), zone=ZONE, language=language), encoding="utf-8")
    page, seen = opened(browser, path, width=360)
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert seen.complaints == []


def test_hostile_texts_run_nothing(browser: Browser, tmp_path: Path) -> None:
    every = [hostile_edition(text) for text in HOSTILE.values()]
    together = replace(
        every[0],
        contradictions=tuple(question for edition in every for question in edition.contradictions),
        corrections=tuple(correction for edition in every for correction in edition.corrections),
    )
    path = tmp_path / "daily.html"
    path.write_text(render_report(together, zone=ZONE), encoding="utf-8")
    page, seen = opened(browser, path)
    assert page.locator("article").count() == len(HOSTILE)
    assert page.evaluate("document.scripts.length") == 1
    assert (seen.complaints, seen.requests) == ([], [path.as_uri()])


def test_every_filter_and_link_is_reached_by_the_keyboard_and_named(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report)
    page.get_by_label("Place").select_option(label="Pokrovsk")
    page.get_by_label("Side").focus()
    names = []
    for _ in range(8):
        names.append(page.evaluate("document.activeElement.localName"))
        page.keyboard.press("Tab")
    assert names == ["select"] * 5 + ["button", "a", "a"]
    assert all(page.get_by_role("link").all_text_contents())
    assert all(page.get_by_role("heading").all_text_contents())
    charts = page.locator("svg[role=img]")
    assert charts.evaluate_all("charts => charts.every(chart => chart.getAttribute('aria-label'))")


def test_on_paper_it_has_no_filters_and_opens_every_part(browser: Browser, report: Path) -> None:
    page, _ = opened(browser, report)
    page.emulate_media(media="print")
    assert not page.locator("form").is_visible()
    assert page.pdf().startswith(b"%PDF")
    assert page.locator("details:not([open])").count() == 0
