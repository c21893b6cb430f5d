"""The currencies in which money is said, by their codes of ISO 4217; the first is the usual one."""

CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "ISK",
    "AUD", "BRL", "CAD", "INR", "JPY", "MAD", "MXN", "NZD", "SGD", "TRY", "ZAR",
)  # fmt: skip
