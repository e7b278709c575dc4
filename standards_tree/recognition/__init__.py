"""Find the terms of the registry in texts, and the registry's terms by what somebody remembers of them."""

from standards_tree.recognition.lookup import Directory, Found, Likeness, TermIndex
from standards_tree.recognition.recognizer import Recognition, Recognizer, Standing
from standards_tree.recognition.registered import Advice, RegisteredTerm, Verdict, advise, registered_terms
from standards_tree.recognition.vocabulary import Vocabulary, speaks

__all__ = [
    "Advice",
    "Directory",
    "Found",
    "Likeness",
    "Recognition",
    "Recognizer",
    "RegisteredTerm",
    "Standing",
    "TermIndex",
    "Verdict",
    "Vocabulary",
    "advise",
    "registered_terms",
    "speaks",
]
