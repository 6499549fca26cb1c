"""Full texts in JATS, as PubMed Central and publishers give them."""
