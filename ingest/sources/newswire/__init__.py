"""The newswire formats of the IPTC: ninjs, NITF, NewsML-G2."""
