"""Which deals, or customers: one filter for lists, board, export and whatever is about some."""

from crm.filters.tree import EVERYTHING, Condition, Filter
from crm.filters.vocabulary import CustomerVocabulary, Fields, Vocabulary

__all__ = ["EVERYTHING", "Condition", "CustomerVocabulary", "Fields", "Filter", "Vocabulary"]
