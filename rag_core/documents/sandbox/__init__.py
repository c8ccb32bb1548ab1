"""The process that reads hostile bytes: `run` starts it, `child` is what runs in it, `wire` is how they talk.

Nothing is imported here, because the child imports this package too.
"""
