"""JATS files for the tests; each is made for them."""

SENTENCE = "Patients who took the drug kept more of their strength. "

META = """<article-id pub-id-type="pmid">31234567</article-id>
<article-id pub-id-type="pmc">1234567</article-id>
<article-id pub-id-type="doi">10.1234/Trial.1</article-id>
<article-id pub-id-type="doi" specific-use="version">10.1234/Trial.1.2</article-id>
<article-id pub-id-type="publisher-id">T-1</article-id>
<article-categories><subj-group subj-group-type="heading"><subject>Review Article</subject></subj-group>
<subj-group subj-group-type="discipline"><subject>Letter</subject></subj-group></article-categories>
<title-group><article-title>A trial of <italic>riluzole</italic><xref ref-type="fn" rid="n1">*</xref></article-title>
<subtitle>the second year</subtitle></title-group>
<contrib-group>
<contrib contrib-type="author"><name><surname>Doe</surname><given-names>Jane A.</given-names></name>
<xref ref-type="aff" rid="a1"><sup>1</sup></xref><xref ref-type="aff" rid="a2"><sup>2</sup></xref></contrib>
<contrib contrib-type="author"><name><surname>Roe</surname><given-names>R</given-names><suffix>Jr</suffix></name>
<aff>Home</aff></contrib>
<contrib contrib-type="author"><collab>The ALS Group<contrib-group><contrib contrib-type="author">
<name><surname>Hidden</surname></name></contrib></contrib-group></collab></contrib>
<contrib contrib-type="editor"><name><surname>Editor</surname><given-names>E</given-names></name></contrib>
</contrib-group>
<aff id="a1"><label>1</label><institution>Clinic of Nerves</institution><country>Norway</country>; <email>doe@a.no</email> (J.A.D.)</aff>
<aff id="a2"><sup>2</sup>Institute of Muscles, Oslo. E-mail: <email>b@a.no</email></aff>
<author-notes><corresp id="c1">doe@a.no</corresp><fn fn-type="con"><p>JD wrote it.</p></fn>
<fn fn-type="conflict"><p>RR was paid.</p></fn></author-notes>
<pub-date pub-type="epub"><day>4</day><month>3</month><year>2021</year></pub-date>
<pub-date pub-type="collection"><month>3</month><year>2021</year></pub-date>
<pub-date pub-type="pmc-release"><day>9</day><month>9</month><year>2021</year></pub-date>
<volume>7</volume><issue>2</issue><fpage>12</fpage><lpage>19</lpage>
<permissions><copyright-statement>© 2021 The authors</copyright-statement>
<license xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://creativecommons.org/licenses/by/4.0/"><license-p>Words.</license-p></license></permissions>
<related-article related-article-type="companion" ext-link-type="doi"
 xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.9999/other"/>
<abstract><sec><title>BACKGROUND</title><p>Why it was done.</p></sec><sec><title>Results</title><p>It held.</p></sec></abstract>
<abstract abstract-type="plain-language-summary"><p>In plain words.</p></abstract>
<abstract abstract-type="toc"><p>A teaser.</p></abstract>
<trans-abstract xml:lang="fr"><p>En français.</p></trans-abstract>
<kwd-group kwd-group-type="author"><kwd>ALS</kwd><kwd>strength</kwd></kwd-group>
<kwd-group kwd-group-type="abbreviations"><kwd>RCT</kwd></kwd-group>
<funding-group><award-group><funding-source>A fund</funding-source><award-id>G-1</award-id></award-group></funding-group>
<custom-meta-group><custom-meta><meta-name>Data Availability</meta-name><meta-value>On request.</meta-value></custom-meta></custom-meta-group>"""

