"""The one command: mounts the sub-commands of each package, holds no logic."""

import sys

import typer
from rich.console import Console
from rich.text import Text

from api.cli import app as api_app
from eval.cli import app as eval_app
from eval.train_cli import app as train_app
from index.cli import app as index_app
from index.errors import AlsqaError
from index.fetch_cli import app as fetch_app
from rag.claim_cli import app as claim_app
from rag.cli import app as rag_app
from rag.export_cli import app as export_app
from rag.replay_cli import app as replay_app
from rag.status_cli import app as status_app

app = typer.Typer(
    name="alsqa",
    help="Answers about ALS from the literature it is given, every sentence with its source.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for _mounted in (index_app, rag_app, claim_app, export_app, replay_app, status_app, api_app):
    app.registered_commands += _mounted.registered_commands
app.add_typer(fetch_app, name="fetch")
app.add_typer(eval_app, name="eval")
app.add_typer(train_app, name="train")


def main() -> None:
    """Run the command; an error that alsqa raises on purpose is one line and exit code 1."""
    try:
        app()
    except AlsqaError as error:
        message = Text.assemble(("Error: ", "red bold"), str(error))
        Console(stderr=True).print(message, soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
