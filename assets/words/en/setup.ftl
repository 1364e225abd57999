# The first set-up
