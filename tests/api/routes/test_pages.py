import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.routes.pages import UI_FOLDER

_ADDRESS = re.compile(r"""(?:src|href|url|import|from)\s*[=(:]?\s*["'(]\s*(https?:)?//""")


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/ui/js/main.js", "/ui/vendor/swagger-ui-bundle.js"]
)
def test_pages_and_their_files_are_served_under_the_policy(client: TestClient, path: str) -> None:
    reply = client.get(path)

    assert reply.status_code == 200
    assert reply.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in reply.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/ui/vendor/secrets", "/ui/../app.py", "/ui/%2e%2e/settings.py"])
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("file", sorted(UI_FOLDER.rglob("*.*")), ids=lambda file: file.name)
def test_page_loads_nothing_from_other_hosts_and_sets_no_html(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    assert not _ADDRESS.search(text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
