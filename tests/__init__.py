"""Tests of the gateway, from pure rules to whole processes."""
