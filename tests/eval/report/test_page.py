import base64
import hashlib
import re
import unicodedata
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.baseline import baseline_of
from eval.measures.score import NotScored
from eval.report.page import write_report
from eval.report.text import plain, shown
from index.errors import SettingsError
from tests.eval.made_runs import made_run
from tests.eval.report.samples import (
    APPROVED,
    MARKUP,
    NEW,
    Sample,
    answer,
    interrupt,
    sample_baseline,
    sample_records,
    sample_run,
)

_TAG = re.compile(r"<[^>]+>")
_VOID = {"meta", "link", "br", "input", "path", "rect", "use"}


class _Outline(HTMLParser):
    """What is open, every id, and every attribute of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.astray: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)
        self._note(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self._note(attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.astray.append(tag)

    def _note(self, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value for name, value in attrs if name == "id" and value]


def words(markup: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", markup)).split())


def row(page: str, caption: str, name: str) -> str:
    """The words of a row, by its table's caption and its first cell."""
    table = page[page.index(f"<caption>{caption}") :]
    table = table[: table.index("</table>")]
    rows = [words(one) for one in re.split(r"<tr[^>]*>", table)]
    return next(one for one in rows if one.startswith(f"{name} "))


def case(page: str, case_id: str) -> str:
    return next(
        one for one in page.split('<details class="case"')[1:] if f">{case_id}</span>" in one
    )


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The report of the sample run."""
    write_report(sample_run(tmp_path / "run").path, tmp_path / "report.html")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_head_says_what_was_run_on_what(page: str) -> None:
    head = words(page[page.index("<main") : page.index('id="kinds"')])

    for expected in ("made up", "2026-01-01T00:00:00+00:00", "took 60 s", "cores 2", "python 3.11"):
        assert expected in head
    for expected in ("Corpus c0", "Embedding e0", "Questions q0", "composer extractive", "Run run"):
        assert expected in head
    assert re.search(r"Hash [0-9a-f]{16}\b", head)
    assert "Complete yes" in head
    assert 'class="banner"' not in page


def test_kinds_have_counts_share_and_interval_by_part(page: str) -> None:
    assert row(page, "Tuning", "answerable") == "answerable 50.0% 9–91 3 1 1 0 1"
    assert row(page, "Tuning", "personal") == "personal not scored – 1 0 0 1 0"
    assert row(page, "Held out", "answerable") == "answerable 0.0% 0–79 1 0 1 0 0"


def test_what_was_not_scored_is_never_a_number(page: str) -> None:
    head = "Tuning: means over the cases that were scored"
    unscored = case(page, "too-slow")

    assert row(page, head, "support rate") == "support rate not scored – 0 5"
    assert row(page, head, "recall@5").startswith("recall@5 1.000")
    assert "confidence not scored" in words(unscored)
    assert "not scored, nobody judged: support rate" in words(case(page, "dose"))
    assert "0.000" not in page
    assert "it took over 60 s" in unscored


def test_text_of_a_question_is_never_markup(page: str) -> None:
    outline = _Outline(page)

    assert outline.astray == []
    assert outline.open == []
    assert page.count("<script") == 1
    assert MARKUP in words(case(page, "markup"))
    assert "Notes on &lt;riluzole&gt;" in page


def test_characters_that_cannot_be_seen_are_named(page: str) -> None:
    question = words(case(page, "unseen"))

    unseen = {char for char in page if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert unseen == {"\n", "\t"}
    assert "What is U+0007 ALS U+202E U+2066 ? U+000D And U+0000 more" in question


@given(st.text())
def test_shown_text_is_escaped_and_has_nothing_unseen(text: str) -> None:
    made = shown(text)

    assert not re.search(r"<(?!span class=\"code-point\">U\+[0-9A-F]{4,6}</span>|/span>)", made)
    assert all(unicodedata.category(one) not in ("Cf", "Cs", "Zl", "Zp") for one in made)
    assert plain(made) is made
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", f"{made}{plain(text)}")


def test_plain_text_stays_as_it_is_in_both_forms() -> None:
    assert shown("α < β\n\tand “so”") == "α &lt; β\n\tand “so”"
    assert plain("α < β\n") == "α < β\n"
    assert plain("a\u202eb\ud800") == "a⟨U+202E⟩b⟨U+D800⟩"
    assert plain(0) == 0


def test_gold_is_highlighted_to_the_letter_in_answer_and_ranking(page: str) -> None:
    right = case(page, "year-of-approval")

    marked = "It was <mark>approved in 1995</mark>, and many trials failed since."
    assert right.count(marked) == 2
    assert "2 0.500 gold [1]" in words(right)
    assert "cited as [1] , ranked 2" in words(right)
    assert "1995" in right[right.index("Required") :]


def test_gold_that_is_missed_or_stands_nowhere_is_said(page: str) -> None:
    assert "not cited , ranked 1" in words(case(page, "effect"))
    assert "it cites none of the words that answer" in words(case(page, "effect"))
    assert "stands there no more" in words(case(page, "gone"))
    assert "pmid:1 does not say so" in words(case(page, "gone"))


def test_answer_is_shown_with_markers_references_and_notices(page: str) -> None:
    wrong, abstained = words(case(page, "effect")), words(case(page, "dose"))

    assert f"{NEW} [1]" in wrong
    assert "Ann & Bob, container not given, 2021 PMID 11111111" in wrong
    assert "No sentence." in abstained
    assert "searched Searched 1 document. https://x.test/?a=b" in abstained
    assert "The question was refused." in words(case(page, "unseen"))
    assert "No answer came." in words(case(page, "too-slow"))


def test_broken_invariant_is_counted_and_leads_to_its_case(page: str) -> None:
    assert row(page, "Invariants", "quotes") == "quotes 1"
    assert '<span class="pill good">0</span>' in page
    assert '<span class="pill bad">1</span>' in page
    listed = page[page.index("Cases with a broken invariant") :]
    assert '<a href="#case-effect">effect</a>' in listed
    assert "quotes: sentence 1 is no quote" in words(case(page, "effect"))


def test_flips_against_the_baseline_are_listed_and_marked(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run")
    baseline = sample_baseline(
        run, effect="right", dose="wrong", markup=None, too_slow="right", no_more="right"
    )
    baseline["measures"]["tuning"]["kinds"]["answerable"]["share"] = 0.25
    baseline["measures"]["tuning"]["measures"]["recall@5"]["mean"] = 1.0
    write_report(run.path, tmp_path / "report.html", baseline=baseline)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")

    flips = words(page[page.index('id="flips"') : page.index('id="cases"')])
    assert "Changes against main 1 no longer right ✗ wrong effect" in flips
    assert "1 now right ✓ right dose 1 another verdict – not scored too-slow was right" in flips
    assert "1 not in the baseline ✓ right markup 1 of the baseline not asked no-more" in flips
    assert "was right" in words(case(page, "effect"))
    assert ' data-change="same"' in case(page, "gone")
    assert "50.0% 9–91 +25.0 3" in row(page, "Tuning", "answerable")
    assert "1.000 1.00–1.00 ±0 5" in row(page, "Tuning: means", "recall@5")


def test_baseline_as_it_is_committed_can_be_compared_with(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run")
    baseline = baseline_of(run, why="first").to_dict()
    write_report(run.path, tmp_path / "report.html", baseline=baseline)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")

    assert "No case has another verdict than before." in page
    assert f"against the baseline {baseline['run_hash']}" in page
    assert 'class="banner"' not in page


def test_baseline_of_another_corpus_is_said(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run")
    other = made_run(tmp_path / "other", sample_records(), fingerprints={"corpus": "c1"})
    write_report(
        run.path, tmp_path / "report.html", baseline=baseline_of(other, why="first").to_dict()
    )

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "The run and the baseline do not share their corpus" in page


def test_interrupted_run_with_measures_has_a_banner(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run")
    interrupt(run)
    run.append(Sample("one-more", "More?").record())
    write_report(run.path, tmp_path / "report.html")

    page = words((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert "The run did not come to its end" in page
    assert "The measures are of 8 cases and 9 are recorded." in page
    assert "Complete no" in page
    assert "none: not complete" in page


def test_run_without_measures_says_how_to_go_on(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run")
    (run.path / "measures.json").unlink()

    with pytest.raises(SettingsError, match=r"no measures.*alsqa eval run --resume run"):
        write_report(run.path, tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_folder_without_a_run_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"holds no run.*alsqa eval run"):
        write_report(tmp_path / "nothing", tmp_path / "report.html")


def test_passage_that_names_no_place_is_named(tmp_path: Path) -> None:
    hit = {"passage": "pmid:1", "score": 1.0, "text": "x"}
    run = sample_run(tmp_path / "run", [Sample("a", "a?").record(ranking=[hit])])

    with pytest.raises(SettingsError, match="'pmid:1' names no passage"):
        write_report(run.path, tmp_path / "report.html")


def test_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run")
    (tmp_path / "taken").mkdir()

    with pytest.raises(SettingsError, match="taken"):
        write_report(run.path, tmp_path / "taken")
    assert list(tmp_path.glob("*.tmp")) == []


def test_page_in_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run")

    with pytest.raises(SettingsError, match=r"there is no folder .*nowhere"):
        write_report(run.path, tmp_path / "nowhere" / "report.html")
    assert not (tmp_path / "nowhere").exists()


def test_same_run_gives_the_same_page_in_a_new_folder(tmp_path: Path, page: str) -> None:
    target = tmp_path / "made" / "report.html"
    target.parent.mkdir()
    write_report(tmp_path / "run", target)

    assert target.read_text(encoding="utf-8") == page


def test_page_asks_nobody_and_allows_its_own_script_alone(page: str) -> None:
    outline = _Outline(page)
    script = page[page.index("<script>") + len("<script>") : page.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()

    sources = [value for name, value in outline.attributes if name in ("src", "href", "action")]
    assert [one for one in sources if not one.startswith(("#", "data:image/svg+xml,"))] == []
    assert "@import" not in page
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page


def test_every_id_is_there_once_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    odd = Sample('a "b" <c>/ü', "Odd?").record(broken={"markers": ["m"]})
    run = sample_run(tmp_path / "run", [*sample_records(), odd])
    write_report(run.path, tmp_path / "report.html", baseline=sample_baseline(run))
    outline = _Outline((tmp_path / "report.html").read_text(encoding="utf-8"))

    links = {v[1:] for name, v in outline.attributes if name.endswith("href") and v[0] == "#"}
    assert len(outline.ids) == len(set(outline.ids))
    assert links <= set(outline.ids)
    assert "case-a_20_22b_22_20_3Cc_3E_2F_C3_BC" in links


def test_run_on_one_part_alone_has_no_table_of_the_other(tmp_path: Path) -> None:
    run = sample_run(tmp_path / "run", [Sample("a", "a?", answer=answer(APPROVED)).record()])
    write_report(run.path, tmp_path / "report.html")

    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<caption>Tuning" in page
    assert "<caption>Held out" not in page


def test_few_hundred_cases_make_a_page_below_three_megabytes(tmp_path: Path) -> None:
    long = "Amyotrophic lateral sclerosis is a progressive disease of upper and lower neurons. " * 3
    ranking = [
        {"passage": f"doi:10.36255/{'x' * 55}:{n}-{n + len(long)}", "score": 0.5, "text": long}
        for n in range(20)
    ]
    scores = {f"measure {n}": NotScored("the case has no quotes") for n in range(13)}
    records = [
        Sample(f"case-number-{n}", long, answer=answer(APPROVED, NEW), gold=(NEW,)).record(
            ranking=ranking, scores=scores
        )
        for n in range(400)
    ]
    write_report(sample_run(tmp_path / "run", records).path, tmp_path / "report.html")

    assert (tmp_path / "report.html").stat().st_size < 3_000_000
