"""The domain: intent to plan to configuration, resources, expectation and verdict. Pure."""
