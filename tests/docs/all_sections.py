"""Every generated section, and the files of the documentation."""

from tests.docs.command_help import command_reference
from tests.docs.layers import drawing, exceptions_list
from tests.docs.metrics_table import metrics_table
from tests.docs.report_table import report_table
from tests.docs.sections import Section
from tests.docs.settings_table import settings_table
from tests.docs.strategy_tables import group_table, kinds_table, parts_table, preset_list, preset_table
from tests.paths import ROOT

README, DOCS = ROOT / "README.md", ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
SECTIONS = [
    Section(README, "kinds", kinds_table),
    Section(README, "presets", group_table),
    Section(DOCS / "parts.md", "purposes", preset_list),
    Section(DOCS / "parts.md", "presets", preset_table),
    Section(DOCS / "parts.md", "parts", parts_table),
    Section(DOCS / "command-line.md", "commands", command_reference),
    Section(DOCS / "command-line.md", "metrics", metrics_table),
    Section(DOCS / "parsers.md", "report", report_table),
    Section(DOCS / "settings.md", "settings", settings_table),
    Section(DOCS / "architecture.md", "layers", drawing),
    Section(DOCS / "architecture.md", "exceptions", exceptions_list),
]
