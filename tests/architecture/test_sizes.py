"""A file holds one idea and a function one step: what is longer has a second one in it."""

import ast

from source import functions, modules

from services.composition import SERVICES

MODULE_LINES = 400
FUNCTION_LINES = 60
HANDLER_LINES = 25
AIMED_FUNCTION_LINES = 40


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return how many lines a function has, its decorators left out."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_no_module_is_too_long_to_read_at_once():
    """Four hundred lines are what a reader keeps in mind."""
    lines = {module.name: len(module.text.splitlines()) for module in modules()}
    assert {name: count for name, count in lines.items() if count > MODULE_LINES} == {}


def test_no_function_is_too_long_to_read_at_once(record_property):
    """Sixty lines are the limit; forty are the aim, and how many miss it is in the report of the tests."""
    lengths = {f"{module.name} {found.name}": length(found) for module in modules() for found in functions(module)}
    missing_the_aim = sorted(name for name, lines in lengths.items() if lines > AIMED_FUNCTION_LINES)
    record_property("functions_over_40_lines", missing_the_aim)
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_no_handler_does_more_than_translate_and_call():
    """What does not fit into a handler belongs to the domain or the store."""
    handlers = {
        f"{service} {found.name}": length(found)
        for service in SERVICES
        for module in modules(f"services/{service}")
        if module.path.name == "service.py" or module.path.name.endswith("_calls.py")
        for found in functions(module)
        if found.name[0].isupper()
    }
    assert handlers
    assert {name: lines for name, lines in handlers.items() if lines > HANDLER_LINES} == {}
