# The visit that writes, prints and hands over a card
