"""Is a sentence true of a time only? A sentence in, the words that bind it to when it was written out.

"The only approved drug", "currently", "is being tested" grow old; "only 5 % of patients" and "approved
by the ethics committee" do not. Rules, in which what looks alike and is not bound is taken out first.
"""

import re

_TREATMENT = (
    r"(?:drugs?|medications?|medicines?|treatments?|therap(?:y|ies)|therapeutics?|agents?|compounds?"
    r"|cures?|interventions?|molecules?|pharmacotherap(?:y|ies)|biomarkers?)"
)
_STATE = (
    r"(?:(?:FDA|EMA)-?\s?)?(?:approved|available|effective|licen[sc]ed|proven|known|established|authori[sz]ed"
    r"|curative|disease-modifying|causal|specific|definitive|reliable|validated|satisfactory"
    r"|evidence-based|pharmacological|neuroprotective)"
)
_BETWEEN = r"(?:[\w/-]+,?\s+){0,3}?"
_RESEARCH = (
    r"(?:trials?|stud(?:y|ies)|research|investigations?|development|evaluations?|efforts?|work|debates?"
    r"|testing|tests|recruitment|phase|clinical|programs?|programmes?|projects?|initiatives?)"
)

_NOT_BOUND = re.compile(
    "|".join(
        (
            # Approval of a study, of a text, by those who judge studies.
            r"\b(?:approv(?:ed|al|es?)|clearance)\b[^.;]*?\b(?:ethic\w*|ethical|institutional|review boards?"
            r"|IRB|committees?|manuscripts?|final version|submi\w+|publication|authors?)\b",
            r"\b(?:ethic\w*|institutional|review boards?|IRB|committees?|manuscripts?|protocols?|authors?"
            r"|consent|animal (?:care|experiments?|procedures))\b[^.;]*?\bapprov(?:ed|al|es?)\b",
            # An approval with its date stays what it was.
            r"\b(?:was|were|being|first|been)\s+(?:first\s+|initially\s+|originally\s+)?(?:\w+-)?approved\b"
            r"[^.;]*?\b(?:in|on|since|of)\s+(?:\w+\s+)?(?:\d{1,2},?\s+)?(?:19|20)\d\d\b",
            r"\bIn (?:\w+\s+)?(?:19|20)\d\d\b[^.;]*?\b(?:approved|approval)\b",
            r"\bapproved\s+(?:the|this|an?|all)\s+(?:\w+\s+)?(?:protocols?|stud(?:y|ies)|designs?|amendments?|plans?)\b",
            # What patients, cells and nerves have just now.
            r"\b(?:newly|recently)\s+(?:diagnosed|infected|vaccinated|born|generated|formed|synthesi[sz]ed"
            r"|divided|admitted|hospitali[sz]ed|onset)\b",
            r"\b(?:new|recent)[- ](?:onset|diagnos[ie]s|cases?|patients?|born|infections?|neurons?)\b",
            r"\b(?:most )?(?:recent|latest|current)\s+(?:visits?|follow-?ups?|assessments?|measurements?"
            r"|onset|time ?points?|observations?|examinations?|age|symptoms?|smok\w+|weight|status)\b",
            r"\b(?:was|were|had been)\s+currently\b|\b(?:he|she|they|who|patients?)\s+(?:had|has|have)\s+recently\b",
            r"\bon-?going\s+(?:\w+\s+)?(?:denervation|reinnervation|degeneration|inflammation|loss|damage"
            r"|process(?:es)?|activity|progression|pain|symptoms?|care|support|monitoring|stress|infections?)\b",
            # This text, and electricity.
            r"\b(?:current|new|present)\s+(?:stud(?:y|ies)|papers?|work|review|results?|analys[ie]s|article"
            r"|findings|chapter|paragraph|data(?:set)?|cohort|report|experiments?|manuscript|investigation)\b",
            r"\bcurrents\b|\bthe current\s+(?:was|were|is|flows?)\b|\b(?:electric\w*|inward|outward|sodium|potassium|calcium|Na\+?|K\+?|Ca2\+"
            r"|persistent|peak|tail|ionic?|synaptic|whole-cell|galvanic|direct|alternating|stimulat\w+"
            r"|chloride|leak)\s+current\b|\bcurrent\s+(?:clamp|density|amplitudes?|injections?|pulses?"
            r"|intensity|thresholds?|steps?)\b",
            r"\bNew\s+(?:York|Zealand|England|Jersey|South|Delhi|Mexico|Guinea|Orleans|Hampshire)\b",
            r"\b(?:so|as|in so) far as\b|\bso far from\b|\bup[- ]to[- ]date\b|\bat the latest\b",
            # Nothing was given, or found, in one study.
            r"\bno\s+(?:\w+\s+)?(?:treatment|drug|therapy)[- ](?:effects?|related|group|arm|interactions?"
            r"|differences?|na[iï]ve|discontinuations?)\b",
            r"\b(?:received?|given|with|took|taking|on)\s+no\s+(?:\w+\s+)?(?:treatment|drugs?|therapy|medication)\b",
            # Only so many, or only of these.
            r"\bnot only\b|\bif only\b|\bonly child\b",
        )
    ),
    re.IGNORECASE,
)

