"""How the suite decides: exact tests, designs with both error rates proven, the ledger and the certificate.

Numbers in, verdicts out; nothing here knows a layer.
"""
