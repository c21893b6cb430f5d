"""Repeatable benchmarks: `make bench`; the README tells what they found."""
