"""Refuse what an option was given, in words that can be said in the reader's language too."""

import typer


class WrongOption(typer.BadParameter):
    """A value that makes no sense: a template, which is the key of its translation, and what fills it."""

    def __init__(self, template: str, *, option: str | None = None, **parameters: object) -> None:
        super().__init__(template.format(**parameters), param_hint=option)
        self.template = template
        self.parameters = parameters
