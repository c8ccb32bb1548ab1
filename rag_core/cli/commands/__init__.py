"""The commands, in the order in which --help lists them."""

from rag_core.cli.commands.compare import COMPARE
from rag_core.cli.commands.evaluate import EVALUATE
from rag_core.cli.commands.export import EXPORT
from rag_core.cli.commands.metadata import METADATA
from rag_core.cli.commands.parse import PARSE
from rag_core.cli.commands.ui import UI

COMMANDS = (UI, PARSE, COMPARE, EVALUATE, METADATA, EXPORT)
