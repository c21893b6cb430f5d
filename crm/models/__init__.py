from crm.models.customer import Affiliation, Contact, Organization, Product
from crm.models.deal import Deal, DealError
from crm.models.pipeline import Category, Pipeline, PipelineError, PipelineRevision, Stage
from crm.models.visit import Precision, StageVisit

__all__ = [
    "Affiliation",
    "Category",
    "Contact",
    "Deal",
    "DealError",
    "Organization",
    "Pipeline",
    "PipelineError",
    "PipelineRevision",
    "Precision",
    "Product",
    "Stage",
    "StageVisit",
]
