"""The page in Chromium: ask, click a marker, see the quoted words in their source."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from api.app import create_app
from api.settings import ApiSettings
from index.settings import read_settings
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.serving import serving

pytestmark = pytest.mark.browser

FDA_QUESTION = "Which drugs has the FDA approved for ALS?"
QUOTE = "To date, riluzole and edaravone are the only two drugs approved"
KEY = "reader-key-0123456789"


@pytest.fixture
def watched(page: Page, service: str) -> Iterator[Page]:
    """The page, opened; it may log no error and ask no other host."""
    errors: list[str] = []
    foreign: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            errors.append(message.text)

    def note_request(request: Request) -> None:
        if not request.url.startswith((service, "data:")):
            foreign.append(request.url)

    page.on("console", note_message)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", note_request)
    page.goto(service)
    yield page
    assert errors == []
    assert foreign == []


def ask(page: Page, question: str) -> None:
    page.fill("#question", question)
    page.click("#ask")
    expect(page.get_by_role("heading", name=question, exact=True)).to_be_visible()


def test_marker_opens_the_source_with_the_quoted_words_highlighted(watched: Page) -> None:
    ask(watched, FDA_QUESTION)
    watched.locator("button.marker").first.click()

    mark = watched.locator("#source-pane mark.cited.current")
    expect(mark).to_contain_text(QUOTE)
    expect(mark).to_be_in_viewport()
    expect(watched.locator("#source-pane")).to_contain_text("34372914")


def test_references_link_to_pubmed_and_doi_and_name_what_is_missing(watched: Page) -> None:
    ask(watched, FDA_QUESTION)

    reference = watched.locator("[data-testid=reference]").first
    expect(reference.get_by_role("link", name=re.compile("^34372914"))).to_have_attribute(
        "href", "https://pubmed.ncbi.nlm.nih.gov/34372914/"
    )
    expect(reference.get_by_role("link", name=re.compile("s40035-021-00250-5"))).to_have_attribute(
        "href", "https://doi.org/10.1186/s40035-021-00250-5"
    )
    expect(reference).to_contain_text("authors not given")
    expect(reference).to_contain_text("2021")
    expect(watched.locator("[data-testid=reference]").nth(1)).to_contain_text("added")


def test_abstention_says_so_with_the_nearest_passage_and_a_search(watched: Page) -> None:
    ask(watched, "What is the recommended dose of riluzole?")

    expect(watched.locator("[data-testid=status]")).to_have_text("No answer found in the library")
    expect(watched.locator("[data-kind=searched]")).to_contain_text("2 documents")
    expect(watched.locator(".nearest blockquote")).to_contain_text("riluzole")
    link = watched.locator("[data-kind=pubmed_search] a")
    expect(link).to_have_attribute(
        "href", re.compile(r"^https://pubmed\.ncbi\.nlm\.nih\.gov/\?term=")
    )
    expect(watched.locator("button.marker")).to_have_count(0)


def test_listed_paper_opens_its_entry_on_the_page_that_lists_it(watched: Page) -> None:
    ask(watched, "Is there an article about a tale of two ALS drugs?")
    watched.locator("button.marker").first.click()

    expect(watched.locator("mark.cited.current")).to_contain_text("A tale of two amyotrophic")
    expect(watched.locator("[data-testid=reference]")).to_contain_text("30101496")


def test_whole_use_by_keyboard(watched: Page) -> None:
    watched.keyboard.press("/")
    watched.keyboard.type(FDA_QUESTION)
    watched.keyboard.press("Enter")
    marker = watched.locator("button.marker").first
    expect(marker).to_be_visible()
    marker.focus()
    watched.keyboard.press("Enter")
    expect(watched.locator("mark.cited.current")).to_be_visible()
    watched.keyboard.press("Escape")

    expect(watched.locator("#source-pane")).to_be_hidden()
    expect(marker).to_be_focused()


def test_text_of_a_question_is_never_markup(watched: Page) -> None:
    question = "<img src=x onerror=alert(1)><b>ALS</b>"
    ask(watched, question)

    expect(watched.locator("article.turn img, article.turn b")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280, 3840])
def test_nothing_runs_out_of_the_window(watched: Page, width: int) -> None:
    watched.set_viewport_size({"width": width, "height": 740})
    ask(watched, FDA_QUESTION)
    overflow = watched.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
    watched.locator("button.marker").first.click()
    expect(watched.locator("mark.cited.current")).to_be_in_viewport()

    assert overflow <= 0
    assert watched.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_refused_question_stays_in_the_box_with_the_reason(page: Page, service: str) -> None:
    page.goto(service)
    page.fill("#question", "?!")
    page.click("#ask")

    expect(page.locator("#error")).to_contain_text("Ask something in words")
    expect(page.locator("#question")).to_have_value("?!")


def test_page_asks_for_a_key_where_keys_are_set(
    chromium: Browser, default_settings: RagSettings, default_pipeline: Pipeline
) -> None:
    settings = read_settings(
        ApiSettings, data_dir=default_settings.data_dir, api_keys=f"reader:{KEY}"
    )
    context: BrowserContext = chromium.new_context()
    with serving(create_app(settings, pipeline=default_pipeline)) as address:
        page = context.new_page()
        page.goto(address)
        page.locator("#key-place input").fill(KEY)
        page.keyboard.press("Enter")
        expect(page.locator("#library-count")).to_be_visible()
        ask(page, FDA_QUESTION)
        expect(page.locator("button.marker").first).to_be_visible()
    context.close()


def test_api_documentation_works_offline_under_the_same_policy(watched: Page, service: str) -> None:
    watched.goto(f"{service}/docs")

    expect(watched.locator("#swagger")).to_contain_text("/api/v1/answers")
    watched.get_by_text("Create Answer").click()
    expect(watched.locator("#swagger")).to_contain_text("the answer is stored under its id")
