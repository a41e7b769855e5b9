"""Real servers and a real Sluice for the system tests, the demo and the benchmarks."""