_BOUND = re.compile(
    "|".join(
        (
            r"\b(?:currently|at present|presently|at the present time|nowadays|to date|so far|thus far"
            r"|until now|up to now|hitherto|as yet|not yet|yet to be|until recently|recently|today)\b",
            r"\b(?:have|has) yet to\b|\bno\b[^.;,]{0,60}\byet\b",
            r"\bin recent (?:years|decades|times|months)\b|\brecent\s+(?:[\w/-]+\s+){0,2}(?:advances?|progress|developments?"
            r"|discover(?:y|ies)|stud(?:y|ies)|trials?|evidence|work|research|reports?|data|findings"
            r"|approvals?|breakthroughs?|years|insights?)\b",
            r"\b(?:in|over|during|within)\s+the\s+(?:last|past)\s+(?:few\s+|several\s+|two\s+|three\s+)?"
            r"(?:years|decades?|century)\b",
            r"\bcurrent\b|\b(?:is|are|has|have|been)\s+now\b|\bnow\s+(?:available|approved|known|recogni[sz]ed"
            r"|considered|possible|accepted)\b|\bmodern\s+(?:treatments?|therap(?:y|ies))\b",
            rf"\bon-?going\s+{_BETWEEN}{_RESEARCH}\b",
            rf"\b{_RESEARCH}\b[^.;]{{0,80}}\b(?:is|are|remains?)\s+(?:still\s+)?(?:under ?way|in progress)\b"
            r"|\b(?:is|are|remains?)\s+(?:still\s+|currently\s+)?ongoing\b|\bstill\s+recruit(?:s|ing)\b",
            r"\b(?:is|are)\s+(?:still\s+|now\s+|also\s+|actively\s+)?being\s+(?:\w+ly\s+)?(?:clinically\s+)?"
            r"(?:tested|investigated|evaluated|studied|developed|examined|explored|assessed|trial+ed"
            r"|conducted|pursued|considered|recruited|tried|planned)\b",
            r"\b(?:is|are|remains?)\s+(?:still\s+)?(?:under|in)\s+(?:\w+\s+)?(?:investigation|development"
            r"|evaluation|review|consideration|preparation|(?:clinical\s+)?trials?|phase)\b",
            r"\bunder\s+(?:\w+\s+)?(?:investigation|development)\b|\b(?:upcoming|forthcoming|planned)\s+"
            r"(?:\w+\s+){0,2}(?:trials?|stud(?:y|ies))\b|\bin the pipeline\b",
            r"\b(?:remains?|is|are)\s+(?:still\s+|largely\s+|currently\s+|mostly\s+|as yet\s+|to be\s+)*"
            r"(?:unknown|unclear|elusive|incurable|undetermined|unresolved|elucidated|poorly understood)\b",
            r"\b(?:is|are|has|have)\s+still\b|\bstill\s+(?:plays?|lacking|unknown|unclear|no|debated|missing)\b",
            r"\b(?:latest|newest)\b|\bnewly[- ](?:approved|developed|discovered|identified|available|licen[sc]ed)\b"
            r"|\bemerging\b",
            rf"\bnew(?:er)?\s+{_BETWEEN}(?:{_TREATMENT}|approach(?:es)?|strateg(?:y|ies)|technolog(?:y|ies)"
            r"|guidelines?|criteria|hopes?|avenues?|era|generation|class(?:es)?|insights?)\b",
            # Approved, and the only one.
            r"\bapproved\b|\b(?:is|are|has been|have been)\s+authori[sz]ed\b|\bno known cause\b|\blicen[sc]ed\s+(?:for|in|to)\b|\b(?:marketing|regulatory)\s+approval\b",
            rf"\bthe\s+only\s+(?:(?:one|two|three|four|few)\s+)?{_BETWEEN}(?:{_TREATMENT}|{_STATE}|genes?|options?)\b",
            rf"\bonly\s+(?:a\s+)?(?:one|two|three|four|five|few|several|limited|\d)\s+{_BETWEEN}{_TREATMENT}\b",
            rf"\bonly\s+(?:one|two|three|four|few)\b[^.;]{{0,60}}\b{_STATE}\b",
            rf"^Only\s+[\w-]+(?:\s+and\s+[\w-]+)?\s+(?:is|are|has|have)\b|\bonly\s+{_STATE}\s+{_BETWEEN}{_TREATMENT}\b",
            r"\b(?:has|have)\s+only\s+been\b",
            # There is none.
            rf"\b(?:no|lacks?|lack of|absence of|without)\s+(?:an?\s+|any\s+)?{_BETWEEN}{_STATE}\s+{_BETWEEN}{_TREATMENT}\b",
            rf"\b(?:there\s+(?:is|are)|has|have)\s+(?:still\s+|currently\s+)?no\s+{_BETWEEN}{_TREATMENT}\b",
            rf"\bno\s+{_BETWEEN}{_TREATMENT}\b[^.;]{{0,40}}\b(?:is|are|exists?|has been|have been)\s+(?:\w+\s+)?"
            rf"(?:{_STATE}|shown|found|exist)\b|\bno\s+cure\b|\b(?:is|are)\s+incurable\b",
            rf"\b{_TREATMENT}\b[^.;]{{0,30}}\b(?:is|are)\s+(?:not\s+|un)available\b",
        )
    ),
    re.IGNORECASE,
)


def time_bound_words(sentence: str) -> tuple[str, ...]:
    """What binds the sentence to its time, each once, in order; empty where nothing does."""
    # In place of what is taken out stands a word that no rule knows, so that none reaches over it.
    rest = _NOT_BOUND.sub(" _; ", sentence)
    return tuple(dict.fromkeys(match.group().strip() for match in _BOUND.finditer(rest)))
