"""Tools of the checkout, run by the Makefile; not part of what is installed."""
