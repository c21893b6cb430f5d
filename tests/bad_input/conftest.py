"""What is typed into every field is not measured for coverage."""

from tests.unmeasured import unmeasured

__all__ = ["unmeasured"]
