"""The report of a run in Chromium, opened as a file: filters, links, both with a script and without."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect

from eval.report.page import write_report
from tests.eval.report.samples import MARKUP, sample_baseline, sample_run

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280)
CASES = 8


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the sample run's report."""
    folder = tmp_path_factory.mktemp("report")
    run = sample_run(folder / "run")
    baseline = sample_baseline(run, effect="right", dose="wrong", markup=None)
    write_report(run.path, folder / "report.html", baseline=baseline)
    return (folder / "report.html").as_uri()


@pytest.fixture
def watched(page: Page, report: str) -> Iterator[Page]:
    """The report, opened; it may log nothing and ask for nothing but itself."""
    logged: list[str] = []
    asked: list[str] = []

    def note_dialog(dialog: Dialog) -> None:
        logged.append(dialog.message)
        dialog.dismiss()

    page.on("console", lambda message: logged.append(message.text))
    page.on("pageerror", lambda error: logged.append(str(error)))
    page.on("dialog", note_dialog)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report)
    yield page
    assert logged == []
    assert [url for url in asked if not url.startswith((report, "data:"))] == []


def shown(page: Page) -> Locator:
    return page.locator("details.case:visible")


def sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_filters_and_text_leave_the_cases_that_fit(watched: Page) -> None:
    expect(shown(watched)).to_have_count(CASES)
    watched.select_option("#kind", "answerable")
    expect(shown(watched)).to_have_count(4)
    watched.select_option("#verdict", "!right")
    expect(shown(watched)).to_have_count(3)
    watched.select_option("#part", "held_out")
    expect(shown(watched)).to_contain_text("Year of approval?")
    expect(watched.get_by_role("status")).to_have_text(f"1 of {CASES} cases")

    watched.get_by_role("button", name="Show all").click()
    expect(shown(watched)).to_have_count(CASES)
    watched.fill("#find", "  APPROVED in ")
    expect(shown(watched)).to_have_count(2)
    watched.fill("#find", "no case says this")
    expect(watched.locator("#none-found")).to_be_visible()


def test_flips_against_the_baseline_can_be_filtered(watched: Page) -> None:
    watched.select_option("#change", "!same")
    expect(shown(watched)).to_have_count(2)
    watched.select_option("#change", "broken")
    expect(shown(watched)).to_contain_text("What does riluzole do?")
    watched.select_option("#change", "new")
    expect(shown(watched)).to_contain_text(MARKUP)


def test_count_in_a_table_leads_to_its_cases(watched: Page) -> None:
    table = watched.get_by_role("table", name=re.compile("^Tuning: difference"))
    table.get_by_role("row", name=re.compile("^answerable")).get_by_role("cell").nth(5).get_by_role(
        "link"
    ).click()

    expect(shown(watched)).to_have_count(1)
    expect(shown(watched)).to_contain_text("What does riluzole do?")
    expect(watched.locator("#cases")).to_be_in_viewport()


def test_link_to_a_case_opens_it_even_when_it_is_filtered_out(watched: Page) -> None:
    watched.select_option("#kind", "attack")
    watched.locator(".jumps").get_by_role("link", name="dose", exact=True).click()

    opened = watched.locator("details.case[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("summary").first).to_be_in_viewport()
    expect(opened).to_contain_text("Searched 1 document.")
    expect(opened.locator("summary").first).to_be_focused()


def test_address_of_a_case_opens_it(page: Page, report: str) -> None:
    page.goto(f"{report}#case-year-of-approval")

    opened = page.locator("details.case[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("summary").first).to_be_in_viewport()
    expect(opened.locator("mark").first).to_have_text("approved in 1995")


def test_page_is_whole_without_a_script(chromium: Browser, report: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{report}#case-year-of-approval")

    expect(page.locator("#filters")).to_be_hidden()
    expect(page.locator("details.case[open]")).to_contain_text("When was riluzole approved?")
    page.locator("details.case summary", has_text="What is the dose?").click()
    expect(page.locator("#case-dose").get_by_text("Searched 1 document.")).to_be_visible()
    context.close()


def test_slash_goes_to_the_search_and_tab_to_the_filters(watched: Page) -> None:
    watched.keyboard.press("/")
    expect(watched.locator("#find")).to_be_focused()
    watched.keyboard.type("dose")
    expect(shown(watched)).to_have_count(1)
    watched.keyboard.press("Tab")
    expect(watched.locator("#kind")).to_be_focused()


def test_text_of_a_question_is_never_markup(watched: Page) -> None:
    expect(watched.locator("#case-list script")).to_have_count(0)
    expect(watched.get_by_text(MARKUP).first).to_be_visible()
    expect(watched.locator(".code-point", has_text="U+0007").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_out_of_the_window(
    chromium: Browser, report: str, tmp_path: Path, width: int, scheme: str
) -> None:
    page = chromium.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(report)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.screenshot(path=tmp_path / f"report-{width}-{scheme}.png", full_page=True)

    assert sideways(page) <= 0
    page.close()
