"""Currencies that are known, and what a source of exchange rates must offer."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from domain.money import Money

# ISO 4217, active codes (funds and precious metals left out)
_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())


class Rates(Protocol):
    """What fusion needs to know about exchange rates."""

    def to_usd(self, money: Money, on: date) -> float | None:
        """The amount's value in dollars at that day's rate, None where no rate is known."""


class DollarsOnly:
    """Rates for where none are at hand: dollars stay dollars, all else is unknown."""

    def to_usd(self, money: Money, on: date) -> float | None:
        """The value of an amount in dollars, None for any other currency."""
        return float(money.value) if money.currency == "USD" else None
