"""A hand-made table of sentences: bound to their time or not."""

import pytest

from rag.time_bound import time_bound_words

WRITTEN_WITH_THE_RULES = (
    ("Riluzole is the only drug approved for ALS.", True),
    ("Currently, no treatment stops the disease.", True),
    ("Several gene therapies are being tested in clinical trials.", True),
    ("There is no effective treatment for ALS.", True),
    ("To date, more than 40 genes have been linked to ALS.", True),
    ("So far, only riluzole has prolonged survival in trials.", True),
    ("At present, diagnosis rests on clinical findings.", True),
    ("Two drugs, riluzole and edaravone, are approved by the FDA.", True),
    ("New therapies that target SOD1 are promising.", True),
    ("The latest guidelines advise early ventilation.", True),
    ("A phase 3 trial of tofersen is ongoing.", True),
    ("Recently, variants in NEK1 were associated with ALS.", True),
    ("Only a few drugs have shown benefit.", True),
    ("There is still no cure for ALS.", True),
    ("The cause of sporadic ALS remains unknown.", True),
    ("Masitinib is under investigation in a phase 3 trial.", True),
    ("FDA-approved drugs extend survival by months.", True),
    ("No drug has been shown to reverse the disease.", True),
    ("Over the past decade, many genes were found.", True),
    ("Ongoing clinical trials examine antisense oligonucleotides.", True),
    ("Edaravone has been approved in Japan and the USA.", True),
    ("The mechanism is not yet understood.", True),
    ("Biomarkers that predict progression have yet to be validated.", True),
    ("Only two drugs are licensed for this disease.", True),
    ("There are several on-going clinical trials with different concepts.", True),
    ("Many clinical trials have failed until the recent approval of edaravone.", True),
    ("Symptomatic treatments still play an important role.", True),
    ("Gene therapies and newly-developed biomaterials may halt the disease.", True),
    ("Only 5 % of patients had a family history.", False),
    ("Riluzole and edaravone are drugs with limited benefits.", False),
    ("Weakness progresses to respiratory failure.", False),
    ("The editor was not involved in the review of this article.", False),
    ("The study was approved by the ethics committee.", False),
    ("All authors read and approved the final manuscript.", False),
    ("The protocol was approved by the institutional review board of each site.", False),
    ("Riluzole was approved by the FDA in 1995.", False),
    ("Only in the lumbar cord were inclusions seen.", False),
    ("The inward sodium current was increased in motor neurons.", False),
    ("Newly diagnosed patients were followed for two years.", False),
    ("In the current study we measured neurofilaments.", False),
    ("About 5,000 new cases are found each year.", False),
    ("Electromyography shows ongoing denervation.", False),
    ("The placebo group received no treatment.", False),
    ("Riluzole blocks glutamate release.", False),
    ("SOD1 mutations were found not only in familial cases.", False),
    ("Symptoms at the latest visit were recorded.", False),
    ("Patients were recruited in New York.", False),
    ("Persistent currents were recorded at rest.", False),
    ("Limb onset is more frequent than bulbar onset.", False),
    ("There was no treatment effect on survival.", False),
    ("Median survival is three years from onset.", False),
    ("Most patients die of respiratory failure within 3 to 5 years.", False),
    ("The records were kept up to date by the registry.", False),
    ("Riluzole remains the only disease-modifying agent on the market in Europe.", True),
    ("At the time of writing, four drugs have been authorised in the United States.", True),
    ("Stem cell transplantation is currently being evaluated in several centres.", True),
    ("No therapy has so far been found that prevents motor neuron loss.", True),
    ("A Phase III study of arimoclomol is still recruiting.", True),
    ("Antisense oligonucleotides are a new class of drugs for genetic forms.", True),
    ("It is not yet clear whether TDP-43 aggregates are cause or consequence.", True),
    ("Until now, only one gene has been implicated in this form.", True),
    ("Recent genome-wide studies have widened the list of risk loci.", True),
    ("The FDA has approved tofersen for SOD1-ALS.", True),
    ("There are no reliable biomarkers for early diagnosis.", True),
    ("Nowadays most patients are offered non-invasive ventilation.", True),
    ("The function of C9orf72 is still poorly understood.", True),
    ("These compounds have only been tested in mice.", True),
    ("The newest criteria dispense with the category of possible disease.", True),
    ("Ibudilast is in clinical development for ALS.", True),
    ("More than thirty genes are now known to cause the disease.", True),
    ("Treatment options are limited to two approved drugs.", True),
    ("An open-label extension is ongoing and will end in two years.", True),
    ("Sporadic disease has no known cause.", True),
    ("Emerging evidence points to a role of the gut microbiome.", True),
    ("In the last few years, imaging has become more sensitive.", True),
    ("The only treatment that prolongs life is riluzole.", True),
    ("ALS is incurable.", True),
    ("Only three patients completed the open-label phase.", False),
    ("Ethical approval was obtained from the local committee before enrolment.", False),
    ("Approved by the animal care committee, all experiments followed national rules.", False),
    ("Edaravone, which was approved in Japan in June 2015, is given intravenously.", False),
    ("Only motor neurons of the ventral horn degenerated.", False),
    ("The potassium current recovered after washout.", False),
    ("Mice received a new bedding every week.", False),
    ("He had recently noticed weakness of his left hand.", False),
    ("Consent forms were approved by each centre's review board.", False),
    ("Patients who were currently on riluzole were not excluded.", False),
    ("The most recent follow-up took place at month 18.", False),
    ("The drug had no effect on survival.", False),
    ("New Zealand has a low incidence of the disease.", False),
    ("Ongoing muscle atrophy was graded by two raters.", False),
    ("The present work measures cortical thickness.", False),
    ("Only 12 of 40 mice survived to day 150.", False),
    ("The new mutation lies in exon 4 and was absent from controls.", False),
    ("Bulbar signs were present at onset in a quarter of patients.", False),
    ("The current was injected through the patch pipette.", False),
    ("Dysphagia leads to weight loss and aspiration.", False),
    ("No drug was given on the day of the test.", False),
    ("The sponsor approved the amended protocol.", False),
    ("Glutamate was the only amino acid that was raised.", False),
    ("The ALSFRS-R has twelve items that are scored from 0 to 4.", False),
    ("In 1995 riluzole was approved on the strength of two trials.", False),
    ("Autophagy removes damaged organelles.", False),
    ("They had no access to medication at the time of the interview.", False),
)
"""The rules were written with these in view."""

