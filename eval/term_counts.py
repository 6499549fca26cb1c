"""`python -m eval.term_counts`: how many documents of the public sets have each term, as shipped."""

import sys

from eval.corpus_folder import corpus_lines
from eval.settings import EvalSettings
from index.settings import read_settings
from index.term_rarity import TERM_COUNTS_FILE, write_term_counts

SETS = ("bioasq", "evidence_inference", "pubmedqa")
"""On all fields of medicine; none of the sets on ALS."""


def main() -> None:
    """Write the file anew and say what it holds."""
    settings = read_settings(EvalSettings)
    texts = (
        f"{record.get('title') or ''}\n{record.get('text') or ''}"
        for _, record in corpus_lines(settings.bench_data, SETS)
    )
    documents, terms = write_term_counts(texts, TERM_COUNTS_FILE)
    sys.stdout.write(f"{TERM_COUNTS_FILE}: {terms:,} terms of {documents:,} documents\n")


if __name__ == "__main__":
    main()
