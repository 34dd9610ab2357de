"""The access ledger (rekam jejak pemrosesan): who read what, sealed so that it stays as it was.

`merkle` is the tree alone; `entry` says what of an entry is hashed; `heads` and `keys` sign the
tree; `sealing` grows it while the server runs; `receipts` and `log` give out what others need to
check it; `checking` is that check, offline, without a database and without trusting us.
"""
