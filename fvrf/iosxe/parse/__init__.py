"""Parsers of the router's show commands: text in, frozen data out, one command a file.

A capture that is not what the command prints raises `CannotLook`; a router that says that there
is nothing (`% BGP not active`, `% Subnet not in table`) is read as nothing, not as an error.
"""
