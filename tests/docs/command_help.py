"""The reference of the command line, generated from its argument parser."""

from __future__ import annotations

from argparse import Action, ArgumentParser, _ArgumentGroup
from collections.abc import Sequence

from rag_core.cli.command import Command
from rag_core.cli.commands import COMMANDS

BAR = "\\|"  # in a table's cell


def command_reference() -> str:
    """One section per command with its usage and arguments, then one per group of options that commands share."""
    # Made from the arguments and not from format_help(), whose layout differs between versions of Python.
    parsers = {command: ArgumentParser(add_help=False) for command in COMMANDS}
    shared: dict[str, _ArgumentGroup] = {}
    for command, parser in parsers.items():
        command.add_arguments(parser)
        shared |= {str(group.title): group for group in _shared_groups(parser)}
    sections = [_command_section(command, parser) for command, parser in parsers.items()]
    return "\n\n".join([*sections, *(_group_section(group) for group in shared.values())])


def _shared_groups(parser: ArgumentParser) -> list[_ArgumentGroup]:
    """The groups with a title of their own; argparse makes the first two."""
    return parser._action_groups[2:]


def _command_section(command: Command, parser: ArgumentParser) -> str:
    shared = _shared_groups(parser)
    own = [action for action in parser._actions if not any(action in group._group_actions for group in shared)]
    usage = " ".join(["chunkscope", command.name, *filter(None, map(_usage, own))])
    optional = any(not _is_required(action) for action in own)
    lines = [f"### {command.name}", "", f"    {usage}{' [OPTIONS]' if optional else ''}", "", _sentence(command.help)]
    if own:
        lines += ["", *_table(own)]
    if shared:
        lines += ["", f"Also: {', '.join(f'[{group.title}](#{_anchor(group)})' for group in shared)}."]
    if parser.epilog:
        lines += ["", parser.epilog]
    return "\n".join(lines)


def _group_section(group: _ArgumentGroup) -> str:
    heading = f"### {_sentence(str(group.title)).removesuffix('.')}"
    return "\n".join([heading, "", str(group.description), "", *_table(group._group_actions)])


def _anchor(group: _ArgumentGroup) -> str:
    return str(group.title).replace(" ", "-")


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _table(actions: Sequence[Action]) -> list[str]:
    return ["| argument | meaning |", "|---|---|", *map(_row, actions)]


def _is_required(action: Action) -> bool:
    return action.required or not action.option_strings


def _usage(action: Action) -> str:
    """The argument as the usage line shows it; "" if it can be left out."""
    if not _is_required(action):
        return ""
    name = f"{action.option_strings[0]} {_value(action)}" if action.option_strings else _value(action)
    return f"{name}..." if action.nargs == "+" or type(action).__name__ == "_AppendAction" else name


def _value(action: Action) -> str:
    if action.nargs == 0:
        return ""
    return "|".join(action.choices) if action.choices else str(action.metavar)


def _row(action: Action) -> str:
    names = ", ".join(action.option_strings) or _value(action)
    value = f" {_value(action)}" if action.option_strings and action.nargs != 0 else ""
    cells = [f"`{names}{value}`", str(action.help)]
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"
