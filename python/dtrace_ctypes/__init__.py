"""The classic DTrace library by ctypes, under the names that python-dtrace has for it."""
