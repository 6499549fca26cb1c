"""Records of PubMed: pages saved as text, XML, MEDLINE text."""
