"""`python -m api.cli`: the same as `rangkul`."""

from api.cli import main

main()
