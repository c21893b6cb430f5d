"""Bring a company's records in from the files of another system.

From the files inwards: `read` turns bytes into rows, `recognise` says what each file is, a
profile turns rows into a company (`company`) and keeps what it could not understand (`notes`),
`plan` compares that company with what stands here, and `apply` writes the difference.
"""
