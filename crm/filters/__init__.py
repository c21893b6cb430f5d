"""Which deals: one filter for list, board, export and whatever else is about some of them."""

from crm.filters.tree import EVERYTHING, Condition, Filter
from crm.filters.vocabulary import Vocabulary

__all__ = ["EVERYTHING", "Condition", "Filter", "Vocabulary"]