BODY = """<p>Lead.</p>
<sec><title>Methods</title><p>All <bold>were</bold> asked [<xref ref-type="bibr" rid="r1">1</xref>, <xref ref-type="bibr" rid="r2">2</xref>].
It used 10<sup>6</sup> cells, H<sub>2</sub>O and CD24<sup>hi</sup>CD38<sup>+</sup> cells.<sup><xref ref-type="bibr" rid="r1">1</xref>–<xref ref-type="bibr" rid="r3">3</xref></sup>
Doe <xref ref-type="bibr" rid="r1">(2010)</xref> agrees (<xref ref-type="bibr" rid="r2">Roe, 2011</xref>; <xref ref-type="fig" rid="f1">Figure 1</xref>).<fn><label>†</label><p>A note.</p></fn></p>
<sec><title>Participants</title><p>They were:<list list-type="bullet"><list-item><p>first</p></list-item>
<list-item><label>b)</label><p>second</p><list><list-item><p>inner</p></list-item></list></list-item></list>after.</p>
<def-list><title>Terms</title><def-item><term>ALS</term><def><p>a disease</p></def></def-item></def-list>
<disp-quote><p>Said so.</p><attrib>A patient</attrib></disp-quote>
<table-wrap id="t1"><label>Table 1.</label><caption><title>Doses</title><p>In mg.</p></caption>
<alternatives><graphic/><table><thead><tr><th rowspan="2">Group</th><th colspan="2">Dose<xref ref-type="table-fn" rid="tf">a</xref></th></tr><tr><th>low</th><th>high</th></tr></thead>
<tbody><tr><td>drug</td><td>10<xref ref-type="table-fn" rid="tf2"><sup>2</sup></xref></td><td>20</td></tr></tbody></table></alternatives>
<table-wrap-foot><fn id="tf"><label>a</label><p>By mouth.</p></fn><p>SD: spread.</p></table-wrap-foot></table-wrap>
<p>Then x:<disp-formula id="e1"><label>(1)</label><alternatives><tex-math>\\begin{document}$$x^2$$\\end{document}</tex-math>
<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></alternatives></disp-formula>
and <inline-formula><inline-graphic/></inline-formula> ends.</p>
<fig id="f1"><label>Figure 1</label><caption><title>Strength.</title><p>Over time [<xref ref-type="bibr" rid="r1">1</xref>].</p></caption><graphic/></fig></sec>
<sec><title/><p>No heading.</p></sec></sec>
<sec><title>Supporting Information</title><supplementary-material><caption><p>Gone.</p></caption></supplementary-material></sec>
<boxed-text><label>Box 1</label><caption><title>Rules</title></caption><p>Keep them.</p></boxed-text>"""

BACK = """<ack><p>We thank all.</p></ack>
<notes notes-type="COI-statement"><title>Competing interests</title><p>None.</p></notes>
<notes><title>Author contributions</title><p>JD did it.</p></notes>
<fn-group><fn><p>Publisher's note.</p></fn></fn-group>
<app-group><app><label>Appendix A</label><title>More</title><p>In it.</p></app></app-group>
<ref-list><title>References</title>
<ref id="r1"><label>1</label><element-citation publication-type="journal"><person-group person-group-type="author">
<name><surname>Poe</surname><given-names>E</given-names></name><etal/></person-group><article-title>On nerves</article-title>
<source>Nerves</source><year>2010</year><volume>5</volume><issue>1</issue><fpage>7</fpage><lpage>9</lpage>
<pub-id pub-id-type="pmid">222</pub-id><pub-id pub-id-type="doi">10.5/bad</pub-id></element-citation></ref>
<ref id="r2"><label>2.</label><mixed-citation publication-type="journal"><name><surname>Roe</surname><given-names>R</given-names></name>:
<article-title>On <italic>muscles</italic></article-title><source>Muscles</source> <year>2011</year>. <pub-id pub-id-type="doi">10.1234/Muscle</pub-id></mixed-citation></ref>
<ref id="r3"><label>3</label><mixed-citation>A letter without a tagged title.</mixed-citation></ref></ref-list>"""

SUB_ARTICLE = """<sub-article article-type="decision-letter"><front-stub><article-id pub-id-type="doi">10.1234/review</article-id>
<title-group><article-title>Decision</article-title></title-group></front-stub><body><p>Foreign words.</p></body>
<back><ref-list><ref><mixed-citation><article-title>Foreign reference</article-title></mixed-citation></ref></ref-list></back></sub-article>
<response><body><p>Foreign answer.</p></body></response>"""


def jats(
    *,
    meta: str = "<title-group><article-title>T</article-title></title-group>",
    body: str = f"<p>{SENTENCE}</p>",
    back: str = "",
    rest: str = "",
    attributes: str = 'article-type="research-article" xml:lang="en"',
) -> str:
    """An article with these parts."""
    journal = "<journal-meta><journal-title-group><journal-title>Journal of Trials</journal-title></journal-title-group></journal-meta>"
    return (
        f"<article {attributes}><front>{journal}<article-meta>{meta}</article-meta></front>"
        f"<body>{body}</body><back>{back}</back>{rest}</article>"
    )


FULL = jats(meta=META, body=BODY, back=BACK, rest=SUB_ARTICLE)
