import socket

import pytest
from typer.testing import CliRunner

from api.cli import app
from index.errors import PortInUseError, SettingsError


def test_port_in_use_is_an_error_that_says_what_to_do() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = CliRunner().invoke(app, ["--port", str(port)])

    assert isinstance(result.exception, PortInUseError)
    assert f"127.0.0.1:{port}" in str(result.exception)
    assert "--port" in str(result.exception)


def test_open_address_without_keys_is_refused() -> None:
    result = CliRunner().invoke(app, ["--host", "0.0.0.0", "--port", "0"])

    assert isinstance(result.exception, SettingsError)


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_impossible_port_is_refused(port: str) -> None:
    result = CliRunner().invoke(app, ["--port", port])

    assert isinstance(result.exception, SettingsError)
    assert f"The port {port} (--port, or else ALSQA_PORT)" in str(result.exception)
