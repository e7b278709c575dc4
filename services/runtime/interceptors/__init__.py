"""The steps every call goes through before its handler; their order is written once, in `services.runtime.server`."""
