"""Pictures of the page for the README: `python -m tests.browser.screenshots FOLDER`."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from api.app import create_app
from api.settings import ApiSettings
from index.embedding_models import load_embedder
from index.ingest import ingest
from index.settings import read_settings
from rag.pipeline import Pipeline
from tests.browser.conftest import CHROMIUM_FLAGS
from tests.serving import serving

_QUESTION = "Which drugs has the FDA approved for ALS?"
_ABSTENTION = "What is the recommended dose of riluzole?"
_SIZES = {"desktop": (1280, 900), "phone": (360, 740)}


def main(folder: Path) -> None:
    """Picture answer with source pane and abstention, light and dark, desktop and phone."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        settings = read_settings(ApiSettings, data_dir=Path(data))
        embedder = load_embedder()
        ingest(settings, embedder)
        pipeline = Pipeline(settings, embedder)
        with serving(create_app(settings, pipeline=pipeline)) as address, sync_playwright() as tool:
            browser = tool.chromium.launch(
                executable_path=shutil.which("chromium"), args=[*CHROMIUM_FLAGS]
            )
            for size in _SIZES:
                for scheme in ("light", "dark"):
                    _picture(browser, address, folder, size, scheme)
            browser.close()
        pipeline.close()


def _picture(browser: Browser, address: str, folder: Path, size: str, scheme: str) -> None:
    width, height = _SIZES[size]
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.goto(address)
    page.wait_for_selector("#library-count:not([hidden])")
    page.screenshot(path=folder / f"start-{size}-{scheme}.png")
    page.fill("#question", _ABSTENTION)
    page.click("#ask")
    page.wait_for_selector("[data-testid=answer]")
    page.screenshot(path=folder / f"abstention-{size}-{scheme}.png")
    page.click("#new-conversation")
    page.fill("#question", _QUESTION)
    page.click("#ask")
    page.wait_for_selector("[data-testid=answer] button.marker")
    page.screenshot(path=folder / f"answer-{size}-{scheme}.png")
    page.click("button.marker >> nth=0")
    page.wait_for_selector("mark.cited")
    page.wait_for_timeout(400)
    page.screenshot(path=folder / f"source-{size}-{scheme}.png")
    page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
