"""A gateway's end, over the real Azure SDK: read, apply, undo, observe.

The SDK is imported inside functions only (it takes half a second); its exceptions become
`Trouble` in `client` and the project's errors in `read`, `apply` and `observe`.
"""
