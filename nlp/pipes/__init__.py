"""The pipes: each marks spans of one sort in `doc.spans`, and reads nothing but the text and the marks before it.

values ─→ cues ─→ rules ─→ known ─→ parties
"""
