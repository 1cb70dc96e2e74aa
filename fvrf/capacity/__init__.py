"""Capacity: what limits a throughput, and what it takes to reach one."""
