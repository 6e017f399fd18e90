"""From linked core modules to register code."""