NOT_SEEN_BY_THE_RULES = (
    ("Tofersen is presently the sole drug that lowers SOD1 protein.", True),
    ("Approval by the European agency is still pending.", True),
    ("Clinical trials of gene silencing are now under way.", True),
    ("There is no known way to prevent the disease.", True),
    ("No disease-modifying therapy is available for FUS-ALS.", True),
    ("Only riluzole has been shown to extend life.", True),
    ("The diagnosis is still made on clinical grounds.", True),
    ("Up to now, attempts to replicate the finding have failed.", True),
    ("Recent advances in sequencing have sped up gene discovery.", True),
    ("The drug is awaiting approval in Canada.", True),
    ("Newer formulations of edaravone can be taken by mouth.", True),
    ("The optimal dose has not yet been established.", True),
    ("Three therapies are approved for adults with SOD1 mutations.", True),
    ("Work on a blood test is in progress.", True),
    ("Phenylbutyrate with taurursodiol is the latest drug on the list.", True),
    ("At present, genetic testing is offered to all patients.", True),
    ("It remains to be determined whether earlier treatment helps.", True),
    ("In recent years, care in specialised clinics has become usual.", True),
    ("The search for new treatments continues.", True),
    ("Several kinase inhibitors are being investigated.", True),
    ("The committee approved the trial before the first patient was enrolled.", False),
    ("Only the anterior horn was examined.", False),
    ("The trial was approved by the ethics board of the university.", False),
    ("Edaravone was approved by the FDA in May 2017.", False),
    ("Newly synthesised proteins were labelled.", False),
    ("Only patients older than 18 years took part.", False),
    ("Calcium currents were blocked by nifedipine.", False),
    ("In the present study, 40 patients were compared with controls.", False),
    ("No treatment-related deaths occurred.", False),
    ("The score fell by one point a month.", False),
    ("Riluzole was given at 50 mg twice a day.", False),
    ("Patients with a recent infection were excluded.", False),
    ("The new score was compared with the old one.", False),
    ("Onset before the age of 25 is rare.", False),
    ("Only one patient withdrew from the study.", False),
    ("Astrocytes from patients were toxic to motor neurons.", False),
    ("Weight was measured at the latest visit.", False),
    ("Approved by all authors, the text was sent to the journal.", False),
    ("The disease runs in families in one case out of ten.", False),
    ("The current through the electrode was 2 nA.", False),
)
"""Written when the rules were done; no rule was changed for them."""

MISSED = ("Existing therapies merely slow progression, and none halts it.",)
"""Bound to their time, and no rule says so."""


@pytest.mark.parametrize(("sentence", "is_bound"), WRITTEN_WITH_THE_RULES)
def test_a_sentence_is_bound_to_its_time_or_not(sentence: str, is_bound: bool) -> None:
    assert bool(time_bound_words(sentence)) == is_bound


def test_the_table_has_as_many_of_either() -> None:
    for table in (WRITTEN_WITH_THE_RULES, NOT_SEEN_BY_THE_RULES):
        bound = sum(is_bound for _, is_bound in table)
        assert abs(2 * bound - len(table)) <= 6
    assert len(WRITTEN_WITH_THE_RULES) + len(NOT_SEEN_BY_THE_RULES) >= 80


def test_sentences_that_no_rule_was_made_for_are_mostly_told_apart() -> None:
    told = [(bool(time_bound_words(sentence)), bound) for sentence, bound in NOT_SEEN_BY_THE_RULES]
    both = told.count((True, True))

    assert both / sum(said for said, _ in told) >= 0.9
    assert both / sum(bound for _, bound in told) >= 0.8


@pytest.mark.parametrize("sentence", MISSED)
def test_what_no_rule_knows_is_missed(sentence: str) -> None:
    assert time_bound_words(sentence) == ()


def test_the_words_are_given_each_once_and_in_order() -> None:
    words = time_bound_words(
        "Currently, the only drug that is approved is new, and currently dear."
    )

    assert words == ("Currently", "the only drug", "approved", "currently")


@pytest.mark.parametrize("sentence", ["", "[1]", "only " * 2_000, "approved " * 2_000 + "ethics"])
def test_long_and_empty_texts_can_be_read(sentence: str) -> None:
    assert isinstance(time_bound_words(sentence), tuple)
