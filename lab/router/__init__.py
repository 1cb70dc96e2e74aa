"""The simulated router: a Cisco CSR 1000v, IOS-XE 16.12, over SSH."""
