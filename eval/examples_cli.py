"""`alsqa eval examples`: some questions in, their answers as a Markdown page out."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
import yaml

from index.errors import SettingsError
from index.safe_files import replace_text
from index.settings import read_settings
from rag.answer_markdown import answer_to_markdown
from rag.settings import RagSettings

_FILE = Path(__file__).with_name("examples.yaml")
_HEAD = """# Answers

Made by `alsqa eval examples --out docs/answers.md` from the default documents, without a language model.
"""


def examples_command(
    questions: Annotated[Path, typer.Option(help="A list of questions, as YAML.")] = _FILE,
    out: Annotated[Path | None, typer.Option(help="The file to write; else print.")] = None,
) -> None:
    """Answer a list of questions and write the answers as Markdown."""
    from eval.evaluation import make_pipeline
    from rag.answer_json import answer_to_dict

    asked = _read(questions)
    with closing(make_pipeline(read_settings(RagSettings))) as pipeline:
        answers = [pipeline.answer(one) for one in asked]
    # Ids that are drawn anew each time would change every line of the page.
    parts = [
        answer_to_markdown(answer_to_dict(replace(one, answer_id=f"answer-{n}")))
        for n, one in enumerate(answers, start=1)
    ]
    page = "\n".join([_HEAD, *parts])
    if out is None:
        typer.echo(page, nl=False)
    else:
        replace_text(out, page)


def _read(path: Path) -> list[str]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(
            f"{path} cannot be read.", "Name a list of questions, as YAML."
        ) from error
    if not isinstance(content, list) or not all(isinstance(one, str) for one in content):
        raise SettingsError(
            f"{path} is no list of questions.", "Write a question a line after '- '."
        )
    return content
