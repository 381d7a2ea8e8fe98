"""Days that the tests agree on."""

from __future__ import annotations

from datetime import UTC, datetime

NOW = datetime(2025, 2, 1, 12, tzinfo=UTC)
