"""Lists papers by what their records say and by what they are about: a question in, records out."""

from collections.abc import Iterator
from dataclasses import dataclass

from index.build_reader import Build
from index.filters import Filters, Scope
from index.models import Related
from index.study_types import study_types_of
from index.text_analysis import stem, terms_of
from rag.abstention import pubmed_notice
from rag.models import Notice
from rag.paper_topics import PaperTopics, Topic
from rag.paper_wish import PaperWish, PaperWishes
from rag.question import Question
from rag.record_answers import RecordAnswer, as_listed
from rag.record_drafts import paper_name, record_draft
from rag.references import paper_id
from rag.retrieval import Found, FoundRecord, find_record, rank
from rag.standing import never_checked, standing_draft
from rag.synonyms import Synonyms

_FACETS = (
    ("year", "year", ("year_from", "year_to")),
    ("journal", "journal", ("journals",)),
    ("study_type", "kind of study", ("study_types",)),
    ("language", "language", ("languages",)),
)
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, and the part of the build that it is looked for in."""

    wish: PaperWish
    topic: Topic
    scope: Scope | None
    """What the filters leave, None where there are none."""
    inside: frozenset[str]
    """Documents in it."""


class PaperLists:
    """Answers questions for a list of papers."""

    def __init__(self, wishes: PaperWishes, synonyms: Synonyms) -> None:
        self._wishes = wishes
        self._topics = PaperTopics(synonyms)

    def answer(
        self, question: Question, found: Found, build: Build, scope: Scope | None, *, limit: int
    ) -> RecordAnswer | None:
        """The records that fit, with how many they are; None where no list is asked for.

        Papers that are held come first; those that a page lists follow, where all is searched.
        """
        if not self._wishes.ask_for_a_list(question.text):
            return None
        journals = {name for names in build.facet("journal").values() for name in names}
        wish = self._wishes.read(question.text, journals)
        if wish is None:
            return None
        asked = _asked(wish, question, build, scope)
        held = self._held(asked, found, build)
        listed = self._listed(asked, found, build) if scope is None else []
        if not held and not listed:
            return _none(asked, found, build) if wish.is_sure else None
        shown = [find_record(build, name) for name in held[:limit]]
        listed = listed[: limit - len(shown)]
        drafts = [
            standing_draft(one, build.standing(one.document.document_id, one.paper.identifiers))
            if wish.filters.statuses
            else record_draft(one)
            for one in shown
        ]
        drafts += [record_draft(one) for one in listed]
        notices = [_counted(asked, len(held), len(shown), build)] if held else []
        pages = {one.document.document_id: one for one in listed}
        notices += [
            as_listed(page, None, sum(one.document.document_id == name for one in listed))
            for name, page in pages.items()
        ]
        looked_up = frozenset(one.document.document_id for one in [*shown, *listed])
        return RecordAnswer("answered", tuple(drafts), tuple(notices), looked_up)

    def _held(self, asked: _Asked, found: Found, build: Build) -> list[str]:
        """Ids of held papers that fit: the best first, the newest where no subject is named."""
        if asked.topic:
            return self._topics.on_topic(asked.topic, found.query, build, asked.scope)
        years = {name: max(given) for name, given in build.facet("year").items()}
        return sorted(sorted(asked.inside), key=lambda name: years.get(name, ""), reverse=True)

    def _listed(self, asked: _Asked, found: Found, build: Build) -> list[FoundRecord]:
        """Papers that a page lists, of those near to the question, which are not held themselves."""
        if not (asked.topic or asked.wish.filters):
            return []
        fitting: dict[str, FoundRecord] = {}
        for one in rank(build, "records", found.query, k=PaperTopics.CANDIDATES):
            if build.record_of(one.entry_id)[1] is None:
                continue
            record = find_record(build, one.entry_id, similarity=one.similarity)
            paper = record.listed
            if (
                paper
                and _meets(paper, asked.wish.filters)
                and self._topics.names(asked.topic, paper)
                and paper.identifiers.document_id not in asked.inside
            ):
                fitting.setdefault(paper_id(paper), record)
        return list(fitting.values())


def _asked(wish: PaperWish, question: Question, build: Build, scope: Scope | None) -> _Asked:
    no_subject = wish.words | {term.stem for term in terms_of(wish.author or "")}
    topic = Topic(
        terms=tuple(
            term
            for term in question.terms
            if term.is_content
            and not {stem(one.lower) for one in terms_of(term.unit.written)} <= no_subject
        ),
        author=wish.author,
    )
    if wish.filters:
        own = build.scope(wish.filters)
        scope = scope or own
        scope = Scope(own.documents & scope.documents, own.sections & scope.sections)
    inside = scope.documents if scope else frozenset(one.document_id for one in build.members)
    return _Asked(wish, topic, scope, inside)


def _meets(paper: Related, filters: Filters) -> bool:
    """True where the entry of a listed paper says all that the filters ask for."""
    year, kinds = paper.year, study_types_of(paper.publication_types)
    return (
        (filters.year_from is None or (year is not None and year >= filters.year_from))
        and (filters.year_to is None or (year is not None and year <= filters.year_to))
        and (not filters.study_types or bool(set(kinds) & set(filters.study_types)))
        and (not filters.journals or (paper.container or "").casefold() in filters.journals)
        and not (filters.statuses or filters.languages)
    )


def _counted(asked: _Asked, held: int, shown: int, build: Build) -> Notice:
    count = "1 paper" if held == 1 else f"{held:,} papers"
    parts = [f"The library holds {count}{_described(asked)} (of {len(build.members):,})."]
    if shown < held:
        order = "best" if asked.topic else "newest"
        parts.append(f"Shown are the {shown} {order}.")
    return Notice("holds", " ".join([*parts, *_not_given(asked, build)]))


def _none(asked: _Asked, found: Found, build: Build) -> RecordAnswer:
    """That no paper fits, what nearly does, and for how many papers that is not known."""
    said = f"The library holds no paper{_described(asked)}; {len(build.members):,} were searched."
    notices = [Notice("searched", " ".join([said, *_not_given(asked, build)]))]
    if asked.topic and asked.wish.filters:
        near = rank(build, "records", found.query, k=_NEAREST, scope=asked.scope)
        names = "; ".join(paper_name(build.document(one.entry_id)) for one in near)
        if names:
            what = asked.wish.filters.describe()
            text = f"Papers of that description ({what}): {len(asked.inside):,}, such as {names}."
            notices.append(Notice("holds", text))
    if asked.topic:
        words = [term.unit.written for term in asked.topic.terms] or [asked.topic.author or ""]
        notices.append(pubmed_notice(words))
    return RecordAnswer("insufficient_evidence", (), tuple(notices))


def _described(asked: _Asked) -> str:
    """`: trial; from 2019; by Miller; on tofersen`, or nothing where anything will do."""
    words = [term.unit.written for term in asked.topic.terms]
    parts = [
        asked.wish.filters.describe(),
        f"by {asked.topic.author}" if asked.topic.author else "",
        f"on {', '.join(words)}" if words else "",
    ]
    said = "; ".join(part for part in parts if part)
    return f" that fits “{said}”" if said else ""


def _not_given(asked: _Asked, build: Build) -> Iterator[str]:
    """For how many papers it is not known whether they fit."""
    for facet, name, fields in _FACETS:
        missing = len(build.members) - len(build.facet(facet))
        if missing and any(getattr(asked.wish.filters, field) for field in fields):
            yield f"Papers whose record gives no {name}, which are not counted: {missing:,}."
    if asked.wish.filters.statuses:
        yield never_checked(len(build.members) - len(build.standings()), len(build.members))
