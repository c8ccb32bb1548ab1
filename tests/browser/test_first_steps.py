"""What somebody does in the first five minutes: look, ask, move a slider, add and remove a column."""

from __future__ import annotations

import pytest
from conftest import QUESTION, SPECS
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
