"""Dollars at the European Central Bank's reference rate of the day, from the table that currencyconverter ships.

On weekends and holidays the last rate before counts. After the end of the shipped table its last rate goes on counting
for a while, since the table ages between releases; a currency that left the table (RUB in 2022) has no rate any more.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING

from domain.money import Money

if TYPE_CHECKING:
    from currency_converter import CurrencyConverter

# currencies without a reference rate whose central banks hold them at a fixed number to the dollar
PEGGED_TO_USD = {"AED": 3.6725, "BHD": 0.376, "JOD": 0.709, "OMR": 0.3845, "QAR": 3.64, "SAR": 3.75}
_STALE = timedelta(days=400)


class EcbRates:
    """Exchange rates by day; the table is read when a rate is first asked for."""

    @cached_property
    def _converter(self) -> CurrencyConverter:
        from currency_converter import CurrencyConverter

        return CurrencyConverter(
            fallback_on_missing_rate=True, fallback_on_missing_rate_method="last_known", fallback_on_wrong_date=True
        )

    def to_usd(self, money: Money, on: date) -> float | None:
        """The amount's value in dollars, whole cents, at that day's rate; None where no rate is known."""
        if money.currency == "USD":
            return float(money.value)
        if money.currency in PEGGED_TO_USD:
            return round(money.value / PEGGED_TO_USD[money.currency], 2)
        if not self._covers(money.currency, on):
            return None
        return round(float(self._converter.convert(money.value, money.currency, "USD", date=on)), 2)

    def _covers(self, currency: str, on: date) -> bool:
        if currency not in self._converter.currencies:
            return False
        bounds, table = self._converter.bounds[currency], self._converter.bounds["EUR"]
        if on < bounds.first_date:
            return False
        if on <= bounds.last_date:
            return True
        return bool(bounds.last_date == table.last_date and on - table.last_date <= _STALE)


@cache
def load_rates() -> EcbRates:
    """The rates, once a process."""
    return EcbRates()
