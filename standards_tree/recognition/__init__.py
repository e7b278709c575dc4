"""Find the terms of the registry in texts, and the registry's terms by what somebody remembers of them."""

from standards_tree.recognition.recognizer import Recognition, Recognizer, Standing
from standards_tree.recognition.registered import Advice, RegisteredTerm, Verdict, advise, registered_terms
from standards_tree.recognition.vocabulary import Vocabulary

__all__ = [
    "Advice",
    "Recognition",
    "Recognizer",
    "RegisteredTerm",
    "Standing",
    "Verdict",
    "Vocabulary",
    "advise",
    "registered_terms",
]
