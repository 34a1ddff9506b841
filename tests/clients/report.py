"""What came of each client, as a table."""

from dataclasses import dataclass, field

from roster import ROSTER, Variant
from wiretap import Recording


@dataclass
class Row:
    version: str = ""
    agreed: str = ""
    compressing: set[str] = field(default_factory=set)
    passed: int = 0
    failed: int = 0
    missing: str = ""

    def compression(self, variant: Variant) -> str:
        if not variant.offers:
            return "not offered"
        if not self.agreed:
            return variant.compression if self.missing else f"{variant.compression}: declined"
        return f"{variant.compression}: by {' and '.join(sorted(self.compressing)) or 'neither'}"

    def result(self) -> str:
        if self.missing:
            return f"not installed: {self.missing}"
        return f"{self.passed} passed, {self.failed} failed"


class Report:
    """Collects the results of a run."""

    def __init__(self):
        self._rows: dict[Variant, Row] = {}

    def started(self, variant: Variant, version: str) -> None:
        self._row(variant).version = version

    def missing(self, variant: Variant, reason: str) -> None:
        self._row(variant).missing = reason

    def ended(self, variant: Variant, recording: Recording) -> None:
        """What a connection was like."""
        row = self._row(variant)
        row.agreed = recording.extensions()
        for name, frames in (("client", recording.frames_of_client()), ("server", recording.frames_of_server())):
            if any(frame.compressed for frame in frames):
                row.compressing.add(name)

    def ran(self, variant: Variant, result) -> None:
        if result.failed:
            self._row(variant).failed += 1
        elif result.passed and result.when == "call":
            self._row(variant).passed += 1

    def lines(self) -> list[str]:
        if not self._rows:
            return []
        table = [("client", "version", "compression", "result")]
        for variant, row in self._rows.items():
            table.append((variant.entry.name, row.version, row.compression(variant), row.result()))
        widths = [max(map(len, column)) for column in zip(*table)]
        shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in table]
        ran = {variant.entry.name for variant, row in self._rows.items() if row.version}
        return [*shown, f"{len(ran)} of {len(ROSTER)} clients ran"]

    def _row(self, variant: Variant) -> Row:
        return self._rows.setdefault(variant, Row())
