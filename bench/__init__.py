"""Repeatable benchmarks: `make bench`; what they measure stands in docs/benchmarks.md."""
