"""Chromium, and the page served over the default library."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from api.app import create_app
from api.settings import ApiSettings
from index.settings import read_settings
from rag.pipeline import Pipeline
from rag.settings import RagSettings
from tests.serving import serving

CHROMIUM_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; a skip where there is none, an error where ALSQA_REQUIRE_BROWSER is set."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("ALSQA_REQUIRE_BROWSER"):
            pytest.fail("Chromium is required here and is not installed.")
        pytest.skip("Chromium is not installed; the page is not tested.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*CHROMIUM_FLAGS])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def service(default_settings: RagSettings, default_pipeline: Pipeline) -> Iterator[str]:
    """The address of the service over the default library."""
    settings = read_settings(
        ApiSettings,
        data_dir=default_settings.data_dir,
        documents_dir=default_settings.documents_dir,
    )
    with serving(create_app(settings, pipeline=default_pipeline)) as address:
        yield address


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh browser profile on a desktop window."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
